import JSON

extension NormalizerStep {
  /// Reads tokenizer.json's `normalizer`, a Sequence's steps in their order, and adds the steps' growth of a text to `growth`.
  static func steps(_ fields: ConfigurationFields, growth: inout TextGrowth) throws -> [NormalizerStep] {
    let leaves = try fields.flattened("normalizers")
    guard leaves.count <= PreTokenizerReader.maximumSteps else {
      throw fields.refusal("normalizers", found: "\(leaves.count) steps", expected: "at most \(PreTokenizerReader.maximumSteps)")
    }
    return try leaves.map { leaf in
      let step = try step(leaf)
      guard growth.become(step.growth) else {
        throw leaf.refusal(
          "type", found: "a step after which a text may be \(growth.factor) times as long", expected: "at most \(TextGrowth.limit) times")
      }
      return step
    }
  }

  private static func step(_ leaf: ConfigurationFields) throws -> NormalizerStep {
    let type = try leaf.string("type")
    if let form = type.flatMap(Composition.Form.init) { return .normalForm(form) }
    switch type {
    case "Lowercase": return .lowercase
    case "Replace":
      return .replace(try PreTokenizerReader.pattern(leaf), content: try content("content", of: leaf))
    case "Prepend":
      return .prepend(content: try content("prepend", of: leaf))
    case "Strip":
      return .strip(left: try leaf.boolean("strip_left", default: true), right: try leaf.boolean("strip_right", default: true))
    case "ByteLevel": return .byteLevel
    default:
      throw leaf.refusal(
        "type", expected: "NFC, NFD, NFKC, NFKD, Lowercase, Replace, Prepend, Strip, ByteLevel or a Sequence of them")
    }
  }

  /// Text that a step inserts. Its length is bounded, and so is the growth of a text by all steps: ``TextGrowth``.
  private static func content(_ name: String, of fields: ConfigurationFields) throws -> [UInt8] {
    guard let content = try fields.string(name) else { throw fields.missing(name, expected: "a string") }
    guard content.utf8.count <= 100 else { throw fields.refusal(name, expected: "at most 100 bytes") }
    return Array(content.utf8)
  }

  /// The text after all steps.
  static func apply(_ steps: [NormalizerStep], to bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for step in steps { bytes = step.apply(to: bytes, bytes.indices) ?? bytes }
    return bytes
  }
}

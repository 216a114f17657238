extension NormalizerStep {
  /// Reads tokenizer.json's `normalizer`, a Sequence's steps in their order.
  static func steps(_ fields: ConfigurationFields) throws -> [NormalizerStep] {
    try fields.flattened("normalizers").map { leaf in
      let type = try leaf.string("type")
      if let form = type.flatMap(Composition.Form.init) { return .normalForm(form) }
      switch type {
      case "Lowercase": return .lowercase
      case "Replace":
        let content = try leaf.string("content") ?? ""
        return .replace(try PreTokenizerReader.pattern(leaf), content: Array(content.utf8))
      case "Prepend":
        guard let content = try leaf.string("prepend") else { throw leaf.missing("prepend", expected: "a string") }
        return .prepend(content: Array(content.utf8))
      case "Strip":
        return .strip(left: try leaf.boolean("strip_left", default: true), right: try leaf.boolean("strip_right", default: true))
      case "ByteLevel": return .byteLevel
      default:
        throw leaf.refusal(
          "type", expected: "NFC, NFD, NFKC, NFKD, Lowercase, Replace, Prepend, Strip, ByteLevel or a Sequence of them")
      }
    }
  }

  /// The text that all steps make of a text.
  static func apply(_ steps: [NormalizerStep], to bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for step in steps { bytes = step.apply(to: bytes, bytes.indices) ?? bytes }
    return bytes
  }
}

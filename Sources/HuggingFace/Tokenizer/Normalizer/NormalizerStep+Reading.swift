extension NormalizerStep {
  /// Reads tokenizer.json's `normalizer`, a Sequence's steps in their order.
  static func steps(_ fields: ConfigurationFields) throws -> [NormalizerStep] {
    try fields.flattened("normalizers").map { leaf in
      switch try leaf.string("type") {
      case "NFC": return .canonical(composing: true)
      case "NFD": return .canonical(composing: false)
      case "Lowercase": return .lowercase
      case "Replace":
        let content = try leaf.string("content") ?? ""
        return .replace(try PreTokenizerReader.pattern(leaf), content: Array(content.utf8))
      case "Prepend":
        guard let content = try leaf.string("prepend") else { throw leaf.missing("prepend", expected: "a string") }
        return .prepend(content: Array(content.utf8))
      default: throw leaf.refusal("type", expected: "NFC, NFD, Lowercase, Replace, Prepend or a Sequence of them")
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

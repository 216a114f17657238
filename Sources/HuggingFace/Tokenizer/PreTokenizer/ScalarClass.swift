/// What the regular expressions of pre-tokenizers tell apart.
enum ScalarClass: UInt8, Sendable {
  /// `\p{L}`
  case letter
  /// `\p{N}`
  case number
  /// `\s`
  case whitespace
  case other

  /// The class of a character.
  init(_ scalar: Unicode.Scalar) {
    if scalar.value < 0x80 {
      self = Self.ascii[Int(scalar.value)]
    } else {
      self = Self.lookUp(scalar)
    }
  }

  private static let ascii: [ScalarClass] = (UInt8.min..<0x80).map { lookUp(Unicode.Scalar($0)) }

  private static func lookUp(_ scalar: Unicode.Scalar) -> ScalarClass {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
    case .decimalNumber, .letterNumber, .otherNumber: .number
    default: scalar.properties.isWhitespace ? .whitespace : .other
    }
  }
}

internal import BigInt

/// An exact decimal, and what its spelling was like.
struct DecimalLiteral {
  var value: Rational
  /// Whether it was spelt with digits and separators only.
  var isPlainInteger: Bool
  /// Whether blanks separate its groups of three digits.
  var isGroupedByBlanks: Bool
}

/// Reads a decimal off the front of some tokens: `12`, `.5`, `1,234.50`, `1{,}234`, `1,\!234`, `1\,234`, `3e-6`.
struct DecimalScanner {
  private(set) var tokens: ArraySlice<LatexToken>

  init(tokens: ArraySlice<LatexToken>) {
    self.tokens = tokens
  }

  /// How groups of three digits are set apart.
  private enum Separator { case comma, blank }

  /// The decimal at the front; nil if none is there, and then the tokens are of no further use.
  mutating func decimal() -> DecimalLiteral? {
    var digits = takeDigits()
    var separator: Separator?
    if (1...3).contains(digits.count), digits.first != "0" {
      while let group = takeGroup(setApartBy: separator) {
        separator = group.separator
        digits += group.digits
      }
    }
    var scale = 0
    var isPlainInteger = true
    if tokens.first?.is(".") == true {
      tokens.removeFirst()
      let fraction = takeDigits()
      scale = fraction.count
      digits += fraction
      isPlainInteger = false
    }
    guard !digits.isEmpty, let mantissa = BigInt(digits) else { return nil }
    var exponent = 0
    if let written = takeExponent() {
      guard let value = Int(written), value.magnitude <= NumberParser.maximumDigits else { return nil }
      exponent = value
      isPlainInteger = false
    }
    let power = exponent - scale
    let ten = BigInt(10)
    let value = power >= 0 ? Rational(mantissa * ten.power(power)) : Rational(mantissa, over: ten.power(-power))
    return value.map { DecimalLiteral(value: $0, isPlainInteger: isPlainInteger, isGroupedByBlanks: separator == .blank) }
  }

  private mutating func takeDigits() -> String {
    var digits = String.UnicodeScalarView()
    while let digit = tokens.first?.digit {
      digits.append(digit)
      tokens.removeFirst()
    }
    return String(digits)
  }

  /// A separator, of the kind of the earlier ones, and exactly three digits, if they come next.
  private mutating func takeGroup(setApartBy earlier: Separator?) -> (digits: String, separator: Separator)? {
    var rest = DecimalScanner(tokens: tokens)
    guard let separator = rest.takeSeparator(), earlier == nil || earlier == separator else { return nil }
    let digits = rest.takeDigits()
    guard digits.count == 3 else { return nil }
    self = rest
    return (digits, separator)
  }

  /// `,` `{,}` `,\!` or a blank.
  private mutating func takeSeparator() -> Separator? {
    if tokens.starts(with: [.scalar("{"), .scalar(","), .scalar("}")]) {
      tokens.removeFirst(3)
      return .comma
    }
    if tokens.first?.is(",") == true {
      tokens.removeFirst()
      // A blank behind a comma parts the items of a list, unless it is taken back at once.
      if tokens.first == .command("!") {
        tokens.removeFirst()
        while tokens.first == .space { tokens.removeFirst() }
      }
      return .comma
    }
    if tokens.first == .space {
      tokens.removeFirst()
      return .blank
    }
    return nil
  }

  /// The digits of an exponent `e…`, with their sign, if one comes next.
  private mutating func takeExponent() -> String? {
    guard tokens.first?.is("e") == true || tokens.first?.is("E") == true else { return nil }
    var rest = DecimalScanner(tokens: tokens.dropFirst())
    var sign = ""
    if rest.tokens.first?.is("-") == true || rest.tokens.first?.is("+") == true {
      sign = rest.tokens.first?.is("-") == true ? "-" : ""
      rest.tokens.removeFirst()
    }
    let digits = rest.takeDigits()
    guard !digits.isEmpty else { return nil }
    self = rest
    return sign + digits
  }
}

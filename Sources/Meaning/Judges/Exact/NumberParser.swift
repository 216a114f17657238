internal import BigInt

/// Reads an answer as one exact number, or not at all.
///
///     number   := sign? currency? (sign? before or after the currency) unsigned
///     unsigned := "(" number ")" | fraction | decimal "%"? | integer fraction | decimal "/" sign? decimal
///     fraction := \frac argument argument            argument := "{" number "}" | digit
///     decimal  := digits or groups of three, an optional fraction, an optional exponent
///
/// A whole number before a proper fraction is a mixed number. A percentage is only read behind one decimal, where there is no doubt what it
/// applies to, and means hundredths. Units, powers, roots and everything else are not numbers here.
struct NumberParser {
  /// The most digits of all decimals together, and the largest exponent of one.
  static let maximumDigits = 256

  /// The most brackets and fractions within each other.
  static let maximumDepth = 8

  private var tokens: ArraySlice<LatexToken>
  private let depth: Int

  /// The number that `tokens` spell; nil if they spell anything else. O(n), the digits' arithmetic apart.
  static func number(_ tokens: ArraySlice<LatexToken>) -> Rational? {
    guard tokens.count(where: { $0.digit != nil }) <= maximumDigits else { return nil }
    return number(tokens, depth: 0)
  }

  private static func number(_ tokens: ArraySlice<LatexToken>, depth: Int) -> Rational? {
    guard depth <= maximumDepth else { return nil }
    var parser = NumberParser(tokens: LatexToken.trimmed(tokens), depth: depth)
    return parser.number()
  }

  private mutating func number() -> Rational? {
    var sign = takeSign()
    if take(.scalar("$")) || take(.command("$")) {
      skipSpace()
      if sign == nil { sign = takeSign() }
    }
    guard let magnitude = unsigned() else { return nil }
    return sign == .minus ? -magnitude : magnitude
  }

  private mutating func unsigned() -> Rational? {
    if let inner = LatexToken.inside(tokens, open: .scalar("("), close: .scalar(")")) {
      return Self.number(inner, depth: depth + 1)
    }
    if take(.command("frac")) {
      let value = fraction()
      return tokens.isEmpty ? value : nil
    }
    guard let decimal = takeDecimal() else { return nil }
    skipSpace()
    if tokens.isEmpty { return decimal.value }
    // A blank between groups of digits may as well part two numbers, so nothing more is read into it.
    if decimal.isGroupedByBlanks { return nil }
    if take(.scalar("%")) || take(.command("%")) {
      return tokens.isEmpty ? decimal.value / hundred : nil
    }
    if take(.scalar("/")) { return quotient(of: decimal.value) }
    if take(.command("frac")) { return mixed(whole: decimal) }
    return nil
  }

  private var hundred: Rational { Rational(numerator: 100) }

  private mutating func quotient(of dividend: Rational) -> Rational? {
    skipSpace()
    let sign = takeSign()
    guard let divisor = takeDecimal(), !divisor.isGroupedByBlanks, tokens.isEmpty, let value = dividend / divisor.value else { return nil }
    return sign == .minus ? -value : value
  }

  private mutating func mixed(whole: DecimalLiteral) -> Rational? {
    guard whole.isPlainInteger, let part = fraction(), tokens.isEmpty else { return nil }
    let isProper = part.numerator > 0 && part.numerator < part.denominator
    return isProper ? whole.value + part : nil
  }

  private mutating func fraction() -> Rational? {
    guard let numerator = takeArgument(), let denominator = takeArgument() else { return nil }
    return numerator / denominator
  }

  /// An argument of `\frac`: a group in braces or one digit.
  private mutating func takeArgument() -> Rational? {
    skipSpace()
    if let digit = tokens.first?.digit {
      tokens.removeFirst()
      return Rational(numerator: BigInt(digit.value - 48))
    }
    guard tokens.first?.is("{") == true else { return nil }
    var open = 0
    for index in tokens.indices {
      if tokens[index].is("{") { open += 1 }
      if tokens[index].is("}") { open -= 1 }
      if open == 0 {
        let group = tokens[tokens.startIndex + 1..<index]
        tokens = tokens[(index + 1)...]
        return Self.number(group, depth: depth + 1)
      }
    }
    return nil
  }
}

extension NumberParser {
  private mutating func take(_ token: LatexToken) -> Bool {
    guard tokens.first == token else { return false }
    tokens.removeFirst()
    return true
  }

  private mutating func skipSpace() {
    while tokens.first == .space { tokens.removeFirst() }
  }

  private mutating func takeSign() -> BigInt.Sign? {
    let sign: BigInt.Sign? = take(.scalar("-")) ? .minus : take(.scalar("+")) ? .plus : nil
    if sign != nil { skipSpace() }
    return sign
  }

  private mutating func takeDecimal() -> DecimalLiteral? {
    var scanner = DecimalScanner(tokens: tokens)
    guard let decimal = scanner.decimal() else { return nil }
    tokens = scanner.tokens
    return decimal
  }
}

internal import BigInt

extension Rational {
  /// The number that `digits` spell, of which the last `scale` stand behind the point, times `10^exponent`; nil where it is too large.
  static func decimal(_ digits: [UInt8], scale: Int, exponent: Int) -> Rational? {
    let power = exponent - scale
    if digits.count <= 18, (-18...0).contains(power) {
      return Rational(digits.reduce(0) { $0 * 10 + Int($1) }, over: powersOfTen[-power])
    }
    guard abs(power) <= MathParser.maximumDigits else { return nil }
    let mantissa = integer(digits)
    let scaling = BigInt(10).power(abs(power))
    return power >= 0 ? Rational(mantissa * scaling) : Rational(mantissa, over: scaling)
  }

  /// The number `0.00…` with `digits` repeated for ever behind `scale` digits.
  static func repeating(_ digits: [UInt8], behind scale: Int) -> Rational? {
    let nines = BigInt(10).power(digits.count) - 1
    return Rational(integer(digits), over: nines * BigInt(10).power(scale))
  }

  private static let powersOfTen: [Int] = (0...18).map { exponent in (0..<exponent).reduce(1) { product, _ in product * 10 } }

  private static func integer(_ digits: [UInt8]) -> BigInt {
    BigInt(String(decoding: digits.map { $0 + 48 }, as: UTF8.self)) ?? 0
  }
}

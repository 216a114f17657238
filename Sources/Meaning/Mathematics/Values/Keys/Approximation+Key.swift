internal import BigInt

extension Approximation {
  /// The key of a constant; nil where another precision must decide, or none can.
  func constantKey(_ options: ValueOptions) -> ScalarKey.Content? {
    if imaginary.double.magnitude <= error, let whole = longWhole(from: options.longDecimalDigits - 1) {
      switch whole {
      case .integer(let integer):
        return Int(exactly: integer).map { .real(RoundedDecimal(mantissa: $0, exponent: 0)) } ?? .integer(integer)
      case .unknown, .uncertain: return nil
      case .number: break
      }
    }
    guard case .number(let number) = rounded(digits: options.sampleDigits) else { return nil }
    guard number.imaginary.isZero else { return .complex(number) }
    if number.real.isZero { return .real(.zero) }
    let part = Approximation(real, error: error)
    guard case .number(let decimal) = part.rounded(digits: options.longDecimalDigits - 1) else { return nil }
    if part.mayBe(decimal.real) {
      guard Real.isLast else { return nil }
      if let exact = decimal.real.rational?.shortDecimal(options) { return .real(exact) }
    }
    guard case .number(let coarse) = part.rounded(digits: options.roundingDigits) else { return nil }
    return .real(coarse.real)
  }

  /// Whether a decimal lies within the error.
  private func mayBe(_ decimal: RoundedDecimal) -> Bool {
    let scale = Self.powerOfTen(abs(decimal.exponent))
    let mantissa = Real(Double(decimal.mantissa))
    let value = decimal.exponent < 0 ? mantissa / scale : mantissa * scale
    return (real - value).double.magnitude <= error + 8 * Real.arithmeticError * value.double.magnitude
  }

  /// What a number of more than `digits` digits is if it is whole: such numbers keep them all. Nil for a shorter one.
  private func longWhole(from digits: Int) -> Rounding? {
    let limit = (0..<digits).reduce(1.0) { product, _ in product * 10 }
    guard real.double.magnitude >= limit - 0.5 else { return nil }
    let other = Rounding.number(RoundedNumber(real: .zero, imaginary: .zero))
    guard error < 0.25 else { return Real.isLast ? other : .uncertain }
    let nearest = real.rounded
    if (real - nearest).double.magnitude > error { return other }
    guard Real.isLast else { return .uncertain }
    let (high, low) = (nearest.double, (nearest - Real(nearest.double)).double)
    guard high.magnitude < 0x1p104, let first = BigInt(exactly: high), let second = BigInt(exactly: low) else { return .unknown }
    return .integer(first + second)
  }
}

extension RoundedDecimal {
  /// The number itself; nil far from 1.
  fileprivate var rational: Rational? {
    guard abs(exponent) <= 30 else { return nil }
    let scale = BigInt(10).power(abs(exponent))
    return exponent < 0 ? Rational(BigInt(mantissa), over: scale) : Rational(BigInt(mantissa) * scale)
  }
}

internal import BigInt

extension Approximation {
  /// An exact number; nil out of range.
  init?(_ value: Rational) {
    if value.long == nil {
      let numerator = value.shortNumerator
      if value.shortDenominator == 1 {
        self.init(Real(numerator), error: numerator.magnitude <= 1 << 53 ? 0 : Double(numerator.magnitude) * Real.arithmeticError)
      } else {
        let quotient = Real(numerator) / Real(value.shortDenominator)
        self.init(quotient, error: quotient.double.magnitude * 2 * Real.arithmeticError)
      }
      return
    }
    let (top, topExponent) = Self.leading(value.numerator.magnitude)
    let (bottom, bottomExponent) = Self.leading(value.denominator.magnitude)
    let exponent = topExponent - bottomExponent
    guard exponent.magnitude < 900 else { return nil }
    let quotient = top / bottom * Real(Double(sign: .plus, exponent: exponent, significand: value.signum < 0 ? -1 : 1))
    self.init(checked: quotient, error: quotient.double.magnitude * 4 * Real.arithmeticError)
  }

  /// The first 104 bits, and how many bits follow them.
  private static func leading(_ value: BigUInt) -> (Real, Int) {
    let rest = max(0, value.bitWidth - 104)
    let bits = value >> rest
    let high = Double(UInt64(truncatingIfNeeded: bits >> 52))
    let low = Double(UInt64(truncatingIfNeeded: bits) & (1 << 52 - 1))
    return (Real(high) * Real(0x1p52) + Real(low), rest)
  }
}

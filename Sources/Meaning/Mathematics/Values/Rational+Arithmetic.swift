internal import BigInt
internal import Foundation

extension Rational {
  /// Whether it is a whole number.
  package var isInteger: Bool {
    if let long { long.denominator == 1 } else { shortDenominator == 1 }
  }

  /// Whether it is 0.
  package var isZero: Bool { long == nil && shortNumerator == 0 }

  /// -1, 0 or 1.
  package var signum: Int {
    if let long { long.numerator.sign == .minus ? -1 : 1 } else { shortNumerator.signum() }
  }

  /// The whole number that it is, if it is one that fits in a word.
  package var integer: Int? {
    long == nil && shortDenominator == 1 ? shortNumerator : nil
  }

  /// The bits of both parts together; 0 for a number of two words, whose arithmetic costs nothing to speak of.
  var longBits: Int {
    if let long { long.numerator.bitWidth + long.denominator.bitWidth } else { 0 }
  }

  /// Nil where a part of the sum is too large.
  package static func + (left: Rational, right: Rational) -> Rational? {
    if left.long == nil, right.long == nil {
      if left.shortDenominator == right.shortDenominator {
        let (sum, overflows) = left.shortNumerator.addingReportingOverflow(right.shortNumerator)
        if !overflows { return left.shortDenominator == 1 ? Rational(sum) : Rational(sum, over: left.shortDenominator) }
      } else {
        let (first, firstOverflows) = left.shortNumerator.multipliedReportingOverflow(by: right.shortDenominator)
        let (second, secondOverflows) = right.shortNumerator.multipliedReportingOverflow(by: left.shortDenominator)
        let (sum, sumOverflows) = first.addingReportingOverflow(second)
        let (denominator, overflows) = left.shortDenominator.multipliedReportingOverflow(by: right.shortDenominator)
        if !(firstOverflows || secondOverflows || sumOverflows || overflows) { return Rational(sum, over: denominator) }
      }
    }
    let (first, second) = (left.denominator, right.denominator)
    if first == second { return Rational(left.numerator + right.numerator, over: first) }
    return Rational(left.numerator * second + right.numerator * first, over: first * second)
  }

  /// Nil where a part of the difference is too large.
  package static func - (left: Rational, right: Rational) -> Rational? {
    left + -right
  }

  /// Nil where a part of the product is too large.
  package static func * (left: Rational, right: Rational) -> Rational? {
    if left.long == nil, right.long == nil {
      let (numerator, numeratorOverflows) = left.shortNumerator.multipliedReportingOverflow(by: right.shortNumerator)
      let (denominator, denominatorOverflows) = left.shortDenominator.multipliedReportingOverflow(by: right.shortDenominator)
      if !(numeratorOverflows || denominatorOverflows) {
        return denominator == 1 ? Rational(numerator) : Rational(numerator, over: denominator)
      }
    }
    return Rational(left.numerator * right.numerator, over: left.denominator * right.denominator)
  }

  /// Nil for a divisor of 0, and where a part of the quotient is too large.
  package static func / (left: Rational, right: Rational) -> Rational? {
    right.reciprocal.flatMap { left * $0 }
  }

  /// The opposite number.
  package static prefix func - (value: Rational) -> Rational {
    if value.long == nil, value.shortNumerator != .min {
      return Rational(short: -value.shortNumerator, over: value.shortDenominator)
    }
    return Rational(reduced: -value.numerator, over: value.denominator)
  }

  /// One over it; nil for 0.
  package var reciprocal: Rational? {
    if isZero { return nil }
    if long == nil, shortNumerator != .min {
      return shortNumerator > 0
        ? Rational(short: shortDenominator, over: shortNumerator) : Rational(short: -shortDenominator, over: -shortNumerator)
    }
    let sign: BigInt = signum < 0 ? -1 : 1
    return Rational(reduced: sign * denominator, over: sign * numerator)
  }

  /// Its distance from 0.
  package var magnitude: Rational { signum < 0 ? -self : self }

  /// The largest whole number that isn't larger.
  package var floor: Rational {
    if long == nil {
      if shortDenominator == 1 { return self }
      let quotient = shortNumerator / shortDenominator
      return Rational(shortNumerator < 0 ? quotient - 1 : quotient)
    }
    if isInteger { return self }
    let quotient = numerator / denominator
    return Rational(numerator: signum < 0 ? quotient - 1 : quotient)
  }

  /// The smallest whole number that isn't smaller.
  package var ceiling: Rational { -(-self).floor }

  /// To the power of a whole number; nil for 0 to a negative power, and where a part is too large. O(log exponent) products.
  package func power(_ exponent: Int) -> Rational? {
    if exponent == 0 { return Rational(1) }
    if self == Rational(1) { return self }
    if self == Rational(-1) { return exponent & 1 == 0 ? Rational(1) : self }
    if isZero { return exponent > 0 ? self : nil }
    let count = exponent.magnitude
    // A power that would be too large isn't computed. The bit to spare leaves the last digits of the logarithm no say.
    let bits = max(Self.bits(of: numerator.magnitude), Self.bits(of: denominator.magnitude))
    guard bits * Double(count) <= Double(Self.maximumBits + 1) else { return nil }
    let base = exponent > 0 ? self : reciprocal
    guard let base else { return nil }
    if base.long == nil, let short = base.shortPower(count) { return short }
    // Powers of coprime numbers are coprime.
    let (numerator, denominator) = (base.numerator.power(Int(count)), base.denominator.power(Int(count)))
    guard max(numerator.bitWidth, denominator.bitWidth) <= Self.maximumBits else { return nil }
    return Rational(reduced: numerator, over: denominator)
  }

  /// The logarithm to base 2 of a positive number, or a little less for one of more than a word.
  private static func bits(of number: BigUInt) -> Double {
    let beyond = max(0, number.bitWidth - 64)
    return Double(beyond) + log2(Double(UInt64(number >> beyond)))
  }

  /// A positive power, if its parts fit in words.
  private func shortPower(_ exponent: UInt) -> Rational? {
    var (numerator, denominator, rest) = (1, 1, exponent)
    var (squareNumerator, squareDenominator) = (shortNumerator, shortDenominator)
    while true {
      if rest & 1 == 1 {
        let (first, firstOverflows) = numerator.multipliedReportingOverflow(by: squareNumerator)
        let (second, secondOverflows) = denominator.multipliedReportingOverflow(by: squareDenominator)
        if firstOverflows || secondOverflows { return nil }
        (numerator, denominator) = (first, second)
      }
      rest >>= 1
      if rest == 0 { return Rational(short: numerator, over: denominator) }
      let (first, firstOverflows) = squareNumerator.multipliedReportingOverflow(by: squareNumerator)
      let (second, secondOverflows) = squareDenominator.multipliedReportingOverflow(by: squareDenominator)
      if firstOverflows || secondOverflows { return nil }
      (squareNumerator, squareDenominator) = (first, second)
    }
  }
}

extension Rational: Comparable {
  package static func < (left: Rational, right: Rational) -> Bool {
    if left.long == nil, right.long == nil {
      let first = left.shortNumerator.multipliedFullWidth(by: right.shortDenominator)
      let second = right.shortNumerator.multipliedFullWidth(by: left.shortDenominator)
      return first.high == second.high ? first.low < second.low : first.high < second.high
    }
    if left.signum != right.signum { return left.signum < right.signum }
    return left.numerator * right.denominator < right.numerator * left.denominator
  }
}

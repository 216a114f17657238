internal import BigInt
internal import Foundation

/// A number of a few digits: mantissa · 10^exponent. Equal numbers are equal values.
struct RoundedDecimal: Hashable, Sendable {
  let mantissa: Int
  let exponent: Int

  static let zero = RoundedDecimal(mantissa: 0, exponent: 0)

  /// Zeros behind the point are dropped.
  init(mantissa: Int, exponent: Int) {
    var (mantissa, exponent) = (mantissa, exponent)
    while exponent < 0 {
      let (quotient, remainder) = mantissa.quotientAndRemainder(dividingBy: 10)
      if mantissa == 0 { exponent = 0 }
      if remainder != 0 || mantissa == 0 { break }
      (mantissa, exponent) = (quotient, exponent + 1)
    }
    self.mantissa = mantissa
    self.exponent = exponent
  }

  var isZero: Bool { mantissa == 0 }
}

/// A complex number rounded to significant digits, both parts to the same place.
struct RoundedNumber: Hashable, Sendable {
  let real: RoundedDecimal
  let imaginary: RoundedDecimal
}

/// What rounding comes to.
enum Rounding {
  case number(RoundedNumber)
  /// A whole number of more digits than are significant.
  case integer(BigInt)
  /// Another precision must decide.
  case uncertain
  /// The number is not known well enough, in the last precision.
  case unknown
}

extension Approximation {
  /// The number rounded half away from 0 to so many significant digits of its larger part.
  ///
  /// The digits are certain in any but the last precision; there, a number within its error of the middle between two is taken to be in the
  /// middle, and one within its error of 0 to be 0.
  func rounded(digits: Int) -> Rounding {
    let largest = Swift.max(real.double.magnitude, imaginary.double.magnitude)
    if largest <= error || largest == 0 {
      if error == 0 || (Real.isLast && error < 1e-9) { return .number(RoundedNumber(real: .zero, imaginary: .zero)) }
      return Real.isLast ? .unknown : .uncertain
    }
    var places = digits - 1 - Int(log10(largest).rounded(.down))
    let limit = Self.powerOfTen(digits).double
    let isRealLarger = real.double.magnitude >= imaginary.double.magnitude
    while true {
      guard let scaled = scaled(by: places), scaled.error < 0.25 else { return Real.isLast ? .unknown : .uncertain }
      guard let first = Self.nearest(isRealLarger ? scaled.real : scaled.imaginary, error: scaled.error) else { return .uncertain }
      // The logarithm may be off by one where it is nearly whole.
      if Double(first.magnitude) > limit {
        places -= 1
        continue
      }
      if Double(first.magnitude) * 10 < limit * (1 - 1e-15) {
        places += 1
        continue
      }
      if isReal {
        // 10^digits is whole, and in its own spelling, whichever side of it the number is on.
        if places == -1, Double(first.magnitude) * 10 == limit {
          return .number(RoundedNumber(real: RoundedDecimal(mantissa: first * 10, exponent: 0), imaginary: .zero))
        }
        return .number(RoundedNumber(real: RoundedDecimal(mantissa: first, exponent: -places), imaginary: .zero))
      }
      // The other part is rounded to the place that the number would have if it were the rounded one.
      let otherPlaces = Double(first.magnitude) == limit ? places - 1 : places
      guard let other = self.scaled(by: otherPlaces) else { return .unknown }
      guard let second = Self.nearest(isRealLarger ? other.imaginary : other.real, error: other.error) else { return .uncertain }
      let larger = RoundedDecimal(mantissa: first, exponent: -places)
      let smaller = RoundedDecimal(mantissa: second, exponent: -otherPlaces)
      return .number(RoundedNumber(real: isRealLarger ? larger : smaller, imaginary: isRealLarger ? smaller : larger))
    }
  }

  /// The nearest whole number; nil where it isn't certain and another precision remains.
  private static func nearest(_ number: Real, error: Double) -> Int? {
    let nearest = number.rounded
    guard let whole = Int(exactly: nearest.double) else { return nil }
    let offset = (number - nearest).double
    if 0.5 - offset.magnitude > error { return whole }
    guard Real.isLast else { return nil }
    // The middle goes away from 0.
    let isNegative = number.double < 0
    if offset > 0 { return isNegative ? whole : whole + 1 }
    return isNegative ? whole - 1 : whole
  }

  /// Times a power of ten.
  private func scaled(by places: Int) -> Approximation? {
    let factor = Self.powerOfTen(abs(places))
    let scale = { (part: Real) in places < 0 ? part / factor : part * factor }
    let (first, second) = (scale(real), isReal ? imaginary : scale(imaginary))
    let size = first.double.magnitude + second.double.magnitude
    let scaledError = places < 0 ? error / factor.double : error * factor.double
    return Approximation(
      checked: first, imaginary: second, error: scaledError * (1 + 0x1p-40) + size * 8 * Real.arithmeticError, isReal: isReal)
  }

  /// Exact up to 10^22.
  static func powerOfTen(_ exponent: Int) -> Real {
    if exponent <= 22 { return Real(exactPowersOfTen(exponent)) }
    var (result, square, rest) = (Real(1.0), Real(10.0), exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = result * square }
      square = square * square
      rest >>= 1
    }
    return result
  }

  private static func exactPowersOfTen(_ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, 10.0, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}

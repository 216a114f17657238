/// A complex number known up to an absolute error.
///
/// The true value is no farther away than `error`. What is undefined, out of range, or so uncertain that it may be either, is nil.
package struct Approximation<Real: RealNumber>: Sendable {
  package var real: Real
  package var imaginary: Real
  package var error: Double
  /// Whether the number is real because of how it came about. An imaginary part that happens to be 0 says nothing.
  let isReal: Bool

  /// The range of magnitudes, in which neither products of two nor their low parts leave that of the doubles.
  static var largest: Double { 1e140 }
  static var smallest: Double { 1e-140 }

  init(real: Real, imaginary: Real, error: Double, isReal: Bool = false) {
    self.real = real
    self.imaginary = imaginary
    self.error = error
    self.isReal = isReal
  }

  /// A real number.
  init(_ real: Real, error: Double = 0) {
    self.init(real: real, imaginary: Real(0.0), error: error, isReal: true)
  }

  /// A real number; nil out of range. Zero is in it.
  init?(checked real: Real, error: Double) {
    self.init(checked: real, imaginary: Real(0.0), error: error, isReal: true)
  }

  /// Nil out of range. Zero is in it.
  init?(checked real: Real, imaginary: Real, error: Double, isReal: Bool = false) {
    let size = real.double.magnitude + imaginary.double.magnitude
    // No comparison holds for what is no number.
    guard size <= Self.largest, error <= Self.largest, size >= Self.smallest || size == 0 else { return nil }
    self.init(real: real, imaginary: imaginary, error: error, isReal: isReal)
  }

  /// No less than the magnitude, and no more than √2 times it.
  var size: Double { real.double.magnitude + imaginary.double.magnitude }

  /// No more than the magnitude, and no less than 0.7 times it.
  var leastSize: Double { max(real.double.magnitude, imaginary.double.magnitude) * (1 - 0x1p-50) }

  static var i: Approximation { Approximation(real: Real(0.0), imaginary: Real(1.0), error: 0) }
}

extension Approximation {
  static func + (left: Approximation, right: Approximation) -> Approximation? {
    let real = left.real + right.real
    let isReal = left.isReal && right.isReal
    let imaginary = isReal ? Real(0.0) : left.imaginary + right.imaginary
    let size = real.double.magnitude + imaginary.double.magnitude
    let error = left.error + right.error + size * Real.arithmeticError
    // A difference of numbers in range may be as small as it likes, but is then below its error or exact.
    if size < smallest { return Approximation(real: Real(0.0), imaginary: Real(0.0), error: error + size, isReal: isReal) }
    return Approximation(checked: real, imaginary: imaginary, error: error, isReal: isReal)
  }

  static prefix func - (value: Approximation) -> Approximation {
    Approximation(real: -value.real, imaginary: -value.imaginary, error: value.error, isReal: value.isReal)
  }

  static func - (left: Approximation, right: Approximation) -> Approximation? {
    left + -right
  }

  static func * (left: Approximation, right: Approximation) -> Approximation? {
    let (leftSize, rightSize) = (left.size, right.size)
    let error =
      (leftSize * right.error + rightSize * left.error + left.error * right.error) * (1 + 0x1p-40)
      + leftSize * rightSize * 4 * Real.arithmeticError
    if left.isReal && right.isReal {
      let product = left.real * right.real
      if product.double == 0 && leftSize != 0 && rightSize != 0 { return nil }
      return Approximation(checked: product, error: error)
    }
    return Approximation(
      checked: left.real * right.real - left.imaginary * right.imaginary,
      imaginary: left.real * right.imaginary + left.imaginary * right.real, error: error)
  }

  /// Nil if the divisor may be 0.
  static func / (left: Approximation, right: Approximation) -> Approximation? {
    let least = right.leastSize - right.error
    guard least > 0 else { return nil }
    let (real, imaginary): (Real, Real)
    if right.isReal {
      real = left.real / right.real
      imaginary = left.isReal ? Real(0.0) : left.imaginary / right.real
    } else {
      let square = right.real * right.real + right.imaginary * right.imaginary
      real = (left.real * right.real + left.imaginary * right.imaginary) / square
      imaginary = (left.imaginary * right.real - left.real * right.imaginary) / square
    }
    let size = real.double.magnitude + imaginary.double.magnitude
    if size == 0 && left.size != 0 { return nil }
    let error = (left.error + size * right.error) / least * (1 + 0x1p-40) + size * 16 * Real.arithmeticError
    return Approximation(checked: real, imaginary: imaginary, error: error, isReal: left.isReal && right.isReal)
  }

  /// To a positive power, by squaring. O(log exponent).
  func power(_ exponent: Int) -> Approximation? {
    var (result, square, rest): (Approximation?, Approximation, Int) = (nil, self, exponent)
    while true {
      if rest & 1 == 1 {
        guard let product = result == nil ? square : result.flatMap({ $0 * square }) else { return nil }
        result = product
      }
      rest >>= 1
      if rest <= 0 { return result }
      guard let next = square * square else { return nil }
      square = next
    }
  }
}

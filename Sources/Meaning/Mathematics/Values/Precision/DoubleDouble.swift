/// A number as the sum of two doubles that don't overlap, of about 31 digits.
///
/// T. J. Dekker, A floating-point technique for extending the available precision, Numerische Mathematik 18 (1971).
package struct DoubleDouble: Equatable, Sendable {
  let high: Double
  let low: Double

  init(high: Double, low: Double) {
    self.high = high
    self.low = low
  }

  /// The exact sum of two doubles, the first of which is the larger one or 0.
  init(_ larger: Double, plus smaller: Double) {
    let sum = larger + smaller
    self.init(high: sum, low: smaller - (sum - larger))
  }

  /// The exact sum of two doubles.
  init(sumOf first: Double, _ second: Double) {
    let sum = first + second
    let part = sum - first
    self.init(high: sum, low: (first - (sum - part)) + (second - part))
  }

  /// The exact product of two doubles.
  init(productOf first: Double, _ second: Double) {
    let product = first * second
    self.init(high: product, low: (-product).addingProduct(first, second))
  }

  package static func + (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
    let high = DoubleDouble(sumOf: left.high, right.high)
    let low = DoubleDouble(sumOf: left.low, right.low)
    let sum = DoubleDouble(high.high, plus: high.low + low.high)
    return DoubleDouble(sum.high, plus: sum.low + low.low)
  }

  package static prefix func - (value: DoubleDouble) -> DoubleDouble {
    DoubleDouble(high: -value.high, low: -value.low)
  }

  package static func - (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
    left + -right
  }

  package static func * (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
    let product = DoubleDouble(productOf: left.high, right.high)
    return DoubleDouble(product.high, plus: product.low + (left.high * right.low + left.low * right.high))
  }

  static func * (left: DoubleDouble, right: Double) -> DoubleDouble {
    let product = DoubleDouble(productOf: left.high, right)
    return DoubleDouble(product.high, plus: product.low + left.low * right)
  }

  package static func / (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
    let first = left.high / right.high
    var rest = left - right * first
    let second = rest.high / right.high
    rest = rest - right * second
    let third = rest.high / right.high
    let sum = DoubleDouble(first, plus: second)
    return DoubleDouble(sum.high, plus: sum.low + third)
  }

  /// Times 2 to the power of an exponent.
  func scaled(by exponent: Int) -> DoubleDouble {
    DoubleDouble(
      high: Double(sign: .plus, exponent: exponent, significand: high), low: Double(sign: .plus, exponent: exponent, significand: low))
  }
}

extension DoubleDouble: RealNumber {
  package init(_ value: Double) { self.init(high: value, low: 0) }

  package init(_ value: Int) {
    let high = Double(value)
    // The nearest double may be 2^63, which is no Int.
    let low = Int(exactly: high).map { Double(value - $0) } ?? Double(value - .max) - 1
    self.init(high, plus: low)
  }

  package var double: Double { high }

  package var rounded: DoubleDouble {
    let nearest = high.rounded()
    if nearest == high { return DoubleDouble(nearest, plus: low.rounded()) }
    // A tie is decided by what the low part adds to it.
    if (nearest - high).magnitude == 0.5, (nearest - high) * low < 0 { return DoubleDouble(nearest + (low < 0 ? -1 : 1)) }
    return DoubleDouble(nearest)
  }

  package static var pi: DoubleDouble { DoubleDouble(high: 0x1.921fb54442d18p+1, low: 0x1.1a62633145c07p-53) }
  package static var e: DoubleDouble { DoubleDouble(high: 0x1.5bf0a8b145769p+1, low: 0x1.4d57ee2b1013ap-53) }
  package static var arithmeticError: Double { 0x1p-99 }
  package static var functionError: Double { 0x1p-92 }
  package static var isLast: Bool { true }
}

import Foundation

/// A floating-point number of some precision, with the functions from which all others are made.
///
/// Nothing traps: what is out of range or undefined gives an infinity or no number.
package protocol RealNumber: Sendable, Equatable {
  init(_ value: Double)
  /// The nearest number.
  init(_ value: Int)

  /// The number in the precision of a double.
  var double: Double { get }

  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Self) -> Self
  static func / (left: Self, right: Self) -> Self
  static prefix func - (value: Self) -> Self

  /// Of a number that isn't negative.
  var squareRoot: Self { get }
  var exponential: Self { get }
  /// Of a positive number.
  var logarithm: Self { get }
  var sineAndCosine: (sine: Self, cosine: Self) { get }
  /// The angle in (-π, π] of the point (x, y).
  static func angle(y: Self, x: Self) -> Self
  /// The nearest whole number.
  var rounded: Self { get }

  static var pi: Self { get }
  static var e: Self { get }

  /// A bound on the relative error of `+ - * /` and the square root, with a margin that also covers the rounding of error bounds themselves.
  static var arithmeticError: Double { get }
  /// A bound on the error of the other functions, relative to the value or to 1, whichever is larger, for arguments below 1; for larger ones
  /// it grows with the argument.
  static var functionError: Double { get }
  /// Whether there is no better precision to turn to.
  static var isLast: Bool { get }
}

extension RealNumber {
  var magnitude: Self { double < 0 ? -self : self }
}

extension Double: RealNumber {
  package var double: Double { self }
  package var squareRoot: Double { self.squareRoot() }
  package var exponential: Double { exp(self) }
  package var logarithm: Double { log(self) }
  package var sineAndCosine: (sine: Double, cosine: Double) { (sin(self), cos(self)) }
  package static func angle(y: Double, x: Double) -> Double { atan2(y, x) }
  package var rounded: Double { self.rounded() }
  package static var e: Double { 2.718281828459045 }
  package static var arithmeticError: Double { 0x1p-51 }
  package static var functionError: Double { 0x1p-50 }
  package static var isLast: Bool { false }
}

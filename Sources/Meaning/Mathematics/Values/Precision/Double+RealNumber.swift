internal import Foundation

extension Double: RealNumber {
  var double: Double { self }
  var squareRoot: Double { self.squareRoot() }
  var exponential: Double { exp(self) }
  var logarithm: Double { log(self) }
  var sineAndCosine: (sine: Double, cosine: Double) { (sin(self), cos(self)) }
  static func angle(y: Double, x: Double) -> Double { atan2(y, x) }
  var rounded: Double { self.rounded() }
  static var e: Double { 2.718281828459045 }
  static var arithmeticError: Double { 0x1p-51 }
  static var functionError: Double { 0x1p-50 }
  static var isLast: Bool { false }
}

internal import Foundation

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

/// The value of an expression: exact as long as it comes about by rational operations, then known up to an error.
package enum Value<Real: RealNumber>: Sendable {
  case exact(Rational)
  case approximate(Approximation<Real>)

  /// Nil out of range.
  package var approximation: Approximation<Real>? {
    switch self {
    case .exact(let value): Approximation(value)
    case .approximate(let value): value
    }
  }

  /// The exact number, if it is one.
  var rational: Rational? {
    if case .exact(let value) = self { value } else { nil }
  }
}

/// A mathematical expression whose value is a complex number, as it was written.
package indirect enum Expression: Sendable {
  /// An exact number.
  case number(Rational)
  /// π, e, i or ∞.
  case constant(Constant)
  /// A variable by its name: one letter, or a command's name, with its subscript if it has one: `x`, `x_1`, `alpha`.
  case variable(String)
  /// The sum of its terms.
  case sum([Expression])
  /// The product of its factors.
  case product([Expression])
  /// The negative.
  case negation(Expression)
  /// Numerator and denominator.
  case quotient(Expression, Expression)
  /// Base and exponent.
  case power(Expression, Expression)
  /// A root of a degree, the principal square root where the degree is 2; odd roots of negative numbers are real.
  case root(degree: Expression, radicand: Expression)
  /// A named function of its arguments.
  case function(Function, [Expression])
  /// An angle in degrees: only the argument of a trigonometric function turns it to radians, anywhere else the sign `°` is as good as absent.
  case degrees(Expression)

  /// A number with a name.
  package enum Constant: Sendable, Hashable { case pi, e, i, infinity }

  /// A function with a name. The number of arguments is 1 unless said otherwise.
  package enum Function: String, Sendable, Hashable, CaseIterable {
    case sin, cos, tan, cot, sec, csc
    case arcsin, arccos, arctan, arccot, arcsec, arccsc
    case sinh, cosh, tanh, coth
    case exp
    /// The natural logarithm.
    case ln
    /// The logarithm of the second argument to the base that is the first.
    case log
    case abs, floor, ceil, factorial
    /// n over k, two arguments.
    case binomial
    case sign, real, imaginary, argument, conjugate
    /// Of two arguments or more.
    case gcd, lcm, min, max
    /// The remainder of the first argument divided by the second, with the sign of the second.
    case modulo
  }
}

extension Expression.Function {
  /// Whether its argument is an angle.
  var takesAngle: Bool {
    switch self {
    case .sin, .cos, .tan, .cot, .sec, .csc: true
    default: false
    }
  }
}

extension ExpressionEvaluator {
  mutating func value(of function: Expression.Function, _ arguments: [Expression]) -> Value<Real>? {
    switch function {
    case .log, .binomial, .gcd, .lcm, .min, .max, .modulo:
      guard let values = values(of: arguments, areAngles: false), values.count >= 2 else { return giveUp() }
      return value(of: function, values)
    default:
      guard arguments.count == 1, let argument = value(of: arguments[0], isAngle: function.takesAngle) else {
        return arguments.count == 1 ? nil : giveUp()
      }
      return value(of: function, argument)
    }
  }

  mutating func value(of function: Expression.Function, _ argument: Value<Real>) -> Value<Real>? {
    switch function {
    case .exp:
      return exponential(argument)
    case .ln:
      return logarithm(argument).map(Value.approximate)
    case .factorial:
      return factorial(argument)
    case .abs, .floor, .ceil, .sign, .real, .imaginary, .argument, .conjugate:
      switch argument {
      case .exact(let number): return exactPart(function, of: number)
      case .approximate(let number): return part(function, of: number)
      }
    default:
      if case .exact(let number) = argument, number.isZero {
        switch function {
        case .sin, .tan, .arcsin, .arctan, .sinh, .tanh: return argument
        case .cos, .sec, .cosh: return .exact(Rational(1))
        case .cot, .csc, .coth: return giveUp()
        default: break
        }
      }
      return argument.approximation.flatMap { elementary(function, of: $0) }.map(Value.approximate)
    }
  }

  mutating func exponential(_ exponent: Value<Real>) -> Value<Real>? {
    if case .exact(let exponent) = exponent, exponent.isZero { return .exact(Rational(1)) }
    guard spendOnFunction() else { return nil }
    return exponent.approximation.flatMap { $0.exponential }.map(Value.approximate)
  }

  private mutating func logarithm(_ argument: Value<Real>) -> Number? {
    if case .exact(let number) = argument {
      if number.isZero {
        _ = giveUp()
        return nil
      }
      if number == Rational(1) { return Number(Real(0.0)) }
    }
    guard spendOnFunction() else { return nil }
    return argument.approximation.flatMap { $0.logarithm }
  }

  private mutating func elementary(_ function: Expression.Function, of argument: Number) -> Number? {
    guard spendOnFunction(2) else { return nil }
    return switch function {
    case .sin: argument.sineAndCosine?.sine
    case .cos: argument.sineAndCosine?.cosine
    case .tan: argument.sineAndCosine.flatMap { $0.sine / $0.cosine }
    case .cot: argument.sineAndCosine.flatMap { $0.cosine / $0.sine }
    case .sec: argument.sineAndCosine.flatMap { Number.one / $0.cosine }
    case .csc: argument.sineAndCosine.flatMap { Number.one / $0.sine }
    case .arcsin: argument.arcsine
    case .arccos: argument.arccosine
    case .arctan: argument.arctangent
    // From 0 to π, without a jump at 0.
    case .arccot: argument.arctangent.flatMap { Number.halfPi - $0 }
    case .arcsec: (Number.one / argument)?.arccosine
    case .arccsc: (Number.one / argument)?.arcsine
    case .sinh: argument.hyperbolicSineAndCosine?.sine
    case .cosh: argument.hyperbolicSineAndCosine?.cosine
    case .tanh: argument.hyperbolicSineAndCosine.flatMap { $0.sine / $0.cosine }
    case .coth: argument.hyperbolicSineAndCosine.flatMap { $0.cosine / $0.sine }
    default: nil
    }
  }

  /// Parts and roundings of an exact number.
  private func exactPart(_ function: Expression.Function, of number: Rational) -> Value<Real>? {
    switch function {
    case .abs: .exact(number.magnitude)
    case .floor: .exact(number.floor)
    case .ceil: .exact(number.ceiling)
    case .sign: .exact(Rational(number.signum))
    case .imaginary: .exact(Rational(0))
    case .argument: number.signum < 0 ? .approximate(.pi) : .exact(Rational(0))
    default: .exact(number)
    }
  }

  private mutating func part(_ function: Expression.Function, of number: Number) -> Value<Real>? {
    switch function {
    case .abs: return number.absolute.map(Value.approximate)
    case .floor: return whole(number, isFloor: true)
    case .ceil: return whole(number, isFloor: false)
    case .sign: return sign(number)
    case .real: return .approximate(Number(number.real, error: number.error))
    case .imaginary: return number.isReal ? .exact(Rational(0)) : .approximate(Number(number.imaginary, error: number.error))
    case .argument: return number.argument.map(Value.approximate)
    default:
      return .approximate(Number(real: number.real, imaginary: -number.imaginary, error: number.error, isReal: number.isReal))
    }
  }

  private mutating func sign(_ number: Number) -> Value<Real>? {
    guard let number = number.asReal else { return number.absolute.flatMap { number / $0 }.map(Value.approximate) }
    if number.size <= number.error { doubt() }
    return .exact(Rational(number.size <= number.error ? 0 : number.real.double < 0 ? -1 : 1))
  }

  /// The floor or ceiling of a real number; the whole number that it may be, where it may be one.
  private mutating func whole(_ number: Number, isFloor: Bool) -> Value<Real>? {
    guard let number = number.asReal, number.error < 0.25 else { return nil }
    let nearest = number.real.rounded
    let offset = (number.real - nearest).double
    guard let whole = Int(exactly: nearest.double) else { return nil }
    if offset.magnitude <= number.error {
      if number.error > 0 { doubt() }
      return .exact(Rational(whole))
    }
    let step = isFloor ? (offset < 0 ? -1 : 0) : (offset > 0 ? 1 : 0)
    return (Rational(whole) + Rational(step)).map(Value.exact)
  }
}

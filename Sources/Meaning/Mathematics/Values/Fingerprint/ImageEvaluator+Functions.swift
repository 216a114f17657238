extension ImageEvaluator {
  mutating func image(of function: Expression.Function, _ arguments: [Expression]) -> Image? {
    guard spend(8) else { return nil }
    switch function {
    case .exp:
      return arguments.count == 1 ? exponential(arguments[0]) : nil
    case .log:
      guard arguments.count == 2, let base = image(of: arguments[0])?.positiveLogarithm,
        let argument = image(of: arguments[1])?.positiveLogarithm
      else { return nil }
      return Image(argument) / Image(base)
    case .binomial:
      guard arguments.count == 2, let upper = image(of: arguments[0]), let lower = image(of: arguments[1])?.rational else { return nil }
      return binomial(upper, lower)
    case .abs, .sign, .floor, .ceil:
      return arguments.count == 1 ? rounding(function, of: arguments[0]) : nil
    case .factorial, .gcd, .lcm, .min, .max, .modulo:
      return exact(function, arguments)
    default:
      guard arguments.count == 1, let argument = image(of: arguments[0], isAngle: function.takesAngle) else { return nil }
      return image(of: function, argument)
    }
  }

  private func image(of function: Expression.Function, _ argument: Image) -> Image? {
    switch function {
    case .ln:
      return logarithm(argument)
    case .sin, .cos, .tan, .cot, .sec, .csc:
      guard let angle = argument.piMultiple, let sine = Image.sine(angle), let cosine = Image.cosine(angle) else { return nil }
      return switch function {
      case .sin: sine
      case .cos: cosine
      case .tan: sine / cosine
      case .cot: cosine / sine
      case .sec: cosine.reciprocal
      default: sine.reciprocal
      }
    case .arcsin: return Image.arcsine(argument)
    case .arccos: return complement(Image.arcsine(argument))
    case .arctan: return Image.arctangent(argument)
    case .arccot: return complement(Image.arctangent(argument))
    case .arcsec: return complement(argument.reciprocal.flatMap(Image.arcsine))
    case .arccsc: return argument.reciprocal.flatMap(Image.arcsine)
    case .sinh, .cosh, .tanh, .coth: return hyperbolic(function, argument)
    case .real, .imaginary, .conjugate, .argument: return part(function, of: argument)
    default: return nil
    }
  }

  private func complement(_ angle: Image?) -> Image? {
    guard let angle, let right = Image.rightAngle else { return nil }
    return right + -angle
  }

  /// Of a positive number, or a negative rational one.
  private func logarithm(_ argument: Image) -> Image? {
    if let logarithm = argument.positiveLogarithm {
      var image = Image(logarithm)
      if let number = argument.rationalLogarithm { image.kind = .rational(number) }
      if argument.rational == Rational(1) { image = Image(Rational(0)) ?? image }
      return image
    }
    guard let number = argument.rational, number.signum < 0, let size = Image(-number)?.positiveLogarithm else { return nil }
    return Image(size) + .i * .pi
  }

  private func hyperbolic(_ function: Expression.Function, _ argument: Image) -> Image? {
    guard let exponent = argument.rational, let forth = Image.exponential(exponent), let back = Image.exponential(-exponent),
      let half = Image(Rational(short: 1, over: 2))
    else { return nil }
    let (sine, cosine) = ((forth + -back) * half, (forth + back) * half)
    return switch function {
    case .sinh: sine
    case .cosh: cosine
    case .tanh: sine / cosine
    default: cosine / sine
    }
  }

  /// Parts of rational numbers and a + b√c.
  private func part(_ function: Expression.Function, of number: Image) -> Image? {
    switch (function, number.kind) {
    case (.imaginary, .rational):
      return Image(Rational(0))
    case (.argument, .rational(let value)):
      return value.signum < 0 ? .pi : value.isZero ? nil : Image(Rational(0))
    case (_, .rational):
      return number
    case (.real, .quadratic(let first, _, let radicand)) where radicand < 0:
      return Image(first)
    case (.imaginary, .quadratic(_, let second, let radicand)) where radicand < 0:
      guard let root = Image.squareRoot(of: Rational(-radicand)), let factor = Image(second) else { return nil }
      return root * factor
    case (.conjugate, .quadratic(let first, _, let radicand)) where radicand < 0:
      guard let twice = first * Rational(2), let sum = Image(twice) else { return nil }
      return sum + -number
    case (.real, .quadratic), (.conjugate, .quadratic):
      return number
    case (.imaginary, .quadratic):
      return Image(Rational(0))
    default:
      return nil
    }
  }

  /// n over k for a small whole k, with n in the field.
  private mutating func binomial(_ upper: Image, _ lower: Rational) -> Image? {
    guard let count = lower.integer, count <= 256, spend(max(count, 0)) else { return nil }
    if count < 0 { return Image(Rational(0)) }
    var (result, factor) = (Image(Residue.one), upper)
    result.kind = .rational(Rational(1))
    guard let one = Image(Rational(1)) else { return nil }
    for index in 0..<count {
      guard let divisor = Image(Rational(index + 1)), let next = result * factor / divisor else { return nil }
      (result, factor) = (next, factor + -one)
    }
    return result
  }

  /// A function of numbers that are found exactly.
  private mutating func exact(_ function: Expression.Function, _ arguments: [Expression]) -> Image? {
    guard let value = constant(.function(function, arguments))?.rational else { return nil }
    return Image(value)
  }

  /// A function of a number that takes no more than a bound on its error.
  private mutating func rounding(_ function: Expression.Function, of argument: Expression) -> Image? {
    guard let value = constant(argument) else { return nil }
    switch value {
    case .exact:
      return exact(function, [argument])
    case .approximate(let number):
      // On a boundary, only what the number really is would tell.
      guard number.isReal, number.size > number.error else { return nil }
      let isNegative = number.real.double < 0
      switch function {
      case .abs: return image(of: argument).map { isNegative ? -$0 : $0 }
      case .sign: return Image(Rational(isNegative ? -1 : 1))
      default:
        var evaluator = ExpressionEvaluator<DoubleDouble>()
        guard let whole = evaluator.value(of: function, value)?.rational, !evaluator.isAmbiguous else { return nil }
        return Image(whole)
      }
    }
  }

  /// The value of an expression without variables.
  private mutating func constant(_ expression: Expression) -> Value<DoubleDouble>? {
    // No more than a few times, as each may take long.
    guard !isAngle, spend(400), let survey = Survey(expression), survey.variables.isEmpty else { return nil }
    var evaluator = ExpressionEvaluator<DoubleDouble>()
    let value = evaluator.value(of: expression)
    return evaluator.isAmbiguous ? nil : value
  }
}

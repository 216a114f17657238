internal import BigInt

/// What is computed from an expression at a point.
enum Quantity {
  case value
  /// What a variable is where the expression is 0, if the expression is affine in it.
  case root(of: String)
}

/// What one precision finds at one point.
enum Finding<Real: RealNumber> {
  case value(Value<Real>)
  /// There is no value, in this precision or any other.
  case undefined
  /// Another precision may find more.
  case uncertain
  /// The expression isn't affine in the variable, or doesn't depend on it.
  case notAffine
}

extension Expression {
  /// Computes a quantity at a point in one precision, in no more than `allowed` of the steps that are left.
  func find<Real: RealNumber>(
    _ quantity: Quantity, at point: SamplePoint, in precision: Real.Type, steps: inout Int, allowed: Int = Survey.stepsAtPoint
  ) -> Finding<Real> {
    switch quantity {
    case .value:
      let allowed = min(steps, allowed)
      var evaluator = ExpressionEvaluator<Real>(at: point, steps: allowed)
      let value = evaluator.value(of: self)
      steps -= allowed - evaluator.steps
      guard let value else { return evaluator.isHopeless || Real.isLast ? .undefined : .uncertain }
      return evaluator.isAmbiguous && !Real.isLast ? .uncertain : .value(value)
    case .root(let variable):
      return findRoot(of: variable, at: point, steps: &steps, allowed: allowed / Self.abscissas.count)
    }
  }

  /// Values of a variable at which an expression that is affine in it is looked at.
  private static let abscissas = [
    Rational(short: 5, over: 3), Rational(short: -7, over: 2), Rational(short: 23, over: 5), Rational(short: -1013, over: 7),
  ]

  /// t₀ - f(t₀) / s for the slope s, if the other points are on the line.
  private func findRoot<Real: RealNumber>(of variable: String, at point: SamplePoint, steps: inout Int, allowed: Int) -> Finding<Real> {
    var values: [Value<Real>] = []
    for abscissa in Self.abscissas {
      let allowed = min(steps, allowed)
      var point = point
      point.exception = (variable, abscissa)
      var evaluator = ExpressionEvaluator<Real>(at: point, steps: allowed)
      let value = evaluator.value(of: self)
      steps -= allowed - evaluator.steps
      guard let value else { return evaluator.isHopeless || Real.isLast ? .undefined : .uncertain }
      if evaluator.isAmbiguous && !Real.isLast { return .uncertain }
      values.append(value)
    }
    var arithmetic = ExpressionEvaluator<Real>()
    let start = Self.abscissas[0]
    func run(to index: Int) -> Value<Real>? { (Self.abscissas[index] - start).map(Value.exact) }
    guard let rise = arithmetic.sum(values[1], arithmetic.negative(values[0])), let run1 = run(to: 1),
      let slope = arithmetic.quotient(rise, run1)
    else { return .uncertain }
    for index in 2..<values.count {
      guard let run = run(to: index), let expected = arithmetic.product(slope, run), let line = arithmetic.sum(values[0], expected),
        let residual = arithmetic.sum(values[index], arithmetic.negative(line))
      else { return .uncertain }
      switch residual.isZero(besides: values[index]) {
      case .no: return .notAffine
      case .maybe: return Real.isLast ? .undefined : .uncertain
      case .yes: break
      }
    }
    switch slope.isZero(besides: values[0]) {
    case .yes: return .notAffine
    case .maybe: return Real.isLast ? .undefined : .uncertain
    case .no: break
    }
    guard let step = arithmetic.quotient(values[0], slope), let root = arithmetic.sum(.exact(start), arithmetic.negative(step)) else {
      return Real.isLast ? .undefined : .uncertain
    }
    return .value(root)
  }
}

extension Value {
  enum Answer { case yes, no, maybe }

  /// Whether it is 0: a number known up to an error is if its error is small, also in comparison with another one.
  func isZero(besides other: Value) -> Answer {
    guard case .approximate(let number) = self else { return rational?.isZero == true ? .yes : .no }
    if number.size > 2 * number.error { return .no }
    guard let size = other.approximation?.size else { return .maybe }
    return number.error <= 1e-11 * Swift.max(size, 1) ? .yes : .maybe
  }

  /// The number rounded to significant digits.
  func rounded(digits: Int) -> Rounding {
    guard let approximation else { return Real.isLast ? .unknown : .uncertain }
    return approximation.rounded(digits: digits)
  }
}

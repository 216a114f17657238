/// An equation is written as the expression that is 0, an inequality as the one that is positive.
extension Expression {
  /// The solutions of `self = 0`.
  ///
  /// One variable in an affine expression: the number that it is. `y` beside other variables in an expression that is affine in `y`: the
  /// expression that `y` is. Otherwise the relation itself, whatever factor it is multiplied by. Without variables: always or never.
  package func solution(_ options: ValueOptions = ValueOptions()) -> Scalar? {
    var steps = Survey.sampleSteps
    return solution(options, &steps)
  }

  /// The solutions, found within the steps that an answer has left.
  func solution(_ options: ValueOptions, _ steps: inout Int) -> Scalar? {
    guard let survey = Survey(self) else { return nil }
    let mentioned = survey.variables
    if mentioned.isEmpty { return constant(.value, options).map(Scalar.init(holdingIfZero:)) }
    guard let variables = dependencies(of: .value, on: mentioned, options, &steps) else { return nil }
    if let variable = variables.count == 1 ? variables[0] : variables.first(where: { $0 == "y" }), isRational(in: variable) {
      let rest = mentioned.filter { $0 != variable }
      let root = rest.isEmpty ? constant(.root(of: variable), options) : sampled(.root(of: variable), rest, survey, options, &steps)
      // What doesn't depend on the others is only one of the solutions of `xy = 0` or `xy = x`.
      if let root, variables.count == 1 || !root.isConstant { return root }
    }
    return relation(SampleVariables(variables, of: mentioned), survey, options, &steps)
  }

  /// The key of `self > 0`, or of `self ≥ 0`: the same for any positive multiple.
  package func orderKey(isStrict: Bool, _ options: ValueOptions = ValueOptions()) -> ScalarKey? {
    var steps = Survey.sampleSteps
    return orderKey(isStrict: isStrict, options, &steps)
  }

  /// The key of an inequality, found within the steps that an answer has left.
  func orderKey(isStrict: Bool, _ options: ValueOptions, _ steps: inout Int) -> ScalarKey? {
    guard let survey = Survey(self) else { return nil }
    if survey.variables.isEmpty {
      guard let value = constant(.value, options)?.real else { return nil }
      return value > 0 || (value == 0 && !isStrict) ? .always : .never
    }
    guard let names = dependencies(of: .value, on: survey.variables, options, &steps) else { return nil }
    let variables = SampleVariables(names, of: survey.variables)
    return comparison(variables, survey, options, isOrder: true, &steps).map { ratios in
      guard let ratios else { return isStrict ? .never : .always }
      return ScalarKey(.order(names, ratios, isStrict: isStrict))
    }
  }

  /// The root of an expression that is affine in the one variable it mentions.
  package func affineRoot(_ options: ValueOptions = ValueOptions()) -> AffineRoot? {
    guard let survey = Survey(self), survey.variables.count == 1 else { return nil }
    return affineRoot(of: survey.variables[0], options)
  }

  private func affineRoot(of variable: String, _ options: ValueOptions) -> AffineRoot? {
    guard isRational(in: variable), let root = constant(.root(of: variable), options) else { return nil }
    return AffineRoot(variable: variable, root: root, slopeSign: slopeSign(of: variable))
  }

  /// The sign of the slope; 0 if it isn't real.
  private func slopeSign(of variable: String) -> Int {
    // On a line, two values tell.
    let ends = [Rational(-100), Rational(100)].map { end -> Value<DoubleDouble>? in
      var evaluator = ExpressionEvaluator<DoubleDouble>(at: SamplePoint(exception: (variable, end)))
      return evaluator.value(of: self)
    }
    var arithmetic = ExpressionEvaluator<DoubleDouble>()
    guard let first = ends[0], let second = ends[1], let rise = arithmetic.sum(second, arithmetic.negative(first))?.approximation?.asReal
    else { return 0 }
    return rise.real.double < 0 ? -1 : 1
  }

  private func relation(_ variables: SampleVariables, _ survey: Survey, _ options: ValueOptions, _ steps: inout Int) -> Scalar? {
    guard let ratios = comparison(variables, survey, options, isOrder: false, &steps) else { return nil }
    guard let ratios else { return Scalar(key: .always) }
    // What is the same number everywhere is never 0.
    if ratios.allSatisfy({ $0 != nil && $0 == ratios[0] }), scalar(options, &steps)?.isConstant == true { return Scalar(key: .never) }
    return Scalar(key: .relation(variables.names, ratios), variables: variables.names)
  }

  /// The values at the sample points over the first that isn't 0, or for an order over its magnitude. The inner nil: all are 0. The outer:
  /// there is none, or the sign of a complex number would matter, or there are too few steps.
  private func comparison(
    _ variables: SampleVariables, _ survey: Survey, _ options: ValueOptions, isOrder: Bool, _ steps: inout Int
  ) -> [RoundedNumber?]?? {
    let points = survey.points(of: variables, &steps).map(variables.point)
    return comparison(points, options, isOrder: isOrder, in: Double.self, &steps)
      ?? comparison(points, options, isOrder: isOrder, in: DoubleDouble.self, &steps)
  }

  private func comparison<Real: RealNumber>(
    _ points: [SamplePoint], _ options: ValueOptions, isOrder: Bool, in precision: Real.Type, _ steps: inout Int
  ) -> [RoundedNumber?]?? {
    // All are looked at before anything is decided, so that how many steps it takes depends on no order.
    let findings = points.map { find(.value, at: $0, in: precision, steps: &steps) }
    steps -= points.count * Survey.stepsOfRounding
    guard steps >= 0 else { return nil }
    var pivot: Approximation<Real>?
    var ratios: [RoundedNumber?] = []
    for finding in findings {
      let value: Value<Real>
      switch finding {
      case .value(let found): value = found
      case .uncertain where !Real.isLast: return nil
      default:
        ratios.append(nil)
        continue
      }
      guard let number = value.approximation else {
        ratios.append(nil)
        continue
      }
      if pivot == nil, number.size > number.error {
        if isOrder && number.asReal == nil { return nil }
        pivot = isOrder ? number.absolute : number
      }
      let ratio = pivot.map { number / $0 } ?? number
      switch ratio?.rounded(digits: options.sampleDigits) {
      case .number(let rounded): ratios.append(rounded)
      case .uncertain: return nil
      default: ratios.append(nil)
      }
    }
    if ratios.allSatisfy({ $0 == nil }) { return nil }
    return .some(pivot == nil ? nil : ratios)
  }
}

/// Where an affine expression in one variable is 0.
package struct AffineRoot: Sendable {
  /// The variable.
  package let variable: String
  /// Its value there.
  package let root: Scalar
  /// 1 if the expression grows with the variable, -1 if it falls, 0 if its slope isn't real.
  package let slopeSign: Int
}

extension Scalar {
  /// Always or never, for an equation without variables.
  fileprivate init(holdingIfZero value: Scalar) {
    self.init(key: value.real == 0 ? .always : .never)
  }
}

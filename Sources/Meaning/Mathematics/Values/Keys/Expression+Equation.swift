/// An equation is written as the expression that is 0, an inequality as the one that is positive.
extension Expression {
  /// The solutions of `self = 0`.
  ///
  /// One variable in an affine expression: the number that it is. `y` beside other variables in an expression that is affine in `y`: the
  /// expression that `y` is. Otherwise the relation itself, whatever factor it is multiplied by. Without variables: always or never.
  package func solution(_ options: ValueOptions = ValueOptions()) -> Scalar? {
    guard let survey = Survey(self) else { return nil }
    let variables = survey.variables
    if variables.isEmpty { return constant(.value, options).map(Scalar.init(holdingIfZero:)) }
    if let variable = variables.count == 1 ? variables[0] : variables.first(where: { $0 == "y" }), isRational(in: variable) {
      let rest = variables.filter { $0 != variable }
      let root =
        rest.isEmpty
        ? constant(.root(of: variable), options)
        : sampled(
          .root(of: variable), rest, points: survey.points, options)
      if let root { return root }
    }
    return relation(variables, options)
  }

  /// The key of `self > 0`, or of `self ≥ 0`: the same for any positive multiple.
  package func orderKey(isStrict: Bool, _ options: ValueOptions = ValueOptions()) -> ScalarKey? {
    guard let survey = Survey(self) else { return nil }
    if survey.variables.isEmpty {
      guard let value = constant(.value, options)?.real else { return nil }
      return value > 0 || (value == 0 && !isStrict) ? .always : .never
    }
    return comparison(options, isOrder: true).map { ratios in
      guard let ratios else { return isStrict ? .never : .always }
      return ScalarKey(.order(ratios, isStrict: isStrict))
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
      var evaluator = ExpressionEvaluator<DoubleDouble>(at: SamplePoint(index: 0, exception: (variable, end)))
      return evaluator.value(of: self)
    }
    var arithmetic = ExpressionEvaluator<DoubleDouble>()
    guard let first = ends[0], let second = ends[1], let rise = arithmetic.sum(second, arithmetic.negative(first))?.approximation?.asReal
    else { return 0 }
    return rise.real.double < 0 ? -1 : 1
  }

  private func relation(_ variables: [String], _ options: ValueOptions) -> Scalar? {
    guard let ratios = comparison(options, isOrder: false) else { return nil }
    guard let ratios else { return Scalar(key: .always) }
    // What is the same number everywhere is never 0.
    if ratios.allSatisfy({ $0 != nil && $0 == ratios[0] }), mentionsNothing(options) { return Scalar(key: .never) }
    return Scalar(key: .relation(ratios), variables: variables)
  }

  /// Whether the value is the same at all sample points.
  private func mentionsNothing(_ options: ValueOptions) -> Bool {
    scalar(options)?.isConstant == true
  }

  /// The values at the sample points over the first that isn't 0, or for an order over its magnitude. The inner nil: all are 0. The outer:
  /// there is none, or the sign of a complex number would matter.
  private func comparison(_ options: ValueOptions, isOrder: Bool) -> [RoundedNumber?]?? {
    comparison(options, isOrder: isOrder, in: Double.self) ?? comparison(options, isOrder: isOrder, in: DoubleDouble.self)
  }

  private func comparison<Real: RealNumber>(_ options: ValueOptions, isOrder: Bool, in precision: Real.Type) -> [RoundedNumber?]?? {
    var pivot: Approximation<Real>?
    var ratios: [RoundedNumber?] = []
    for index in 0..<SamplePoint.count {
      let value: Value<Real>
      switch find(.value, at: index, in: precision) {
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

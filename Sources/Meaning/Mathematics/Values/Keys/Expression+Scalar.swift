internal import BigInt

extension Expression {
  /// The value of the expression; nil where it has none, or none is found within bounds.
  ///
  /// A rational number is found exactly. Any other number is computed with a bound on its error, in doubles and where they don't suffice in
  /// pairs of them, until the digits of the key are certain. An expression in variables is computed at the points of a grid that is the same
  /// whatever the variables are called.
  package func scalar(_ options: ValueOptions = ValueOptions()) -> Scalar? {
    var steps = Survey.sampleSteps
    return scalar(options, &steps)
  }

  /// The value, found within the steps that an answer has left; nil as well where there are too few.
  func scalar(_ options: ValueOptions, _ steps: inout Int) -> Scalar? {
    if case .number(let number) = self { return Scalar(number, options) }
    guard let survey = Survey(self) else { return nil }
    if let infinity { return Scalar(infinity: infinity) }
    return survey.variables.isEmpty ? constant(.value, options) : sampled(.value, survey.variables, survey, options, &steps)
  }

  /// A quantity that is a number, whatever the variables are that are mentioned.
  func constant(_ quantity: Quantity, _ options: ValueOptions, mentioned: [String] = []) -> Scalar? {
    let point = SamplePoint(mentioned)
    var steps = Survey.steps
    switch find(quantity, at: point, in: Double.self, steps: &steps, allowed: steps) {
    case .value(let value):
      if let scalar = Scalar(value, options) { return scalar }
    case .undefined, .notAffine: return nil
    case .uncertain: break
    }
    steps = Survey.steps
    switch find(quantity, at: point, in: DoubleDouble.self, steps: &steps, allowed: steps) {
    case .value(let value): return Scalar(value, options)
    case .undefined, .notAffine, .uncertain: return nil
    }
  }

  /// A quantity that depends on variables, or seems to; nil if it is a root and the expression isn't affine.
  func sampled(_ quantity: Quantity, _ mentioned: [String], _ survey: Survey, _ options: ValueOptions, _ steps: inout Int) -> Scalar? {
    guard let names = dependencies(of: quantity, on: mentioned, options, &steps) else { return nil }
    if names.isEmpty { return constant(quantity, options, mentioned: mentioned) }
    let isIntegral = names.count > 1 && names.contains("c") && !names.contains("C") && isAdded("c", in: quantity, mentioned, &steps)
    let variables = SampleVariables(names, of: mentioned, renaming: isIntegral ? ["c": "C"] : [:])
    let points = survey.points(of: variables, &steps)
    var samples: [RoundedNumber?] = []
    samples.reserveCapacity(points.count)
    for point in points {
      let sample = sample(quantity, at: variables.point(point), options, &steps)
      guard steps >= 0 else { return nil }
      switch sample {
      case .number(let number): samples.append(number)
      case .undefined: samples.append(nil)
      case .notAffine: return nil
      }
    }
    // Whatever the variables are: a number.
    if samples.allSatisfy({ $0 == samples[0] }) { return samples[0] == nil ? nil : constant(quantity, options, mentioned: mentioned) }
    return Scalar(key: .samples(variables.names, samples), variables: names)
  }

  /// Those of the variables on which a quantity depends, in the order of their names: where one alone changes, the quantity does, at one of
  /// some points at least. Of a single variable its samples will tell. Nil if the quantity is a root and the expression isn't affine, and
  /// where there are too few steps left.
  func dependencies(
    of quantity: Quantity, on mentioned: [String], _ options: ValueOptions, _ steps: inout Int
  ) -> [String]? {
    guard mentioned.count > 1 else { return mentioned }
    var names: [String] = []
    for (rank, name) in mentioned.enumerated() {
      var isKnown = false
      for probe in 0..<SampleGrid.probeCount {
        var values = mentioned.indices.map { SampleGrid.probe(probe, $0) }
        let first = sample(quantity, at: SamplePoint(mentioned, values), options, &steps)
        values[rank] = SampleGrid.outlier(probe)
        let second = sample(quantity, at: SamplePoint(mentioned, values), options, &steps)
        guard steps >= 0, first != .notAffine, second != .notAffine else { return nil }
        guard case .number(let before) = first, case .number(let after) = second else { continue }
        isKnown = before == after
        if !isKnown { break }
      }
      // Where there are no two values to compare, it may.
      if !isKnown { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether a variable is only added, as a constant of integration is: the quantity less the variable doesn't depend on it.
  private func isAdded(_ name: String, in quantity: Quantity, _ mentioned: [String], _ steps: inout Int) -> Bool {
    guard let rank = mentioned.firstIndex(of: name) else { return false }
    var isFound = false
    for probe in 0..<SampleGrid.probeCount {
      var values = mentioned.indices.map { SampleGrid.probe(probe, $0) }
      let start = find(quantity, at: SamplePoint(mentioned, values), in: DoubleDouble.self, steps: &steps)
      let step = DoubleDouble(values[rank]) - DoubleDouble(SampleGrid.probe(probe, rank + mentioned.count))
      values[rank] = SampleGrid.probe(probe, rank + mentioned.count)
      let end = find(quantity, at: SamplePoint(mentioned, values), in: DoubleDouble.self, steps: &steps)
      guard case .value(let start) = start, case .value(let end) = end else { continue }
      var arithmetic = ExpressionEvaluator<DoubleDouble>()
      guard let rise = arithmetic.sum(end, arithmetic.negative(start)),
        let rest = arithmetic.sum(rise, .approximate(Approximation(step, error: 1e-28))), rest.isZero(besides: end) == .yes
      else { return false }
      isFound = true
    }
    return isFound && steps >= 0
  }

  private enum Sample: Equatable {
    case number(RoundedNumber)
    case undefined, notAffine
  }

  private func sample(_ quantity: Quantity, at point: SamplePoint, _ options: ValueOptions, _ steps: inout Int) -> Sample {
    steps -= Survey.stepsOfRounding
    switch find(quantity, at: point, in: Double.self, steps: &steps) {
    case .value(let value):
      if case .number(let number) = value.rounded(digits: options.sampleDigits) { return .number(number) }
    case .undefined: return .undefined
    case .notAffine: return .notAffine
    case .uncertain: break
    }
    switch find(quantity, at: point, in: DoubleDouble.self, steps: &steps) {
    case .value(let value):
      if case .number(let number) = value.rounded(digits: options.sampleDigits) { return .number(number) }
      return .undefined
    case .notAffine: return .notAffine
    case .undefined, .uncertain: return .undefined
    }
  }
}

extension Scalar {
  /// Nil for a number that isn't known well enough for its key.
  init?<Real: RealNumber>(_ value: Value<Real>, _ options: ValueOptions) {
    switch value {
    case .exact(let number):
      self.init(number, options)
    case .approximate(let number):
      guard let key = number.constantKey(options) else { return nil }
      self.init(key: key, real: number.isReal ? number.real.double : nil)
    }
  }
}

extension RoundedDecimal {
  /// The nearest double, or close to it.
  var double: Double { Double("\(mantissa)e\(exponent)") ?? 0 }
}

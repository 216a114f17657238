internal import BigInt

extension Expression {
  /// The value of the expression; nil where it has none, or none is found within bounds.
  ///
  /// A rational number is found exactly. Any other number is computed with a bound on its error, in doubles and where they don't suffice in
  /// pairs of them, until the digits of the key are certain. An expression in variables is computed at four fixed points.
  package func scalar(_ options: ValueOptions = ValueOptions()) -> Scalar? {
    if case .number(let number) = self { return Scalar(number, options) }
    guard let survey = Survey(self) else { return nil }
    if let infinity { return Scalar(infinity: infinity) }
    return survey.variables.isEmpty ? constant(.value, options) : sampled(.value, survey.variables, points: survey.points, options)
  }

  /// A quantity that is a number.
  func constant(_ quantity: Quantity, _ options: ValueOptions) -> Scalar? {
    switch find(quantity, at: 0, in: Double.self, steps: Survey.steps) {
    case .value(let value):
      if let scalar = Scalar(value, options) { return scalar }
    case .undefined, .notAffine: return nil
    case .uncertain: break
    }
    switch find(quantity, at: 0, in: DoubleDouble.self, steps: Survey.steps) {
    case .value(let value): return Scalar(value, options)
    case .undefined, .notAffine, .uncertain: return nil
    }
  }

  /// A quantity that depends on variables, or seems to; nil if it is a root and the expression isn't affine.
  func sampled(_ quantity: Quantity, _ variables: [String], points: [Int], _ options: ValueOptions) -> Scalar? {
    var samples: [RoundedNumber?] = []
    samples.reserveCapacity(points.count)
    var isSame = true
    for index in points {
      let sample: RoundedNumber?
      switch self.sample(quantity, at: index, options) {
      case .number(let number): sample = number
      case .undefined: sample = nil
      case .notAffine: return nil
      }
      if index > 0, isSame { isSame = sample == samples[0] }
      samples.append(sample)
    }
    // Whatever the variables are: a number.
    if isSame { return samples[0] == nil ? nil : constant(quantity, options) }
    return Scalar(key: .samples(samples), variables: variables)
  }

  private enum Sample {
    case number(RoundedNumber)
    case undefined, notAffine
  }

  private func sample(_ quantity: Quantity, at index: Int, _ options: ValueOptions) -> Sample {
    switch find(quantity, at: index, in: Double.self) {
    case .value(let value):
      if case .number(let number) = value.rounded(digits: options.sampleDigits) { return .number(number) }
    case .undefined: return .undefined
    case .notAffine: return .notAffine
    case .uncertain: break
    }
    switch find(quantity, at: index, in: DoubleDouble.self) {
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

public import Transformer

extension TrainingGroup {
  /// One sequence, whose tokens from `firstTarget` on are predicted.
  public init(tokens: [Int32], firstTarget: Int = 1) {
    self.init(prompt: Array(tokens.prefix(firstTarget)), responses: [Array(tokens.dropFirst(firstTarget))])
  }
}

extension TrainingPass {
  /// Gradients of Σ coefficient · ln p, for coefficients that do not depend on the log-probabilities.
  public func gradients(_ groups: [TrainingGroup], of parameters: Parameters, coefficients: [Float]) -> Parameters {
    let gradients = Gradients(of: parameters)
    gradients.begin()
    backward(groups, into: gradients, coefficients: coefficients)
    gradients.finish()
    return gradients.values
  }

  /// Adds such gradients.
  public func backward(_ groups: [TrainingGroup], into gradients: Gradients, coefficients: [Float]) {
    var next = 0
    backward(groups, into: gradients) { _, logProbabilities in
      defer { next += logProbabilities.count }
      return Array(coefficients[next..<next + logProbabilities.count])
    }
    precondition(next == coefficients.count)
  }
}

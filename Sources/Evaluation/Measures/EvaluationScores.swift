/// How well a policy answers a set of questions, as report.json holds it.
public struct EvaluationScores: Sendable, Equatable, Codable {
  /// The share of questions whose greedy answer is right.
  public var greedy: Double

  /// The share of samples at temperature 1 that are right.
  public var mean: Double

  /// The share of questions whose most frequent answer is right.
  public var majority: Double

  /// The mean semantic entropy of a question's answers, in nats.
  public var semanticEntropy: Double

  /// The mean length of the samples, in tokens.
  public var length: Double

  /// Creates scores.
  public init(greedy: Double, mean: Double, majority: Double, semanticEntropy: Double, length: Double) {
    self.greedy = greedy
    self.mean = mean
    self.majority = majority
    self.semanticEntropy = semanticEntropy
    self.length = length
  }

  private enum CodingKeys: String, CodingKey {
    case greedy, mean, majority, length
    case semanticEntropy = "semantic_entropy"
  }
}

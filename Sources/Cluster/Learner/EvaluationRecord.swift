/// A measured policy version with its figures. Encoded, it is a line of metrics.jsonl: the figures by their names, and the version.
public struct EvaluationRecord: Sendable, Equatable, Encodable {
  /// The policy version.
  public var policyVersion: UInt32

  /// What was measured.
  public var figures: EvaluationFigures

  /// Creates a record.
  public init(policyVersion: UInt32, figures: EvaluationFigures) {
    self.policyVersion = policyVersion
    self.figures = figures
  }

  private enum CodingKeys: String, CodingKey {
    case policyVersion = "policy_version"
  }

  /// Encodes the version among its figures.
  public func encode(to encoder: any Encoder) throws {
    try figures.encode(to: encoder)
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(policyVersion, forKey: .policyVersion)
  }
}

/// A policy's figures on the held-out questions. All but the greedy accuracy come from samples, and are nil where none were drawn.
public struct EvaluationFigures: Sendable, Equatable, Codable {
  /// The share of questions whose greedy answer is right.
  public var greedy: Double

  /// The share of samples that are right.
  public var mean: Double?

  /// The share of questions whose most frequent answer is right.
  public var majority: Double?

  /// The mean semantic entropy of a question's answers, in nats.
  public var semanticEntropy: Double?

  /// The mean length of the samples, in tokens.
  public var length: Double?

  /// The share of samples with a boxed answer.
  public var boxed: Double?

  /// Creates figures.
  public init(
    greedy: Double, mean: Double? = nil, majority: Double? = nil, semanticEntropy: Double? = nil, length: Double? = nil,
    boxed: Double? = nil
  ) {
    self.greedy = greedy
    self.mean = mean
    self.majority = majority
    self.semanticEntropy = semanticEntropy
    self.length = length
    self.boxed = boxed
  }

  private enum CodingKeys: String, CodingKey {
    case greedy, mean, majority, length, boxed
    case semanticEntropy = "semantic_entropy"
  }
}

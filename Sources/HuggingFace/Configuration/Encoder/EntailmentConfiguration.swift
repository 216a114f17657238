/// What a classifier says of two texts: whether the second follows from the first. The raw values are the names in messages.
public enum EntailmentLabel: String, Sendable, CaseIterable {
  case entailment
  case neutral
  case contradiction
  /// Neutral or a contradiction: the other label of a classifier that has two.
  case notEntailment = "not_entailment"
}

/// A classifier of entailment, as a checkpoint's config.json gives it: an encoder of BERT's family, and the labels of its head's outputs.
public struct EntailmentConfiguration: Sendable, Equatable {
  /// The encoder.
  public var encoder: BertConfiguration

  /// The label of each output: entailment, neutral and contradiction, or entailment and its contrary, in any order.
  public var labels: [EntailmentLabel]

  /// Tokens of the longest pair, those around its texts included.
  public var maximumTokens: Int
}

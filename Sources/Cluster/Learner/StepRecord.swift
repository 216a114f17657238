public import EMPO

/// A trained step with its figures. Encoded, it is a line of metrics.jsonl: the figures by their names, and the step.
public struct StepRecord: Sendable, Equatable, Encodable {
  /// The step, counted from 0. Its update made policy version `step + 1`.
  public var step: UInt32

  /// How it went.
  public var figures: StepFigures

  /// The digest of policy version `step + 1`, see `WeightFrame.digest`; nil where none was kept. A line of metrics.jsonl leaves it out: its
  /// figures are numbers.
  public var policyDigest: String?

  /// Creates a record.
  public init(step: UInt32, figures: StepFigures, policyDigest: String? = nil) {
    self.step = step
    self.figures = figures
    self.policyDigest = policyDigest
  }

  private enum CodingKeys: String, CodingKey {
    case step
  }

  /// Encodes the step among its figures.
  public func encode(to encoder: any Encoder) throws {
    try figures.encode(to: encoder)
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(step, forKey: .step)
  }
}

/// The figures of a trained step. Encoded, they are one flat object, as the ledger keeps it.
public struct StepFigures: Sendable, Equatable, Codable {
  /// What the update found.
  public var update: UpdateReport

  /// How fast the step went.
  public var pace: StepPace

  /// Questions that were left out on the way to the step's, because they had been unanimous; nil where none ever is.
  public var skippedQuestions: Int?

  /// Where the update's time went; nil where the learner computed its gradient alone.
  public var spread: SpreadFigures?

  /// Bytes of the version that the step made, as it is broadcast; nil in records of earlier releases.
  public var versionBytes: Int?

  /// Creates figures.
  public init(
    update: UpdateReport, pace: StepPace, skippedQuestions: Int? = nil, spread: SpreadFigures? = nil, versionBytes: Int? = nil
  ) {
    self.update = update
    self.pace = pace
    self.skippedQuestions = skippedQuestions
    self.spread = spread
    self.versionBytes = versionBytes
  }

  /// The share of the questions that came up for the step and were left out; nil where none ever is.
  public var skippedShare: Double? {
    skippedQuestions.map { Double($0) / Double(max(1, $0 + update.keptGroups + update.droppedGroups)) }
  }

  private enum CodingKeys: String, CodingKey {
    case skippedQuestions = "skipped_questions"
    case versionBytes = "version_bytes"
  }

  /// Decodes all parts from one object.
  public init(from decoder: any Decoder) throws {
    update = try UpdateReport(from: decoder)
    update.collapse = try GuardReport(among: decoder)
    pace = try StepPace(from: decoder)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    skippedQuestions = try fields.decodeIfPresent(Int.self, forKey: .skippedQuestions)
    versionBytes = try fields.decodeIfPresent(Int.self, forKey: .versionBytes)
    let hasSpread = try decoder.container(keyedBy: SpreadFigures.CodingKeys.self).contains(.gradientSeconds)
    spread = hasSpread ? try SpreadFigures(from: decoder) : nil
  }

  /// Encodes all parts into one object; no name is in two.
  public func encode(to encoder: any Encoder) throws {
    try update.encode(to: encoder)
    try update.collapse?.encode(to: encoder)
    try pace.encode(to: encoder)
    try spread?.encode(to: encoder)
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encodeIfPresent(skippedQuestions, forKey: .skippedQuestions)
    try fields.encodeIfPresent(versionBytes, forKey: .versionBytes)
  }
}

/// Where the time of an update went whose gradient was spread over workers. Its names in JSON are those that the ledger and metrics.jsonl keep.
public struct SpreadFigures: Sendable, Equatable, Codable {
  /// Seconds in which parts of the gradient were computed.
  public var gradientSeconds: Double

  /// Seconds in which the last parts, all computed, were on their way.
  public var linkSeconds: Double

  /// Seconds in which the learner did what it does alone.
  public var learnerSeconds: Double

  fileprivate enum CodingKeys: String, CodingKey {
    case gradientSeconds = "gradient_seconds"
    case linkSeconds = "link_seconds"
    case learnerSeconds = "learner_seconds"
  }
}

extension StepTiming {
  /// What is kept of an update whose gradient was spread; nil where the learner computed it alone.
  public var spread: SpreadFigures? {
    guard gradientSeconds > 0 else { return nil }
    return SpreadFigures(gradientSeconds: gradientSeconds, linkSeconds: linkSeconds, learnerSeconds: learnerSeconds)
  }
}

public import EMPO

/// A trained step with its figures. Encoded, it is a line of metrics.jsonl: the figures by their names, and the step.
public struct StepRecord: Sendable, Equatable, Encodable {
  /// The step, counted from 0. Its update made policy version `step + 1`.
  public var step: UInt32

  /// How it went.
  public var figures: StepFigures

  /// Creates a record.
  public init(step: UInt32, figures: StepFigures) {
    self.step = step
    self.figures = figures
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

  /// Creates figures.
  public init(update: UpdateReport, pace: StepPace, skippedQuestions: Int? = nil) {
    self.update = update
    self.pace = pace
    self.skippedQuestions = skippedQuestions
  }

  /// The share of the questions that came up for the step and were left out; nil where none ever is.
  public var skippedShare: Double? {
    skippedQuestions.map { Double($0) / Double(max(1, $0 + update.keptGroups + update.droppedGroups)) }
  }

  private enum CodingKeys: String, CodingKey {
    case skippedQuestions = "skipped_questions"
  }

  /// Decodes all parts from one object.
  public init(from decoder: any Decoder) throws {
    update = try UpdateReport(from: decoder)
    pace = try StepPace(from: decoder)
    skippedQuestions = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Int.self, forKey: .skippedQuestions)
  }

  /// Encodes all parts into one object; no name is in two.
  public func encode(to encoder: any Encoder) throws {
    try update.encode(to: encoder)
    try pace.encode(to: encoder)
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encodeIfPresent(skippedQuestions, forKey: .skippedQuestions)
  }
}

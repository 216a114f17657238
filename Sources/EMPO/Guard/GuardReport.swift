/// What the guard found of a step: a part of the step's figures. Its names in JSON are those that the ledger and metrics.jsonl keep.
public struct GuardReport: Sendable, Equatable {
  /// What the step's answers look like.
  public var answers: AnswerFigures

  /// The newest policy version that shows nothing suspicious.
  public var soundVersion: Int

  /// Figures that are out of bounds.
  public var alarmCount: Int

  /// Those of them that speak against the policy at hand, and not only of what comes.
  public var policyAlarmCount: Int

  /// The alarms that are new with this step. JSON has the number of all that stand alone, since a figure is one number.
  public var alarms: [GuardAlarm]

  /// The policy version with which the run ends; nil where nothing ends it early.
  public var end: Int?

  /// Creates a report.
  public init(
    answers: AnswerFigures, soundVersion: Int, alarmCount: Int = 0, policyAlarmCount: Int = 0, alarms: [GuardAlarm] = [], end: Int? = nil
  ) {
    self.answers = answers
    self.soundVersion = soundVersion
    self.alarmCount = alarmCount
    self.policyAlarmCount = policyAlarmCount
    self.alarms = alarms
    self.end = end
  }
}

extension GuardReport: Codable {
  private enum CodingKeys: String, CodingKey {
    case soundVersion = "guard_sound_version"
    case alarmCount = "guard_alarms"
    case policyAlarmCount = "guard_policy_alarms"
    case end = "guard_end"
  }

  /// Decodes a report from among the figures of a step; nil where they have none.
  public init?(among decoder: any Decoder) throws {
    guard try decoder.container(keyedBy: CodingKeys.self).contains(.soundVersion) else { return nil }
    try self.init(from: decoder)
  }

  /// Decodes a report, but for the alarms.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      answers: try AnswerFigures(from: decoder), soundVersion: try fields.decode(Int.self, forKey: .soundVersion),
      alarmCount: try fields.decode(Int.self, forKey: .alarmCount),
      policyAlarmCount: try fields.decode(Int.self, forKey: .policyAlarmCount), end: try fields.decodeIfPresent(Int.self, forKey: .end))
  }

  /// Encodes a report, but for the alarms.
  public func encode(to encoder: any Encoder) throws {
    try answers.encode(to: encoder)
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(soundVersion, forKey: .soundVersion)
    try fields.encode(alarmCount, forKey: .alarmCount)
    try fields.encode(policyAlarmCount, forKey: .policyAlarmCount)
    try fields.encodeIfPresent(end, forKey: .end)
  }
}

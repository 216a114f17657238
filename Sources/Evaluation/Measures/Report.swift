internal import Foundation

/// The version of a run to use, in report.json.
public struct BestModel: Sendable, Equatable, Codable {
  /// The policy version.
  public var policyVersion: UInt32
  /// By what it is the best: `held_out` or `guard`.
  public var measure: String
  /// Its greedy accuracy on the held-out questions, where it was measured.
  public var accuracy: Double?

  /// Creates an entry.
  public init(policyVersion: UInt32, measure: String, accuracy: Double?) {
    self.policyVersion = policyVersion
    self.measure = measure
    self.accuracy = accuracy
  }

  private enum CodingKeys: String, CodingKey {
    case measure, accuracy
    case policyVersion = "policy_version"
  }
}

/// What a run's guard found, in report.json.
public struct CollapseFinding: Sendable, Equatable, Codable {
  /// Whether the guard ended the run before its last step.
  public var hasStopped: Bool
  /// The policy version at which it decided so.
  public var decidedAt: Int?
  /// The alarms that ended the run, or else the first of each figure, a line each.
  public var alarms: [String]

  /// Creates an entry.
  public init(hasStopped: Bool, decidedAt: Int?, alarms: [String]) {
    self.hasStopped = hasStopped
    self.decidedAt = decidedAt
    self.alarms = alarms
  }

  private enum CodingKeys: String, CodingKey {
    case alarms
    case hasStopped = "stopped"
    case decidedAt = "decided_at_version"
  }
}

/// The result of a run: report.json.
public struct Report: Sendable, Equatable, Codable {
  /// The base model's scores on the held-out questions; nil when nothing was held out.
  public var before: EvaluationScores?

  /// The trained model's scores on the same questions.
  public var after: EvaluationScores?

  /// Optimiser steps of the run.
  public var steps: Int

  /// Seconds of training.
  public var seconds: Double

  /// The SHA-256 of the final parameters, in hexadecimal.
  public var policySHA256: String

  /// Questions that came up and were left out, because they had been unanimous; nil where none ever is.
  public var skippedQuestions: Int?

  /// An estimate of the response tokens that sampling those would have cost; nil where none ever is.
  public var savedTokens: Int?

  /// Which version is the one to use, and by what; nil where nothing tells the versions apart.
  public var best: BestModel?

  /// What the run's guard found; nil without a guard.
  public var collapse: CollapseFinding?

  /// Creates a report.
  public init(
    before: EvaluationScores?, after: EvaluationScores?, steps: Int, seconds: Double, policySHA256: String, skippedQuestions: Int? = nil,
    savedTokens: Int? = nil, best: BestModel? = nil, collapse: CollapseFinding? = nil
  ) {
    self.before = before
    self.after = after
    self.steps = steps
    self.seconds = seconds
    self.policySHA256 = policySHA256
    self.skippedQuestions = skippedQuestions
    self.savedTokens = savedTokens
    self.best = best
    self.collapse = collapse
  }

  private enum CodingKeys: String, CodingKey {
    case before, after, steps, seconds, best
    case collapse = "guard"
    case policySHA256 = "policy_sha256"
    case skippedQuestions = "skipped_questions"
    case savedTokens = "tokens_saved"
  }

  /// The report as indented JSON with sorted keys, ending in a line end.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}

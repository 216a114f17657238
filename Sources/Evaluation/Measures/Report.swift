internal import Foundation

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

  /// Creates a report.
  public init(
    before: EvaluationScores?, after: EvaluationScores?, steps: Int, seconds: Double, policySHA256: String, skippedQuestions: Int? = nil,
    savedTokens: Int? = nil
  ) {
    self.before = before
    self.after = after
    self.steps = steps
    self.seconds = seconds
    self.policySHA256 = policySHA256
    self.skippedQuestions = skippedQuestions
    self.savedTokens = savedTokens
  }

  private enum CodingKeys: String, CodingKey {
    case before, after, steps, seconds
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

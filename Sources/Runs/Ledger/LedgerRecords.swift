public import Foundation
public import Wire

/// A group as the ledger keeps it.
public struct LedgerGroup: Sendable, Equatable {
  /// What the worker sent.
  public var result: GroupResult

  /// Who sent it.
  public var worker: String

  /// Which question it answers.
  public var questionID: String

  /// Creates a group.
  public init(_ result: GroupResult, worker: String, questionID: String) {
    self.result = result
    self.worker = worker
    self.questionID = questionID
  }
}

/// What is known of a step that is trained.
public struct StepRecord: Sendable, Equatable {
  /// The step.
  public var step: UInt32

  /// The policy version that the step's update made.
  public var policyVersion: UInt32

  /// The step's figures by name, as in metrics.jsonl.
  public var metrics: [String: Double]

  /// Creates a record.
  public init(step: UInt32, policyVersion: UInt32, metrics: [String: Double]) {
    self.step = step
    self.policyVersion = policyVersion
    self.metrics = metrics
  }
}

/// Something that happened in a run and that its owner may ask about later.
public struct EventRecord: Sendable, Equatable {
  /// When.
  public var time: Date

  /// What sort of thing, in one word, such as `restart`.
  public var kind: String

  /// One line.
  public var message: String

  /// Creates a record.
  public init(time: Date = Date(), kind: String, message: String) {
    self.time = time
    self.kind = kind
    self.message = message
  }
}

/// A policy's figures on a set of questions.
public struct EvaluationRecord: Sendable, Equatable {
  /// The policy version that was measured.
  public var policyVersion: UInt32

  /// What was measured, such as `held_out`.
  public var name: String

  /// The figures by name, such as `greedy`.
  public var metrics: [String: Double]

  /// Creates a record.
  public init(policyVersion: UInt32, name: String, metrics: [String: Double]) {
    self.policyVersion = policyVersion
    self.name = name
    self.metrics = metrics
  }
}

public import Logging

/// What a learner service tells whoever watches it; the state machine's notices with what the trainer found.
public enum LearnerReport: Sendable, Equatable {
  /// The learner listens. `endpoint` is what workers connect to.
  case listening(endpoint: String, version: UInt32)
  /// Something happened in the conversation.
  case notice(LearnerNotice)
  /// A step is trained. The timing's pace is among the record's figures.
  case step(StepRecord, StepTiming)
  /// A version is measured.
  case evaluation(EvaluationRecord)
}

extension LearnerNotice {
  /// How loudly it is logged.
  public var level: Logger.Level {
    switch self {
    case .accepted, .checkPassed, .duplicateDropped, .partAdded, .stepReady: .debug
    case .uncheckable(_, _, let count): count == 1 ? .warning : .debug
    case .workerLost, .mixedArithmetic, .otherBuild, .workerHung, .leaseReassigned, .groupRejected, .scoresReplaced, .quarantined,
      .lieFound, .partLost, .updateBegunAgain, .goingBack, .misbehaved, .refused, .untold, .accessChanged:
      .warning
    case .staleDropped, .leaseDoubled, .workerRecovered, .quarantineEnded, .workerJoined, .workerLeft, .stepFinished, .checkpointed,
      .measuring, .waiting, .waitingForParts, .stopping, .outOfTime, .complete:
      .info
    }
  }
}

/// What a lease asks for.
public enum WorkKind: UInt8, Sendable, CaseIterable {
  /// A group of a step, sampled and scored.
  case sample = 0
  /// Responses to a held-out question, sampled for a measurement and judged by the learner.
  case evaluation = 1
  /// What sampling gives where it follows the responses of a sampled group: the same, if the group is what its seed gives.
  case sampleCheck = 2
  /// The same for a held-out question's responses.
  case evaluationCheck = 3
  /// A part of a step's gradient, at the policy that the step updates.
  case gradient = 4
  /// The same part again, of which only the summary is wanted.
  case gradientCheck = 5

  /// Whether others' work is done again.
  public var isCheck: Bool { checked != self }

  /// The kind of the work that is checked; the kind itself where that is no check.
  public var checked: WorkKind {
    switch self {
    case .sample, .sampleCheck: .sample
    case .evaluation, .evaluationCheck: .evaluation
    case .gradient, .gradientCheck: .gradient
    }
  }

  /// The kind that checks work of this kind.
  public var check: WorkKind {
    switch self {
    case .sample, .sampleCheck: .sampleCheck
    case .evaluation, .evaluationCheck: .evaluationCheck
    case .gradient, .gradientCheck: .gradientCheck
    }
  }

  /// What is done first where several kinds wait: parts of a gradient and checks, for which updates wait.
  fileprivate var rank: Int { self == .gradient ? 0 : isCheck ? 1 : 2 }
}

/// A piece of a run's work.
public struct WorkItem: Sendable, Hashable {
  /// What is asked for.
  public var kind: WorkKind

  /// The step whose batch the group joins; of an evaluation, the policy version that is measured.
  public var step: UInt32

  /// The place within the step; of an evaluation, the question's place among those held out; of a gradient, the part.
  public var slot: UInt32

  /// Names a piece of work.
  public init(_ kind: WorkKind = .sample, step: UInt32, slot: UInt32) {
    self.kind = kind
    self.step = step
    self.slot = slot
  }

  /// What this checks; the item itself where it checks nothing.
  public var checked: WorkItem { WorkItem(kind.checked, step: step, slot: slot) }

  /// The check of this.
  public var check: WorkItem { WorkItem(kind.check, step: step, slot: slot) }
}

extension WorkItem: Comparable {
  /// What updates wait for comes first, then what comes first in the run.
  public static func < (left: WorkItem, right: WorkItem) -> Bool {
    (left.kind.rank, left.step, left.kind.rawValue, left.slot) < (right.kind.rank, right.step, right.kind.rawValue, right.slot)
  }
}

extension WorkItem: CustomStringConvertible {
  /// A few words.
  public var description: String {
    switch kind {
    case .sample: "step \(step) slot \(slot)"
    case .evaluation: "question \(slot) of version \(step)'s evaluation"
    case .gradient: "part \(slot) of step \(step)'s gradient"
    case .sampleCheck, .evaluationCheck, .gradientCheck: "the check of \(checked)"
    }
  }
}

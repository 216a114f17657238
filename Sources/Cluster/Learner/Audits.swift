internal import Random

/// What a learner does when two workers answer one task differently.
public enum AuditAction: String, Sendable, CaseIterable {
  /// Ends the run: neither answer counts, and the slot is leased anew when the run goes on.
  case stop
  /// Says so and takes the answer that came first: the run is no longer a function of its configuration.
  case log
}

/// Which tasks go to two workers, whose answers have to be the same bytes.
public struct AuditPlan: Sendable, Equatable {
  /// The share of tasks, from 0 to 1.
  public var share: Double

  /// The run's seed: with step and slot it decides whether a task is audited, so that this is a function of the configuration.
  public var seed: UInt64

  /// What follows from a mismatch.
  public var action: AuditAction

  /// No audits.
  public static let none = AuditPlan(share: 0, seed: 0)

  /// Creates a plan.
  public init(share: Double, seed: UInt64, action: AuditAction = .stop) {
    precondition((0...1).contains(share), "a share lies between 0 and 1")
    self.share = share
    self.seed = seed
    self.action = action
  }

  /// Whether the task of a slot goes to two workers.
  public func covers(step: UInt32, slot: UInt32) -> Bool {
    guard share > 0 else { return false }
    // A stream that no sample has: groups are far smaller than 2³².
    let philox = Philox(seed: seed, stream: Philox.Stream(step: step, slot: slot, sample: .max))
    return Double(philox.uniform(at: 0)) < share
  }
}

/// That two workers answered one task differently.
public struct AuditMismatch: Sendable, Equatable, CustomStringConvertible {
  /// The task's step.
  public var step: UInt32

  /// The task's slot.
  public var slot: UInt32

  /// The worker whose answer came first.
  public var first: String

  /// The other worker.
  public var second: String

  /// Where they differ; what the first worker said stands first.
  public var difference: GroupDifference

  /// What follows.
  public var action: AuditAction

  /// Creates a mismatch.
  public init(step: UInt32, slot: UInt32, first: String, second: String, difference: GroupDifference, action: AuditAction) {
    self.step = step
    self.slot = slot
    self.first = first
    self.second = second
    self.difference = difference
    self.action = action
  }

  /// One line.
  public var description: String {
    let found = "audit of step \(step) slot \(slot): \(first) and \(second) differ at \(difference)"
    return switch action {
    case .stop:
      found
        + "; neither counts: find out which host computes wrongly, leave it out, and continue with --resume (audit_action: log only tells)"
    case .log: found + "; the first counts, and the run is no longer a function of its configuration"
    }
  }
}

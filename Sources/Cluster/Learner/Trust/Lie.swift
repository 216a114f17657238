public import Wire

/// What a check found: a result that is not what the run's seed gives, or a check that says so of one that is.
public struct Lie: Sendable, Equatable, CustomStringConvertible {
  /// The work.
  public var item: WorkItem

  /// The worker that sent it, or that checked it.
  public var worker: String

  /// The key that vouches for the worker, by its name.
  public var party: String

  /// Where it differs from what the learner computes itself. What the worker said stands first.
  public var difference: ResultDifference

  /// What follows.
  public var action: AuditAction

  /// Creates a finding.
  public init(item: WorkItem, worker: String, party: String, difference: ResultDifference, action: AuditAction) {
    self.item = item
    self.worker = worker
    self.party = party
    self.difference = difference
    self.action = action
  }

  /// One line.
  public var description: String {
    let found = "\(worker) is wrong about \(item): its word and what the learner computes differ at \(difference)"
    return switch action {
    case .expel: found + "; \(party) is expelled: find out whether its host computes wrongly or lies"
    case .stop:
      found + "; it does not count: take \(party) off the run, and continue with --resume (audit_action: expel does so by itself)"
    }
  }
}

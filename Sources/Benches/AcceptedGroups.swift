import Synchronization

/// Counts accepted groups and workers on a learner's socket thread, for others to read.
final class AcceptedGroups: Sendable {
  private let groups = Atomic(0)
  private let present = Atomic(0)

  /// Groups so far.
  var count: Int { groups.load(ordering: .relaxed) }

  /// Workers at present.
  var workers: Int {
    get { present.load(ordering: .relaxed) }
    set { present.store(newValue, ordering: .relaxed) }
  }

  func add() { groups.add(1, ordering: .relaxed) }
}

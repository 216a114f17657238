public import EMPO
public import Wire

/// A task as the sampler gets it. A task that is cancelled and comes again has another ticket.
public struct TicketedTask: Sendable, Equatable {
  /// Tells this hand-over of the task apart from any other.
  public var ticket: UInt64

  /// The task.
  public var task: Task

  /// Creates a ticketed task.
  public init(ticket: UInt64, task: Task) {
    self.ticket = ticket
    self.task = task
  }
}

/// Where a sampler finds tasks and leaves groups, while it samples. Never blocks.
public protocol TaskFeed: AnyObject {
  /// The next task of the loaded version; nil when none waits now.
  func next() -> TicketedTask?

  /// Whether a task's group is no longer wanted: its sequences may leave the batch.
  func isCancelled(_ ticket: UInt64) -> Bool

  /// Leaves a task's scored group.
  func deliver(_ group: ScoredGroup, for ticket: UInt64)
}

/// Samples, clusters and scores. Belongs to a worker's engine thread, which makes it.
public protocol GroupSampler: AnyObject {
  /// Replaces the policy; between batches only.
  ///
  /// - Parameter weights: Bytes as the welcome's manifest lays them out.
  func load(version: UInt32, weights: WeightBytes) throws

  /// Works on the feed's tasks, taking new ones up as room allows and delivering each group as soon as it is done. Returns when
  /// everything taken was delivered or cancelled and the feed has no more.
  func sample(from feed: any TaskFeed) throws
}

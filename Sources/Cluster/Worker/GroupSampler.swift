internal import Digests
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
  /// The next task of the loaded version that asks for responses; nil when none waits now.
  func next() -> TicketedTask?

  /// The next task of the loaded version that asks for a part of a gradient, which goes before what is sampled; nil when none waits now.
  func nextPart() -> TicketedTask?

  /// Whether a task's group is no longer wanted: its sequences may leave the batch.
  func isCancelled(_ ticket: UInt64) -> Bool

  /// Leaves a task's scored group.
  func deliver(_ group: ScoredGroup, for ticket: UInt64)

  /// Leaves a task's gradient.
  func deliver(_ gradient: ComputedGradient, for ticket: UInt64)
}

/// A part of a gradient.
public struct ComputedGradient: Sendable, Equatable {
  /// One float32 for each parameter that is trained, little-endian, in the order of the weights' manifest.
  public var bytes: [UInt8]

  /// What computing it found.
  public var statistics: GradientStatistics

  /// Creates a gradient.
  public init(bytes: [UInt8], statistics: GradientStatistics) {
    self.bytes = bytes
    self.statistics = statistics
  }

  /// What is told of it before its bytes travel.
  public func summary() throws(WireError) -> GradientSummary {
    let digest = BLAKE2b.digest(ofPieces: bytes, of: GradientChunk.bytesEach, tail: try statistics.encoded())
    return GradientSummary(digest: digest, totalBytes: UInt64(bytes.count), statistics: statistics)
  }
}

/// Samples, clusters and scores, and computes parts of gradients. Belongs to a worker's engine thread, which makes it.
public protocol GroupSampler: AnyObject {
  /// Replaces the policy; between batches only.
  ///
  /// - Parameter weights: Bytes as the welcome's manifest lays them out.
  func load(version: UInt32, weights: WeightBytes) throws

  /// Works on the feed's tasks, parts of gradients first, taking new ones up as room allows and delivering each group as soon as it is done. Returns when
  /// everything taken was delivered or cancelled and the feed has no more.
  func sample(from feed: any TaskFeed) throws
}

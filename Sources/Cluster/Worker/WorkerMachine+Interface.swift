public import EMPO
public import Wire

extension WorkerMachine {
  /// What happens to a worker.
  public enum Event: Sendable {
    /// The worker begins.
    case start
    /// The learner said something.
    case message(LearnerMessage)
    /// A published chunk came.
    case broadcast(WeightChunk)
    /// A relay sent a chunk that was asked for, or has it no more; no sign of life from the learner.
    case relayed(LearnerMessage)
    /// The learner sent bytes that are no message.
    case malformed(reason: String)
    /// The sampler took a task up.
    case began(ticket: UInt64)
    /// The sampler finished a task.
    case sampled(ticket: UInt64, group: ScoredGroup, seconds: Double)
    /// The sampler computed a part of a gradient.
    case computed(ticket: UInt64, summary: GradientSummary, bytes: [UInt8], seconds: Double)
    /// The thread for base weights said something.
    case base(BaseEvent)
    /// The sampler cannot go on.
    case failed(reason: String)
    /// Time passed.
    case tick
    /// The worker is asked to leave.
    case drain
  }

  /// What a worker has to do, in the order given.
  public enum Action: Sendable, Equatable {
    /// Sends a message.
    case send(WorkerMessage)
    /// Listens to a publisher.
    case subscribe(to: String)
    /// Has the thread for base weights do something.
    case base(BaseOrder)
    /// Makes a sampler for a run, whose base weights are in a place; nil where it has none. An earlier sampler is of no use any more.
    case prepare(Welcome, base: BasePlace?)
    /// Loads weights into the sampler, which has no task in hand.
    case load(version: UInt32, bytes: [UInt8])
    /// Hands a task of the loaded version to the sampler.
    case sample(ticket: UInt64, task: Task)
    /// Takes tasks away from the sampler.
    case cancel(tickets: [UInt64])
    /// Tells whoever watches.
    case notify(WorkerNotice)
    /// Ends the worker.
    case end(WorkerOutcome)
  }
}

/// How a worker ended.
public enum WorkerOutcome: Sendable, Equatable {
  /// The run is complete.
  case finished
  /// It was asked to leave.
  case drained
  /// The learner refused it for good.
  case refused(reason: String)
  /// The learner was silent for too long.
  case gaveUp(afterSeconds: Int)
  /// Sampling failed, or the base weights cannot be had.
  case failed(reason: String)

  /// Whether the worker did what it was there for.
  public var isSuccess: Bool {
    switch self {
    case .finished, .drained: true
    case .refused, .gaveUp, .failed: false
    }
  }
}

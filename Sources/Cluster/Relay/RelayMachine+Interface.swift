public import Wire

extension RelayMachine {
  /// What happens to a relay.
  public enum Event: Sendable {
    /// The relay begins.
    case start
    /// The learner said something.
    case learner(LearnerMessage)
    /// A published chunk came.
    case broadcast(WeightChunk)
    /// The thread for base weights said something.
    case base(BaseEvent)
    /// A worker said something.
    case worker(WorkerMessage, from: Peer)
    /// Time passed.
    case tick
    /// The relay is asked to end.
    case stop
  }

  /// What a relay has to do, in the order given.
  public enum Action: Sendable {
    /// Sends a message to the learner.
    case tellLearner(WorkerMessage)
    /// Listens to the learner's publisher.
    case subscribe(to: String)
    /// Hands a chunk to every worker that listens.
    case publish(WeightChunk)
    /// Sends a message to a worker.
    case tell(LearnerMessage, to: Peer)
    /// Welcomes a worker, which listens to this relay's publisher then.
    case welcome(Welcome, Peer)
    /// Sends chunks of a frame to a worker, as many as its queue takes; an empty list means from the first on.
    case send(WeightFrame, chunks: [UInt32], to: Peer)
    /// Has the thread for base weights do something.
    case base(BaseOrder)
    /// Sends chunks of the base weights that were found last to a worker, as many as its queue takes; an empty list means from the first on.
    case sendBase(chunks: [UInt32], to: Peer)
    /// Tells whoever watches.
    case notify(RelayNotice)
    /// Ends the relay.
    case end(RelayOutcome)
  }
}

/// How a relay ended.
public enum RelayOutcome: Sendable, Equatable {
  /// The run is complete.
  case finished
  /// It was asked to.
  case stopped
  /// The learner refused it for good.
  case refused(reason: String)
  /// The learner was silent for too long.
  case gaveUp(afterSeconds: Int)
  /// The base weights cannot be had.
  case failed(reason: String)
}

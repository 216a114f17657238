import Synchronization

/// Joins a learner and workers inside one process, by the rules of the sockets: messages are encoded and decoded, queues are
/// bounded, unknown peers are unreachable, a full subscriber misses chunks, the newest peer of a name gets its messages.
public final class InProcessNetwork: Sendable {
  typealias LearnerInbox = Mailbox<(peer: Peer, bytes: [UInt8])>
  typealias WorkerInbox = Mailbox<(isBroadcast: Bool, bytes: [UInt8])>

  private struct Ends {
    var learner: LearnerInbox?
    /// Messages of workers from a time without a learner.
    var unheard: [(peer: Peer, bytes: [UInt8])] = []
    var workers: [Peer: (inbox: WorkerInbox, isSubscribed: Bool)] = [:]
  }

  private let ends = Mutex(Ends())

  /// How many messages may wait for one receiver.
  public let capacity: Int

  /// Creates a network without anyone on it.
  public init(capacity: Int = 1024) {
    self.capacity = capacity
  }

  /// Creates the learner's end. An earlier learner hears nothing any more.
  public func makeLearner() throws(WireError) -> InProcessLearnerTransport {
    let inbox = LearnerInbox(capacity: capacity, wake: try Wake())
    ends.withLock { ends in
      ends.learner = inbox
      for message in ends.unheard { _ = inbox.post(message) }
      ends.unheard = []
    }
    return try InProcessLearnerTransport(network: self, inbox: inbox)
  }

  /// Creates the end of a worker.
  public func makeWorker(_ name: String) throws(WireError) -> InProcessWorkerTransport {
    try requireWorkerName(name)
    let inbox = WorkerInbox(capacity: capacity, wake: try Wake())
    ends.withLock { $0.workers[Peer(name)] = (inbox, false) }
    return try InProcessWorkerTransport(network: self, worker: name, inbox: inbox)
  }

  /// Sends the learner bytes that may be no message, as a stranger could.
  public func inject(_ bytes: [UInt8], from peer: Peer) -> Delivery {
    ends.withLock { ends in
      if let learner = ends.learner { return learner.post((peer, bytes)) ? .sent : .congested }
      guard ends.unheard.count < capacity else { return .congested }
      ends.unheard.append((peer, bytes))
      return .sent
    }
  }

  func send(_ bytes: [UInt8], to peer: Peer) -> Delivery {
    ends.withLock { ends in
      guard let worker = ends.workers[peer] else { return .unreachable }
      return worker.inbox.post((false, bytes)) ? .sent : .congested
    }
  }

  func publish(_ bytes: [UInt8]) {
    ends.withLock { ends in
      for worker in ends.workers.values where worker.isSubscribed { _ = worker.inbox.post((true, bytes)) }
    }
  }

  func subscribe(_ inbox: WorkerInbox, of peer: Peer, to isSubscribed: Bool) {
    ends.withLock { ends in
      if ends.workers[peer]?.inbox === inbox { ends.workers[peer]?.isSubscribed = isSubscribed }
    }
  }

  func leave(_ inbox: WorkerInbox, of peer: Peer) {
    ends.withLock { ends in
      if ends.workers[peer]?.inbox === inbox { ends.workers[peer] = nil }
    }
  }

  func leave(_ inbox: LearnerInbox) {
    ends.withLock { ends in
      if ends.learner === inbox { ends.learner = nil }
    }
  }
}

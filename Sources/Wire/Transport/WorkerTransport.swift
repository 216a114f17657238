/// A worker's end of the conversation. Belongs to one thread, except for ``wake``. Connections are made, and made again after a loss, in
/// the background; meanwhile messages wait in a bounded queue.
public protocol WorkerTransport: AnyObject {
  /// The worker's name, which is its identity.
  var worker: String { get }

  /// Interrupts ``receive(timeoutMilliseconds:)``; from any thread.
  var wake: Wake { get }

  /// Subscribes to the weights of a publisher, in place of any other.
  ///
  /// - Parameter publisher: A ``Welcome``'s publisher.
  func subscribe(to publisher: String) throws(WireError)

  /// Ends the subscription.
  func unsubscribe() throws(WireError)

  /// Waits for the next input.
  ///
  /// - Parameter timeoutMilliseconds: How long to wait at most; 0 looks once, negative waits for ever.
  /// - Returns: Nil when the time has passed, or something else ended the wait early, such as a signal.
  func receive(timeoutMilliseconds: Int) throws(WireError) -> WorkerInput?

  /// Hands a message to the queue to the learner. Never blocks.
  func send(_ message: WorkerMessage) throws(WireError) -> Delivery

  /// Sends what is queued, within a bounded time, and closes. Everything else throws ``WireError/Code/closed`` from then on.
  func close()
}

/// An input of a worker.
public enum WorkerInput: Sendable, Equatable {
  /// The learner said something to this worker.
  case message(LearnerMessage)
  /// A published chunk.
  case broadcast(WeightChunk)
  /// The learner sent bytes that are not a message.
  case malformed(reason: String)
  /// ``WorkerTransport/wake`` was rung.
  case wake
}

/// The learner's end of the conversation. Belongs to one thread, except for ``wake``.
public protocol LearnerTransport: AnyObject {
  /// Where workers connect to, with the actual port.
  var endpoint: String { get }

  /// The publisher that a ``Welcome`` names.
  var publisher: String { get }

  /// Interrupts ``receive(timeoutMilliseconds:)``; from any thread.
  var wake: Wake { get }

  /// Waits for the next input.
  ///
  /// - Parameter timeoutMilliseconds: How long to wait at most; 0 looks once, negative waits for ever.
  /// - Returns: Nil when the time has passed, or something else ended the wait early, such as a signal.
  func receive(timeoutMilliseconds: Int) throws(WireError) -> LearnerInput?

  /// Hands a message to the queue of one worker. Never blocks.
  func send(_ message: LearnerMessage, to peer: Peer) throws(WireError) -> Delivery

  /// Hands a chunk to every subscriber. Never blocks: a subscriber whose queue is full misses it and asks for it later.
  func publish(_ chunk: WeightChunk) throws(WireError)

  /// Sends what is queued, within a bounded time, and closes. Everything else throws ``WireError/Code/closed`` from then on.
  func close()
}

/// An input of the learner.
public enum LearnerInput: Sendable, Equatable {
  /// A worker said something.
  case message(WorkerMessage, from: Peer)
  /// A peer sent bytes that are not a message. The connection stays usable.
  case malformed(Peer, reason: String)
  /// A change or refusal of access.
  case access(AccessEvent)
  /// ``LearnerTransport/wake`` was rung.
  case wake
}

/// A report of a transport that lets in only listed keys. The transport has answered the peer already.
public enum AccessEvent: Sendable, Equatable {
  /// A peer was refused; a stranger is named by its address.
  case denied(Peer, reason: String)
  /// A worker's key was revoked. Nothing that it sends from now on arrives.
  case revoked(Peer, reason: String)
  /// The allow-list was read again, or could not be.
  case list(String)
}

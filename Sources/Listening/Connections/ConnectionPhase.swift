package import NIOCore

/// The requests and answers of one connection, and until when what it waits for may take. Events and the time go in; it has no clock.
package struct ConnectionPhase {
  /// A request that has no whole answer yet.
  package struct Request: Equatable {
    /// Whether the client's version is below HTTP/1.1, which has no chunks.
    package var isOld: Bool
    /// Whether its client wants to send another one after it.
    package var staysOpen: Bool
    /// Whether its body is complete.
    package var isComplete = false

    /// Creates a request whose head has come.
    package init(isOld: Bool, staysOpen: Bool) {
      self.isOld = isOld
      self.staysOpen = staysOpen
    }
  }

  /// What a client without a request is expected to send.
  private enum Expected {
    /// The first request of the connection.
    case first
    /// The rest of a head of which bytes have come.
    case head
    /// Another request, if it likes.
    case another
  }

  private let limits: ListeningLimits

  /// In the order of their answers.
  package private(set) var requests: [Request] = []

  private var expected = Expected.first
  /// When the present wait began.
  private var since: NIODeadline
  /// When bytes of answers last went out, while some wait to.
  private var unsentSince: NIODeadline?
  private var unsentBytes = 0
  /// When the last answer was sent, and how many bytes have been dropped since.
  private var lingering: (since: NIODeadline, bytes: Int)?

  /// A new connection.
  package init(_ limits: ListeningLimits, at now: NIODeadline) {
    self.limits = limits
    since = now
  }

  /// Whether the client has had its last answer: all that it sends is dropped.
  package var isLingering: Bool { lingering != nil }

  /// Whether a head was begun and nothing waits for an answer: a client that takes too long can be told.
  package var canBeTold: Bool { expected == .head && requests.isEmpty && !isLingering }

  /// Takes note of bytes from the client; returns whether they are more than are dropped.
  package mutating func receive(_ bytes: Int, at now: NIODeadline) -> Bool {
    if let (since, count) = lingering {
      lingering = (since, count + bytes)
      return count + bytes > ListeningLimits.lingerBytes
    }
    if isReading {
      since = now
    } else {
      if expected == .another, requests.isEmpty { since = now }
      expected = .head
    }
    return false
  }

  /// A request's head has come.
  package mutating func beginRequest(_ request: Request, at now: NIODeadline) {
    requests.append(request)
    expected = .another
    since = now
  }

  /// A request's body has come.
  package mutating func endRequest() {
    guard let last = requests.indices.last else { return }
    requests[last].isComplete = true
    expected = .another
  }

  /// The answer to the first request has been given.
  package mutating func endAnswer(at now: NIODeadline) {
    if !requests.isEmpty { requests.removeFirst() }
    since = now
  }

  /// Takes note that answers wait to be sent, or that they no longer do.
  package mutating func note(isUnsent: Bool, at now: NIODeadline) {
    unsentSince = isUnsent ? unsentSince ?? now : nil
  }

  /// Takes note of how many bytes of answers wait to be sent: another number than before is progress.
  package mutating func note(unsentBytes: Int, at now: NIODeadline) {
    if unsentSince != nil, unsentBytes != self.unsentBytes { unsentSince = now }
    self.unsentBytes = unsentBytes
  }

  /// The last answer has been sent.
  package mutating func linger(at now: NIODeadline) {
    lingering = (now, 0)
  }

  /// When the connection is to be closed unless something happens before; nil while the client waits for an answer.
  package var deadline: NIODeadline? {
    if let lingering { return lingering.since + TimeAmount(limits.lingerTime) }
    if let unsentSince { return unsentSince + TimeAmount(limits.silence) }
    if isReading { return since + TimeAmount(limits.silence) }
    guard requests.isEmpty else { return nil }
    return since + TimeAmount(expected == .another ? limits.idleTime : limits.headTime)
  }

  private var isReading: Bool { requests.last?.isComplete == false }
}

import CZeroMQ
import Files
import Glibc

/// Decides who may connect: answers the ZAP requests (RFC 27) of every CURVE server socket of its context by an allow-list, which it checks
/// for changes every second. Belongs to one thread.
///
/// A peer is let in with its key as its user id, so that every message is checked against the list of that moment, and not against that of
/// the handshake.
final class ZeroMQGate {
  /// The name under which sockets ask.
  static let domain = "empo"

  /// `ZMQ_ZAP_ENFORCE_DOMAIN`, which stable headers leave out although stable libraries know it.
  static let enforceDomain: Int32 = 93

  /// How often the allow-list is checked for changes, in milliseconds.
  static let period = 1_000

  /// How often it is checked on account of a key that isn't listed, in milliseconds.
  private static let shortPeriod = 100

  /// How many handshakes are answered before messages have their turn again.
  private static let requestsPerTurn = 64

  /// How many events may wait to be reported. More are dropped: in a flood of strangers the first ones say enough.
  private static let maximumEvents = 64

  let socket: ZeroMQSocket
  private(set) var authorized: AuthorizedKeys
  private var events: [AccessEvent] = []
  private var revoked: [String] = []
  private var lastLook = milliseconds()

  /// - Throws: ``WireError`` when another gate answers in the context already.
  init(_ authorized: AuthorizedKeys, in context: ZeroMQContext) throws(WireError) {
    self.authorized = authorized
    socket = try ZeroMQSocket(.reply, in: context)
    socket.set(ZMQ_LINGER, 0)
    socket.setMaximumFrame(1 << 10)
    guard unsafe zmq_bind(socket.pointer, "inproc://zeromq.zap.01") == 0 else {
      throw zeroMQError("cannot decide who is let in: a context serves one learner with keys")
    }
  }

  /// Answers peers that knock.
  func answer() throws(WireError) {
    for _ in 0..<Self.requestsPerTurn {
      guard let request = try receive() else { return }
      // version, request, domain, address, identity, mechanism, credentials
      let key = request.count == 7 && request[6].count == PublicKey.byteCount ? PublicKey(bytes: request[6]) : nil
      let isCurve = request.count == 7 && request[5] == Array("CURVE".utf8)
      var name = key.flatMap { isCurve ? authorized.name(of: $0) : nil }
      // The key may have been listed just now. A stranger who knocks often still doesn't make us read the files often.
      if name == nil, let key, isCurve, milliseconds() - lastLook >= Self.shortPeriod {
        look()
        name = authorized.name(of: key)
      }
      let number = request.count > 1 ? request[1] : []
      let status = name == nil ? "400" : "200"
      let user = name == nil ? "" : key?.text ?? ""
      for (frame, more) in [
        (Array("1.0".utf8), true), (number, true), (Array(status.utf8), true), ([], true), (Array(user.utf8), true), ([], false),
      ] {
        _ = try socket.send(frame, more: more)
      }
      if name == nil, let key {
        let address = String(decoding: request[3], as: UTF8.self)
        tell(.denied(Peer(address), reason: "the key \(key) is not listed in \(authorized.paths.joined(separator: ", "))"))
      }
    }
  }

  /// A request's frames, if one is there.
  private func receive() throws(WireError) -> [[UInt8]]? {
    guard try socket.receive() else { return nil }
    var frames = [socket.copyReceived()]
    while socket.hasMore, try socket.receive() {
      if frames.count < 8 { frames.append(socket.copyReceived()) }
    }
    return frames
  }

  /// Looks at the allow-list, if it is time to.
  func lookIfDue() {
    if milliseconds() - lastLook >= Self.period { look() }
  }

  private func look() {
    lastLook = milliseconds()
    do throws(WireError) {
      guard let change = try authorized.refresh() else { return }
      revoked += change.removed
      for fault in change.faults.prefix(8) { tell(.list("passed over in the allow-list, as if it had not changed: \(fault)")) }
      guard !change.added.isEmpty || !change.removed.isEmpty else { return }
      let parts = [("let in", change.added), ("revoked", change.removed)].filter { !$0.1.isEmpty }
      let changes = parts.map { "\($0.0): \($0.1.prefix(16).joined(separator: " "))\($0.1.count > 16 ? " …" : "")" }
      tell(.list("allow-list read again: \(counted(authorized.count, "key")); \(changes.joined(separator: "; "))"))
    } catch {
      tell(.list("the allow-list stays as it was: \(error.message)"))
    }
  }

  /// The names whose key was revoked since the last call.
  func takeRevoked() -> [String] {
    defer { revoked = [] }
    return revoked
  }

  /// Notes an event.
  func tell(_ event: AccessEvent) {
    if case .denied = event, events.count >= Self.maximumEvents { return }
    events.append(event)
  }

  /// The oldest event that is not reported yet.
  func takeEvent() -> AccessEvent? {
    events.isEmpty ? nil : events.removeFirst()
  }
}

/// A clock that only goes forward.
func milliseconds() -> Int {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
}

/// The times of the last answers to keys that are not let in. Bounded in memory.
struct TurnedAway {
  private static let interval = 1_000
  private static let capacity = 1_024

  private var answers: [PublicKey: Int] = [:]

  /// Whether to answer a key now; if so, the answer is noted.
  mutating func isDue(_ key: PublicKey, now: Int) -> Bool {
    if let last = answers[key], now - last < Self.interval { return false }
    if answers.count >= Self.capacity {
      answers = answers.filter { now - $0.value < Self.interval }
      guard answers.count < Self.capacity else { return false }
    }
    answers[key] = now
    return true
  }
}

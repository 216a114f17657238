/// Which connection leads to a worker that a key stands for. The socket names connections itself: a name that a peer could choose
/// would let one worker take another's messages.
struct WorkerAddresses {
  private var connections: [Peer: [UInt8]] = [:]

  /// Notes over which connection a worker spoke. The newer of two gets the messages.
  mutating func note(_ connection: [UInt8], of peer: Peer) {
    if let known = connections[peer], Self.isOlder(connection, than: known) { return }
    connections[peer] = connection
  }

  /// The connection to a worker.
  func connection(to peer: Peer) -> [UInt8]? { connections[peer] }

  /// Forgets a worker.
  mutating func remove(_ peer: Peer) { connections[peer] = nil }

  /// libzmq numbers connections: a zero, then 32 bits that wrap around.
  private static func isOlder(_ connection: [UInt8], than other: [UInt8]) -> Bool {
    guard let mine = number(of: connection), let theirs = number(of: other) else { return false }
    return Int32(bitPattern: mine &- theirs) < 0
  }

  private static func number(of connection: [UInt8]) -> UInt32? {
    guard connection.count == 5, connection[0] == 0 else { return nil }
    return connection[1...].reduce(0) { $0 << 8 | UInt32($1) }
  }
}

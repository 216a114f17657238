/// The connection to each worker, where workers have keys. The socket names connections itself: if peers chose the names, one worker could
/// take another's messages.
struct WorkerAddresses {
  /// The most connections of pools' workers that are remembered.
  static let maximumPooled = 1 << 16

  private var connections: [Peer: [UInt8]] = [:]

  /// The names that workers of pools gave, by connection: the keys don't contain them.
  private var pooled: [[UInt8]: String] = [:]

  /// Notes the connection over which a worker spoke. The newer of two gets the messages.
  mutating func note(_ connection: [UInt8], of peer: Peer) {
    if let known = connections[peer], Self.isOlder(connection, than: known) { return }
    connections[peer] = connection
  }

  /// The connection to a worker.
  func connection(to peer: Peer) -> [UInt8]? { connections[peer] }

  /// Notes the name that a pool's worker gives over a connection.
  mutating func note(_ connection: [UInt8], ofPooled worker: String) {
    if pooled.count >= Self.maximumPooled, pooled[connection] == nil {
      // The socket does not report closed connections, so most of these belong to workers that have left. Those that live are asked for a
      // hello.
      for worker in pooled.values { connections[Peer(worker)] = nil }
      pooled = [:]
    }
    // One connection has one worker, even if it gives another name later.
    if let old = pooled[connection], old != worker, connections[Peer(old)] == connection { connections[Peer(old)] = nil }
    pooled[connection] = worker
    note(connection, of: Peer(worker))
  }

  /// The worker of a pool that said hello over a connection.
  func worker(at connection: [UInt8], of pool: String) -> String? {
    pooled[connection].flatMap { WorkerPool.holds($0, pool: pool) ? $0 : nil }
  }

  /// Forgets the workers that an entry of the allow-list stands for, and returns them.
  mutating func remove(listedAs entry: String) -> [Peer] {
    guard let pool = WorkerPool.name(of: entry) else { return [Peer(entry)] }
    let workers = Set(pooled.values.filter { WorkerPool.holds($0, pool: pool) }).sorted()
    pooled = pooled.filter { !WorkerPool.holds($0.value, pool: pool) }
    return workers.map { Peer($0) }
  }

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

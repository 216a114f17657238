/// The open connections of a learner's ports, and the decision which of them must go. Makes no system call.
///
/// A worker becomes known within the time of a handshake, so the oldest stranger is the one least likely to be a worker. Sources take
/// turns: a flood from one host closes connections of that host.
package struct ConnectionBook {
  /// A connection, by what the system knows it.
  package struct Reference: Hashable {
    package var descriptor: Int32
    /// What tells its socket from a later one under the same descriptor.
    package var identity: UInt64

    package init(descriptor: Int32, identity: UInt64) {
      self.descriptor = descriptor
      self.identity = identity
    }
  }

  /// Why connections were closed.
  package enum Reason: Hashable, CaseIterable {
    /// There were too many strangers.
    case strangers
    /// There were too many connections.
    case connections
    /// Strangers had sent too much.
    case bytes
    /// The process had no descriptor left.
    case descriptors
  }

  private struct Connection {
    var identity: UInt64
    var source: ConnectionSource
    var port: Int
    var number: UInt64
    var bytes = 0
  }

  package let limits: ConnectionLimits
  private var connections: [Int32: Connection] = [:]
  private var strangers: Set<Int32> = []
  /// Sockets over which something of use came before their port reported that it had accepted them.
  private var knownAhead: Set<UInt64> = []
  private var lastNumber: UInt64 = 0
  private var closed: [Reason: [ConnectionSource: Int]] = [:]

  package init(limits: ConnectionLimits) {
    self.limits = limits
  }

  /// Open connections.
  package var count: Int { connections.count }

  /// Open connections of strangers.
  package var strangerCount: Int { strangers.count }

  /// The strangers of a port, in no order.
  package func strangers(at port: Int) -> [Reference] {
    strangers.compactMap { descriptor in
      guard let connection = connections[descriptor], connection.port == port else { return nil }
      return Reference(descriptor: descriptor, identity: connection.identity)
    }
  }

  /// All connections, in no order.
  package var open: [Reference] { connections.map { Reference(descriptor: $0.key, identity: $0.value.identity) } }

  /// Notes a connection that a port has accepted; returns those that must be closed for it.
  package mutating func accept(_ descriptor: Int32, identity: UInt64, from source: ConnectionSource, at port: Int) -> [Reference] {
    lastNumber += 1
    connections[descriptor] = Connection(identity: identity, source: source, port: port, number: lastNumber)
    if knownAhead.remove(identity) != nil {
      strangers.remove(descriptor)
    } else {
      strangers.insert(descriptor)
    }
    // Several go at once, so that a flood does not have the oldest looked for at every connection.
    if strangers.count > limits.strangers { return closeStrangers(strangers.count - limits.strangers * 7 / 8, because: .strangers) }
    if connections.count > limits.connections {
      return closeStrangers(max(connections.count - limits.connections, strangers.count / 8), because: .connections)
    }
    return []
  }

  /// Notes that a connection of a port ended.
  package mutating func end(_ descriptor: Int32, at port: Int) {
    guard connections[descriptor]?.port == port else { return }
    connections[descriptor] = nil
    strangers.remove(descriptor)
  }

  /// Notes that a connection that was found closed has ended.
  package mutating func end(_ connection: Reference) {
    guard connections[connection.descriptor]?.identity == connection.identity else { return }
    connections[connection.descriptor] = nil
    strangers.remove(connection.descriptor)
  }

  /// Forgets the connections of a port that closes.
  package mutating func forget(port: Int) {
    for (descriptor, connection) in connections where connection.port == port { end(descriptor, at: port) }
  }

  /// Notes that something of use came over a connection. Its port may report only later that it accepted it.
  package mutating func know(_ connection: Reference) {
    guard connections[connection.descriptor]?.identity == connection.identity else {
      // A connection that is being closed may also still say something, and is never accepted again.
      if knownAhead.count >= Self.maximumAhead { knownAhead = [] }
      knownAhead.insert(connection.identity)
      return
    }
    strangers.remove(connection.descriptor)
  }

  /// How many sockets are known ahead.
  private static let maximumAhead = 4_096

  /// Notes how many bytes some strangers have sent by now; returns those that must be closed for it.
  package mutating func note(_ counts: [(connection: Reference, bytes: Int)]) -> [Reference] {
    for (connection, bytes) in counts where connections[connection.descriptor]?.identity == connection.identity {
      connections[connection.descriptor]?.bytes = bytes
    }
    var waiting = strangers.compactMap { descriptor in connections[descriptor].map { (descriptor, $0.bytes) } }
    var total = waiting.reduce(0) { $0 + $1.1 }
    guard total > limits.strangerBytes else { return [] }
    waiting.sort { $0.1 < $1.1 }
    var closings: [Reference] = []
    while total > limits.strangerBytes, let (descriptor, count) = waiting.popLast() {
      total -= count
      closings += close(descriptor, because: .bytes)
    }
    return closings
  }

  /// Closes half of the strangers, because the process has no descriptor left.
  package mutating func relieve() -> [Reference] { closeStrangers((strangers.count + 1) / 2, because: .descriptors) }

  /// What was closed since the last call: how many connections for each reason, and the source that had the most of them.
  package mutating func takeClosed() -> [(reason: Reason, count: Int, source: ConnectionSource)] {
    defer { closed = [:] }
    return Reason.allCases.compactMap { reason in
      guard let sources = closed[reason] else { return nil }
      guard let most = sources.max(by: { ($0.value, $1.key.bits) < ($1.value, $0.key.bits) }) else { return nil }
      return (reason, sources.values.reduce(0, +), most.key)
    }
  }

  private mutating func close(_ descriptor: Int32, because reason: Reason) -> [Reference] {
    guard let connection = connections.removeValue(forKey: descriptor) else { return [] }
    strangers.remove(descriptor)
    // Sources cost a flood nothing, so only so many are told apart.
    if closed[reason, default: [:]].count < Self.maximumSources { closed[reason, default: [:]][connection.source, default: 0] += 1 }
    return [Reference(descriptor: descriptor, identity: connection.identity)]
  }

  /// How many sources are counted at once.
  private static let maximumSources = 1_024

  /// Closes so many strangers, each time the oldest of the source that has the most. O(strangers + number · sources).
  private mutating func closeStrangers(_ number: Int, because reason: Reason) -> [Reference] {
    var sources: [ConnectionSource: [(number: UInt64, descriptor: Int32)]] = [:]
    for descriptor in strangers {
      guard let connection = connections[descriptor] else { continue }
      sources[connection.source, default: []].append((connection.number, descriptor))
    }
    // The youngest first, so that the oldest is taken from the end.
    var queues = sources.values.map { $0.sorted { $0.number > $1.number } }
    var closings: [Reference] = []
    for _ in 0..<min(number, strangers.count) {
      // Of sources with as many, the one whose oldest is older.
      let next = queues.indices.max { first, second in
        let (first, second) = (queues[first], queues[second])
        return (first.count, second.last?.number ?? 0) < (second.count, first.last?.number ?? 0)
      }
      guard let next, let oldest = queues[next].popLast() else { break }
      closings += close(oldest.descriptor, because: reason)
    }
    return closings
  }
}

/// Where a connection comes from: an IPv4 address, or the network of an IPv6 address, of which one host has many.
package struct ConnectionSource: Hashable, CustomStringConvertible {
  package var isIPv6 = false
  /// The address, or the first half of it.
  package var bits: UInt64

  package init(isIPv6: Bool = false, bits: UInt64) {
    self.isIPv6 = isIPv6
    self.bits = bits
  }

  package var description: String {
    func part(_ shift: UInt64, _ width: UInt64, radix: Int) -> String { String(bits >> shift & (1 << width - 1), radix: radix) }
    guard isIPv6 else { return [24, 16, 8, 0].map { part($0, 8, radix: 10) }.joined(separator: ".") }
    return [48, 32, 16, 0].map { part($0, 16, radix: 16) }.joined(separator: ":") + "::/64"
  }
}

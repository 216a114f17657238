import CZeroMQ
import Files
import Glibc
import Synchronization

/// The connections of one learner's ports: a book that its own thread and those of ``ConnectionWatch`` share, and what they have to report.
final class WatchedConnections: Sendable {
  /// How often closed connections are reported, in milliseconds.
  private static let period = 10_000

  private struct State {
    var book: ConnectionBook
    var lastPort = 0
    var lastReport: Int?
    var isExhausted = false
  }

  private let state: Mutex<State>

  init(limits: ConnectionLimits) {
    state = Mutex(State(book: ConnectionBook(limits: limits)))
  }

  /// A number for a port that is opened.
  func newPort() -> Int {
    state.withLock { state in
      state.lastPort += 1
      return state.lastPort
    }
  }

  func update<Result: Sendable>(_ body: @Sendable (inout ConnectionBook) -> Result) -> Result {
    state.withLock { state in body(&state.book) }
  }

  /// Notes that something of use came over a connection. Nothing is noted if its descriptor is closed by now.
  func know(_ descriptor: Int32) {
    guard let identity = OpenConnection.identity(of: descriptor) else { return }
    update { $0.know(ConnectionBook.Reference(descriptor: descriptor, identity: identity)) }
  }

  /// Closes strangers, because the process has no descriptor left.
  func relieve() -> [ConnectionBook.Reference] {
    state.withLock { state in
      state.isExhausted = true
      return state.book.relieve()
    }
  }

  /// Reports connections that were closed since the last report, if it is time to.
  func takeEvents(now: Int) -> [AccessEvent] {
    state.withLock { state in
      if let last = state.lastReport, now - last < Self.period { return [] }
      var events: [AccessEvent] = []
      if state.isExhausted {
        events.append(
          .list("no descriptor was left for a new connection (the limit is \(DescriptorLimit.current)): \(DescriptorLimit.remedy)"))
        state.isExhausted = false
      }
      let limits = state.book.limits
      for (reason, count, source) in state.book.takeClosed() {
        let cause =
          switch reason {
          case .strangers: "more than \(limits.strangers) were open that had sent nothing of use: put a firewall in front of the ports"
          case .connections: "\(limits.connections) are open, and no more are taken: \(DescriptorLimit.remedy)"
          case .bytes: "they had sent more than \(limits.strangerBytes >> 20) MiB and no message: put a firewall in front of the ports"
          case .descriptors: "no descriptor was left: \(DescriptorLimit.remedy)"
          }
        events.append(.denied(Peer("\(source)"), reason: "\(count) connections were closed, most of them from there: \(cause)"))
      }
      if !events.isEmpty { state.lastReport = now }
      return events
    }
  }
}

/// Watches the connections of one port on a thread of its own, and closes those that the book says must go: libzmq has no bound of its own.
/// Stops when it is released, which must be before the observed socket closes.
final class ConnectionWatch {
  private let observed: ZeroMQSocket
  private let connections: WatchedConnections
  private let port: Int
  private let stopping: Wake
  private let thread: pthread_t

  init(_ observed: ZeroMQSocket, in context: ZeroMQContext, noting connections: WatchedConnections) throws(WireError) {
    self.observed = observed
    self.connections = connections
    port = connections.newPort()
    stopping = try Wake()
    let endpoint = unsafe "inproc://connections-\(UInt(bitPattern: observed.pointer))"
    let events = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_DISCONNECTED
    guard unsafe zmq_socket_monitor(observed.pointer, endpoint, events) == 0 else { throw zeroMQError("cannot watch a socket") }
    do throws(WireError) {
      let socket = try ZeroMQSocket(.pair, in: context)
      socket.set(ZMQ_LINGER, 0)
      guard unsafe zmq_connect(socket.pointer, endpoint) == 0 else { throw zeroMQError("cannot watch a socket") }
      thread = try startThread(WatchLoop(socket: socket, connections: connections, port: port, stopping: stopping))
    } catch {
      _ = unsafe zmq_socket_monitor(observed.pointer, nil, 0)
      throw error
    }
  }

  deinit {
    // The thread reads until here: libzmq's thread waits while its events are unread, and would hold the lock that this takes.
    _ = unsafe zmq_socket_monitor(observed.pointer, nil, 0)
    stopping.signal()
    pthread_join(thread, nil)
    connections.update { [port] in $0.forget(port: port) }
  }
}

/// The loop of a watch's thread.
///
/// Sendable without a lock: it is made on one thread and handed over once, to the thread that alone uses it.
private final class WatchLoop: @unchecked Sendable {
  /// How often strangers' bytes are counted, in milliseconds: what they can send meanwhile comes on top of the limit.
  private static let measurePeriod = 20

  /// How often connections are looked for that ended without an event, in milliseconds.
  private static let sweepPeriod = 5_000

  /// How many events are taken before strangers' bytes have their turn.
  private static let eventsPerTurn = 256

  private let socket: ZeroMQSocket
  private let connections: WatchedConnections
  private let port: Int
  private let stopping: Wake
  private var nextMeasure = 0
  private var nextSweep = 0

  init(socket: ZeroMQSocket, connections: WatchedConnections, port: Int, stopping: Wake) {
    self.socket = socket
    self.connections = connections
    self.port = port
    self.stopping = stopping
  }

  /// Runs until it is told to stop, or its context ends.
  func run() {
    while !stopping.hear() {
      let (strangers, open) = connections.update { ($0.strangerCount, $0.count) }
      let patience = strangers > 0 ? Self.measurePeriod : open > 0 ? Self.sweepPeriod : -1
      do throws(WireError) {
        try ZeroMQSocket.poll([socket], stopping, timeoutMilliseconds: patience)
        for _ in 0..<Self.eventsPerTurn {
          guard try socket.receive() else { break }
          let bytes = socket.copyReceived()
          _ = try socket.dropRest()
          take(bytes)
        }
      } catch {
        return
      }
      let now = milliseconds()
      if strangers > 0, now >= nextMeasure {
        nextMeasure = now + Self.measurePeriod
        measure()
      }
      if open > 0, now >= nextSweep {
        nextSweep = now + Self.sweepPeriod
        sweep()
      }
    }
  }

  /// Takes an event: 16 bits say what happened, the next 32 which descriptor it was or which error.
  private func take(_ bytes: [UInt8]) {
    guard bytes.count >= 6 else { return }
    let event = Int32(bytes[0]) | Int32(bytes[1]) << 8
    let value = Int32(truncatingIfNeeded: bytes[2..<6].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    switch event {
    case ZMQ_EVENT_ACCEPTED:
      guard let identity = OpenConnection.identity(of: value), let source = OpenConnection.source(of: value) else { return }
      shutDown(connections.update { [port] in $0.accept(value, identity: identity, from: source, at: port) })
    case ZMQ_EVENT_DISCONNECTED: connections.update { [port] in $0.end(value, at: port) }
    case ZMQ_EVENT_ACCEPT_FAILED where [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(value): shutDown(connections.relieve())
    default: break
    }
  }

  private func shutDown(_ closings: [ConnectionBook.Reference]) {
    for closing in closings { OpenConnection.shutDown(closing) }
  }

  private func measure() {
    let counts = connections.update { [port] in $0.strangers(at: port) }.map { ($0, OpenConnection.receivedBytes(of: $0.descriptor)) }
    shutDown(connections.update { $0.note(counts) })
  }

  /// libzmq reports no end of a connection that it closes by itself, such as one whose name another connection took over.
  private func sweep() {
    let gone = connections.update { $0.open }.filter { OpenConnection.identity(of: $0.descriptor) != $0.identity }
    connections.update { book in for connection in gone { book.end(connection) } }
  }
}

/// Runs a loop on a thread of its own.
private func startThread(_ loop: WatchLoop) throws(WireError) -> pthread_t {
  let argument = unsafe Unmanaged.passRetained(loop).toOpaque()
  var thread = pthread_t()
  let status = unsafe pthread_create(
    &thread, nil,
    { argument in
      if let argument = unsafe argument { unsafe Unmanaged<WatchLoop>.fromOpaque(argument).takeRetainedValue().run() }
      return nil
    }, argument)
  guard status == 0 else {
    unsafe Unmanaged<WatchLoop>.fromOpaque(argument).release()
    throw WireError(.system, "cannot start a thread: error \(status)")
  }
  return thread
}

import Synchronization
import Wire

/// A ``WorkerTransport`` on a thread of its own, for somebody whose thread waits at another socket.
///
/// What comes in waits in a bounded queue, and what is full holds back the other end; what goes out never blocks.
final class WorkerLine: Sendable {
  /// What comes in.
  enum Input: Sendable {
    case heard(WorkerInput)
    /// The line is of no more use.
    case failed(any Error)
  }

  private enum Order: Sendable {
    case send(WorkerMessage)
    case subscribe(String)
    case close
  }

  private struct Outbox {
    var orders: [Order] = []
    var wake: Wake?
  }

  /// How many inputs may wait.
  private static let capacity = 256

  /// How many orders may wait; more are dropped, as by a socket that is congested.
  private static let maximumOrders = 1_024

  private let inputs: BoundedQueue<Input>
  private let outbox = Mutex(Outbox())

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - wake: The bell of whoever takes the inputs.
  ///   - makeTransport: Called on the new thread.
  init(named name: String, wake: Wake, _ makeTransport: @escaping @Sendable () throws -> any WorkerTransport) {
    inputs = BoundedQueue(capacity: Self.capacity) { wake.signal() }
    startThread(named: name) { [self] in
      do {
        try serve(makeTransport())
      } catch {
        inputs.post(.failed(error))
      }
    }
  }

  /// Takes what came in, oldest first.
  func drain() -> [Input] { inputs.drain() }

  func send(_ message: WorkerMessage) { post(.send(message)) }

  func subscribe(to publisher: String) { post(.subscribe(publisher)) }

  /// Sends what waits and ends the thread.
  func close() {
    post(.close)
    inputs.close()
  }

  private func post(_ order: Order) {
    let wake = outbox.withLock { outbox in
      let isClose = if case .close = order { true } else { false }
      if isClose || outbox.orders.count < Self.maximumOrders { outbox.orders.append(order) }
      return outbox.wake
    }
    wake?.signal()
  }

  private func serve(_ transport: any WorkerTransport) throws {
    defer { transport.close() }
    outbox.withLock { $0.wake = transport.wake }
    while true {
      let orders = outbox.withLock { outbox in
        defer { outbox.orders = [] }
        return outbox.orders
      }
      for order in orders {
        switch order {
        case .send(let message): _ = try transport.send(message)
        case .subscribe(let publisher): try transport.subscribe(to: publisher)
        case .close: return
        }
      }
      guard let input = try transport.receive(timeoutMilliseconds: 1_000), input != .wake else { continue }
      inputs.post(.heard(input))
    }
  }
}

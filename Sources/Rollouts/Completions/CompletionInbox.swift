internal import Foundation

/// The callers' requests, cancellations and order to end, for the service's thread. Usable from any thread.
final class CompletionInbox: @unchecked Sendable {
  // Sendable because the condition's lock guards every variable.

  /// A request, and the stream for its events.
  struct Arrival {
    let id: Int
    let request: CompletionRequest
    let continuation: AsyncThrowingStream<CompletionEvent, any Error>.Continuation
  }

  /// The input since the last call.
  struct Delivery {
    var arrivals: [Arrival] = []
    var cancelled: [Int] = []
  }

  private let maximumRequests: Int
  private let condition = NSCondition()
  private var delivery = Delivery()
  private var open: Set<Int> = []
  private var isStopped = false

  init(maximumRequests: Int) {
    self.maximumRequests = maximumRequests
  }

  /// Queues a request.
  func add(_ arrival: Arrival) throws(RolloutsError) {
    condition.lock()
    defer { condition.unlock() }
    if isStopped { throw Self.stopped }
    guard open.count < maximumRequests else {
      throw RolloutsError(.busy, "\(open.count) requests are under way or waiting, at most \(maximumRequests) may be: try again later")
    }
    open.insert(arrival.id)
    delivery.arrivals.append(arrival)
    condition.signal()
  }

  /// Asks for a request to be forgotten.
  func cancel(_ id: Int) {
    condition.lock()
    defer { condition.unlock() }
    guard open.contains(id) else { return }
    delivery.cancelled.append(id)
    condition.signal()
  }

  /// Asks the thread to end.
  func stop() {
    condition.lock()
    let unheard = delivery.arrivals
    delivery = Delivery()
    isStopped = true
    condition.signal()
    condition.unlock()
    // Outside the lock: the end of a stream calls back.
    for arrival in unheard { arrival.continuation.finish(throwing: Self.stopped) }
  }

  /// The input so far, after waiting for some if asked to; nil once the thread must end.
  func take(waiting: Bool) -> Delivery? {
    condition.lock()
    defer { condition.unlock() }
    while waiting, !isStopped, delivery.arrivals.isEmpty, delivery.cancelled.isEmpty { condition.wait() }
    guard !isStopped else { return nil }
    defer { delivery = Delivery() }
    return delivery
  }

  /// Makes room: a request has ended.
  func remove(_ id: Int) {
    condition.lock()
    open.remove(id)
    condition.unlock()
  }

  /// The end of every stream of a service that ends.
  static let stopped = RolloutsError(.stopped, "the model is no longer being served")
}

import Foundation

/// A queue from any thread to one that blocks for it, or that is woken by `onPost`. Loses nothing: whoever posts to a full queue waits.
final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
  // Everything below is guarded by `condition`.
  private let condition = NSCondition()
  private var elements: [Element] = []
  private var isClosed = false
  private let capacity: Int
  private let onPost: @Sendable () -> Void

  /// Creates an empty queue.
  ///
  /// - Parameters:
  ///   - capacity: How many elements may wait.
  ///   - onPost: Called after every post, on the posting thread.
  init(capacity: Int, onPost: @escaping @Sendable () -> Void = {}) {
    precondition(capacity > 0, "a queue holds at least one element")
    self.capacity = capacity
    self.onPost = onPost
  }

  /// Adds an element; waits while the queue is full. A closed queue takes nothing more.
  func post(_ element: Element) {
    condition.lock()
    while elements.count >= capacity, !isClosed { condition.wait() }
    if !isClosed { elements.append(element) }
    condition.broadcast()
    condition.unlock()
    onPost()
  }

  /// Takes the oldest element; waits for one. Nil once the queue is closed.
  func take() -> Element? {
    condition.lock()
    defer { condition.unlock() }
    while elements.isEmpty, !isClosed { condition.wait() }
    guard !isClosed else { return nil }
    return removeFirst()
  }

  /// Takes the oldest element that is wanted, if there is one before the first that nothing may overtake.
  func take(where isWanted: (Element) -> Bool, before isBarrier: (Element) -> Bool) -> Element? {
    condition.lock()
    defer { condition.unlock() }
    guard !isClosed, let index = elements.firstIndex(where: { isWanted($0) || isBarrier($0) }), isWanted(elements[index]) else {
      return nil
    }
    let element = elements.remove(at: index)
    condition.broadcast()
    return element
  }

  /// Takes everything, oldest first.
  func drain() -> [Element] {
    condition.lock()
    defer { condition.unlock() }
    let taken = elements
    elements = []
    condition.broadcast()
    return taken
  }

  /// Drops what waits, and lets everybody who waits go.
  func close() {
    condition.lock()
    isClosed = true
    elements = []
    condition.broadcast()
    condition.unlock()
  }

  private func removeFirst() -> Element {
    let element = elements.removeFirst()
    condition.broadcast()
    return element
  }
}

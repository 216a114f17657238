import Synchronization

/// A bounded queue from any thread to the one that hears its bell.
public final class Mailbox<Element: Sendable>: Sendable {
  private let queue = Mutex<[Element]>([])

  /// How many elements may wait.
  public let capacity: Int

  /// The bell that a post rings.
  public let wake: Wake

  /// Creates an empty mailbox.
  ///
  /// - Parameters:
  ///   - capacity: How many elements may wait; at least 1.
  ///   - wake: The bell of the thread that empties it, such as a transport's ``LearnerTransport/wake``.
  public init(capacity: Int, wake: Wake) {
    precondition(capacity > 0, "a mailbox holds at least one element")
    self.capacity = capacity
    self.wake = wake
  }

  /// Adds an element and rings the bell.
  ///
  /// - Returns: False, and the element is not taken, when the mailbox is full.
  public func post(_ element: Element) -> Bool {
    let isTaken = queue.withLock { waiting in
      guard waiting.count < capacity else { return false }
      waiting.append(element)
      return true
    }
    if isTaken { wake.signal() }
    return isTaken
  }

  /// Takes everything out, oldest first.
  public func drain() -> [Element] {
    queue.withLock { waiting in
      var taken: [Element] = []
      swap(&taken, &waiting)
      return taken
    }
  }
}

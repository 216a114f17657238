/// A mailbox emptied one element at a time, by one thread.
struct InProcessInbox<Element: Sendable> {
  let mailbox: Mailbox<Element>
  private var taken: ArraySlice<Element> = []

  init(_ mailbox: Mailbox<Element>) {
    self.mailbox = mailbox
  }

  /// Takes the oldest element, if there is one.
  mutating func take() -> Element? {
    if taken.isEmpty {
      _ = mailbox.wake.hear()
      taken = mailbox.drain()[...]
    }
    return taken.popFirst()
  }

  /// Takes the oldest element; waits for one or for the bell.
  mutating func take(waitingFor wake: Wake, timeoutMilliseconds: Int) -> Element? {
    if let element = take() { return element }
    guard timeoutMilliseconds != 0 else { return nil }
    mailbox.wake.wait(or: wake, timeoutMilliseconds: timeoutMilliseconds)
    return take()
  }
}

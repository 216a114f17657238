/// When to say hello: at once, and then at growing intervals until somebody answers.
struct Greeting: Sendable {
  private let shortest: Milliseconds
  private let longest: Milliseconds

  /// Whether an answer is waited for.
  private(set) var isOpen = false
  private var next: Milliseconds = 0
  private var wait: Milliseconds

  /// A greeting that has not begun, whose intervals double from the shortest to the longest.
  init(shortest: Milliseconds, longest: Milliseconds) {
    self.shortest = shortest
    self.longest = max(shortest, longest)
    wait = shortest
  }

  mutating func begin(now: Milliseconds) {
    isOpen = true
    wait = shortest
    next = now
  }

  /// Whether to say hello now; it is then said.
  mutating func isDue(now: Milliseconds) -> Bool {
    guard isOpen, now >= next else { return false }
    next = now + wait
    wait = min(2 * wait, longest)
    return true
  }

  /// Says the next hello at another time.
  mutating func put(off time: Milliseconds) { next = time }

  mutating func end() { isOpen = false }
}

/// How long a learner works: until a moment, and without a step that would probably end after it.
struct TimeBudget: Sendable {
  /// So many of the last steps speak for the next one.
  private static let remembered = 5

  private let end: Milliseconds
  private var first: Milliseconds?
  private var later: [Milliseconds] = []

  /// A budget that is used up at `end`.
  init(end: Milliseconds) { self.end = end }

  /// What is left; never less than nothing.
  func left(now: Milliseconds) -> Milliseconds { max(0, end - now) }

  /// Whether another step would probably end in time.
  func hasRoom(now: Milliseconds) -> Bool { expectedStep ?? 0 <= left(now: now) }

  /// A step took so long.
  mutating func noteStep(seconds: Double) {
    let milliseconds = Milliseconds(seconds * 1000)
    if first == nil {
      first = milliseconds
    } else {
      later = (later + [milliseconds]).suffix(Self.remembered)
    }
  }

  /// How long another step will take: the mean of the last ones. The first waits for workers that load weights, and for a measurement of the
  /// base model, so that it counts only while it is alone. Nil before it.
  var expectedStep: Milliseconds? {
    later.isEmpty ? first : later.reduce(0, +) / Milliseconds(later.count)
  }
}

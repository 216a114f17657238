import Wire

/// How a worker stands with its learner: what it was welcomed to, when the learner was last heard, and when to say hello or show a sign of life.
struct LearnerContact: Sendable {
  /// What the last welcome said; nil before the first.
  private(set) var welcome: Welcome?

  private var greeting: Greeting
  private var lastHeard: Milliseconds = 0
  private var lastHeartbeat: Milliseconds = 0

  /// - Parameters:
  ///   - shortest: How long an unanswered hello waits at first.
  ///   - longest: How long it waits at most.
  init(shortest: Milliseconds, longest: Milliseconds) {
    greeting = Greeting(shortest: shortest, longest: longest)
  }

  /// Whether hello was or is to be said, and no welcome has come since.
  var awaitsWelcome: Bool { greeting.isOpen }

  /// How often a sign of life is due.
  var heartbeat: Milliseconds { Milliseconds(max(1, welcome?.heartbeatMilliseconds ?? 0)) }

  /// How long nothing was heard.
  func silence(now: Milliseconds) -> Milliseconds { now - lastHeard }

  /// Whether nothing was heard for so long that what is sent would only pile up.
  func isSilent(now: Milliseconds) -> Bool { welcome == nil || silence(now: now) > 3 * heartbeat }

  /// Begins, before anything was heard.
  mutating func begin(now: Milliseconds) {
    hear(now: now)
    greet(now: now)
  }

  /// Notes that the learner said something.
  mutating func hear(now: Milliseconds) { lastHeard = now }

  /// Says hello, once or again.
  mutating func greet(now: Milliseconds) { greeting.begin(now: now) }

  /// Whether to say hello now; it is then said.
  mutating func helloIsDue(now: Milliseconds) -> Bool { greeting.isDue(now: now) }

  /// Says the next hello at another time.
  mutating func putOffHello(until time: Milliseconds) { greeting.put(off: time) }

  /// Takes a welcome, which ends the greeting.
  mutating func take(_ welcome: Welcome) {
    self.welcome = welcome
    greeting.end()
  }

  /// Whether a sign of life is due.
  func heartbeatIsDue(now: Milliseconds) -> Bool { !awaitsWelcome && welcome != nil && now - lastHeartbeat >= heartbeat }

  /// Notes that a sign of life is given.
  mutating func noteHeartbeat(now: Milliseconds) { lastHeartbeat = now }
}

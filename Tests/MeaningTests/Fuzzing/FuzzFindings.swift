/// What a fuzzing run has found.
struct FuzzFindings: Sendable {
  /// A call and the time of its thread that it took.
  struct Timed: Sendable {
    var name: String
    var time: Duration
    var text: String
    var chunk: Int

    /// One line of it.
    var line: String {
      let beginning = text.unicodeScalars.prefix(200).reduce(into: "") { $0.unicodeScalars.append($1) }
      return "\(name), \(time / .milliseconds(1)) ms, chunk \(chunk), \(text.utf8.count) bytes: \(beginning.debugDescription)"
    }
  }

  /// What no call may take, of its thread's own time: a busy host doesn't count.
  static let limit = Duration.milliseconds(10)

  /// The most calls that are told of each sort.
  private static let told = 20

  /// The texts that were made.
  var count = 0

  /// The slowest call.
  private(set) var slowest: Timed?

  /// Calls that took longer than the limit, the first few; and how many there were.
  private(set) var slow: [Timed] = []
  private(set) var slowCount = 0

  /// Calls after which something didn't hold that must, the first few; and how many there were.
  private(set) var broken: [Timed] = []
  private(set) var brokenCount = 0

  /// Makes a call; the time is that of one reading of the text.
  mutating func take(_ call: FuzzedCall, _ text: String, chunk: Int) {
    var holds = false
    let time = ThreadTime.measure { holds = call.holds(text) } / call.readings
    var timed = Timed(name: call.name, time: time, text: text, chunk: chunk)
    if !holds {
      brokenCount += 1
      if broken.count < Self.told { broken.append(timed) }
    }
    let record = slowest?.time ?? .zero
    guard timed.time > min(record, Self.limit) else { return }
    // A call whose caches another process had is not slow again.
    for _ in 0..<5 where timed.time > min(record, Self.limit) {
      timed.time = min(timed.time, ThreadTime.measure { _ = call.holds(text) } / call.readings)
    }
    if timed.time > record { slowest = timed }
    if timed.time > Self.limit {
      slowCount += 1
      if slow.count < Self.told { slow.append(timed) }
    }
  }

  /// Adds what another part of the run has found.
  mutating func add(_ other: FuzzFindings) {
    count += other.count
    if let theirs = other.slowest, theirs.time > slowest?.time ?? .zero { slowest = theirs }
    slow += other.slow.prefix(Self.told - slow.count)
    slowCount += other.slowCount
    broken += other.broken.prefix(Self.told - broken.count)
    brokenCount += other.brokenCount
  }
}

import Wire

/// What a relay asks of the learner, for one version at a time.
struct RelayPursuit: Sendable {
  let target: UInt32

  /// The version whose delta was asked for last; nil for a key frame.
  private(set) var base: UInt32?

  /// Chunks that were asked for and have not come.
  private(set) var requested: Set<UInt32> = []

  /// Whether chunks were ever asked for.
  private(set) var isAsked = false

  /// How often what was asked for did not come in time: a slow link is not filled with repetitions.
  private var timeouts = 0

  /// When something last came or was asked for.
  private var lastActivity: Milliseconds

  init(target: UInt32, now: Milliseconds) {
    self.target = target
    lastActivity = now
  }

  func isLate(after wait: Milliseconds, now: Milliseconds) -> Bool { now - lastActivity >= wait << min(timeouts, 3) }

  /// What was asked for stays away: it is asked for again.
  mutating func giveUpRequested() {
    guard isAsked, !requested.isEmpty else { return }
    timeouts += 1
    requested = []
  }

  mutating func ask(_ chunks: [UInt32], base: UInt32?, now: Milliseconds) {
    requested.formUnion(chunks)
    isAsked = true
    lastActivity = now
    self.base = base
  }

  /// Notes a chunk on the way to the target.
  ///
  /// - Parameters:
  ///   - isNew: It was not there.
  ///   - isAnswer: It was asked for, and its frame is of use.
  mutating func note(_ chunk: WeightChunk, isNew: Bool, isAnswer: Bool, now: Milliseconds) {
    if isNew { lastActivity = now }
    guard isAnswer else { return }
    // More were asked for than the frame has.
    requested = requested.filter { $0 != chunk.index && $0 < chunk.count }
  }

  /// The delta on a version is there: what was asked for of it is of no use for the next.
  mutating func leave(base version: UInt32) {
    guard base == version else { return }
    requested = []
    timeouts = 0
  }
}

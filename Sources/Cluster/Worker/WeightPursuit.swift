import Wire

/// How a worker gets hold of a version that a task waits for: which chunks it has asked for, and when to ask again.
struct WeightPursuit: Sendable, Equatable {
  /// The version that the last request named as the worker's own; nil for none.
  private(set) var base: UInt32?

  /// The version whose frame the learner sends now, on the way to the one wanted; nil until a chunk says it.
  private(set) var stage: UInt32?

  /// Chunks that were asked for and have not come.
  private(set) var requested: Set<UInt32> = []

  /// Whether chunks were ever asked for.
  private(set) var isAsked = false

  /// How often what was asked for did not come in time: a slow link is not filled with repetitions.
  private var timeouts = 0

  /// When something last came or was asked for.
  private(set) var lastActivity: Milliseconds

  init(now: Milliseconds) { lastActivity = now }

  /// Whether to ask now.
  ///
  /// - Parameters:
  ///   - wait: How long chunks may stay away unasked.
  ///   - isPast: The version was published before this worker listened: nobody but us can make it come.
  func isDue(wait: Milliseconds, isPast: Bool, now: Milliseconds) -> Bool {
    (isAsked ? requested.isEmpty : isPast) || now - lastActivity >= wait << min(timeouts, 3)
  }

  mutating func ask(_ chunks: [UInt32], base: UInt32?, now: Milliseconds) {
    if isAsked, !requested.isEmpty { timeouts += 1 }
    requested = Set(chunks)
    self.base = base
    isAsked = true
    lastActivity = now
  }

  /// Notes a chunk of the version wanted or of one on the way to it. One that was there already tells the way all the same: its frame
  /// may have come by broadcast before anything led over it. But it is no reason to ask for more at once.
  mutating func note(_ chunk: WeightChunk, isAnswer: Bool, isNew: Bool, now: Milliseconds) {
    if isAnswer { stage = chunk.policyVersion }
    guard isNew else { return }
    lastActivity = now
    guard stage == nil || stage == chunk.policyVersion else { return }
    requested.remove(chunk.index)
    // More were asked for than a delta has.
    requested = requested.filter { $0 < chunk.count }
  }

  /// The frame of a version is of no more use: what comes next is another's.
  mutating func leave(stage version: UInt32) {
    guard stage == nil || stage == version else { return }
    stage = nil
    requested = []
  }
}

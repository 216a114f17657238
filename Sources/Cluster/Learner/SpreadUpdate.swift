import Wire

/// An update whose gradient comes in parts: which are in the sum, which are on their way, and which one the learner computes itself.
///
/// A part is computed by a worker, which keeps it and says so. Its bytes are asked for once it needs no check, of few parts at a time, and go to
/// the training thread, which compares them with what the worker said and adds them up. Only then may the worker forget them.
struct SpreadUpdate: Sendable {
  enum Phase: Sendable, Equatable {
    /// The training thread cuts the update into parts.
    case preparing
    /// Parts are computed, checked and added.
    case running
    /// The optimiser moves the parameters.
    case finishing
  }

  /// A part whose bytes come from the worker that computed it.
  struct Gathering: Sendable {
    let worker: Peer
    let result: WorkResult
    fileprivate var next: UInt32 = 0
    fileprivate var awaited: Set<UInt32> = []
    fileprivate let begun: Milliseconds
    fileprivate var lastProgress: Milliseconds
    fileprivate var repeats = 0

    fileprivate var count: UInt32 { UInt32(GradientChunk.count(of: result.gradient?.totalBytes ?? 0)) }
  }

  /// So many parts have their bytes on the way, or in the training thread's queue, at a time; fewer where they take more than so many bytes
  /// together, but two at least, so that one is added while another comes.
  static let maximumOnTheWay = 4
  static let maximumBytes: UInt64 = 1 << 28

  /// So many chunks are asked for before the first of them has come.
  static let window = 8

  /// So often chunks are asked for again before another worker computes the part.
  private static let maximumRepeats = 5

  /// So many chunks are asked for again: where a link is slow, the others are on their way.
  private static let repeated = 2

  /// So long a part may take on its way, whatever comes of it.
  private static let longestGathering: Milliseconds = 600_000

  let step: UInt32
  private(set) var phase = Phase.preparing

  /// The parts that are not empty.
  private(set) var parts: [UInt32] = []

  /// Those that are in the sum.
  private(set) var added: Set<UInt32> = []

  /// Those whose bytes the training thread has.
  private(set) var adding: Set<UInt32> = []

  private(set) var gatherings: [UInt32: Gathering] = [:]

  /// The part that the learner computes.
  private(set) var own: UInt32?

  /// Whether something false is in the sum, which has to be made anew.
  private(set) var isSpoiled = false

  private let limit: Int

  /// - Parameter bytes: The bytes of a part's gradient.
  init(step: UInt32, bytes: UInt64) {
    self.step = step
    limit = max(2, Int(min(UInt64(Self.maximumOnTheWay), Self.maximumBytes / max(1, bytes))))
  }

  func item(_ part: UInt32) -> WorkItem { WorkItem(.gradient, step: step, slot: part) }

  /// Whether every part is in the sum.
  var isWhole: Bool { phase == .running && added.count == parts.count }

  /// Whether a part's bytes are in the sum or on the way there.
  func isOnTheWay(_ part: UInt32) -> Bool { added.contains(part) || adding.contains(part) || gatherings[part] != nil }

  /// How many more parts may come at once.
  var room: Int { limit - gatherings.count - adding.count }

  mutating func run(_ parts: [UInt32]) {
    self.parts = parts
    phase = .running
  }

  mutating func finish() { phase = .finishing }

  /// The learner begins to compute a part itself.
  mutating func begin(own part: UInt32) { own = part }

  /// The learner has computed a part, which is in the sum.
  ///
  /// - Returns: Whether it is of use.
  mutating func end(own part: UInt32) -> Bool {
    guard phase == .running, own == part else { return false }
    own = nil
    added.insert(part)
    return true
  }

  /// Begins to gather a part.
  ///
  /// - Returns: The chunks to ask for.
  mutating func gather(_ result: WorkResult, from worker: Peer, now: Milliseconds) -> [UInt32] {
    var gathering = Gathering(worker: worker, result: result, begun: now, lastProgress: now)
    defer { gatherings[result.item.slot] = gathering }
    return gathering.advance()
  }

  /// What a chunk that came means.
  enum Arrival {
    /// It is none that is waited for.
    case unknown
    /// It is kept, and others are to be asked for.
    case kept(next: [UInt32])
    /// It was the last one of its part.
    case last(WorkResult)
  }

  mutating func take(_ chunk: GradientChunk, from worker: Peer, now: Milliseconds) -> Arrival {
    let part = chunk.item.slot
    guard chunk.item == item(part), var gathering = gatherings[part], gathering.worker == worker else { return .unknown }
    // One that was asked for twice shows that the link works.
    gatherings[part]?.lastProgress = now
    guard gathering.awaited.contains(chunk.index), let total = gathering.result.gradient?.totalBytes,
      chunk.bytes.count == GradientChunk.range(of: Int(chunk.index), in: total).count
    else { return .unknown }
    gathering.awaited.remove(chunk.index)
    gathering.lastProgress = now
    gathering.repeats = 0
    let next = gathering.awaited.count <= Self.window / 2 ? gathering.advance() : []
    guard gathering.awaited.isEmpty else {
      gatherings[part] = gathering
      return .kept(next: next)
    }
    gatherings[part] = nil
    adding.insert(part)
    return .last(gathering.result)
  }

  /// The parts of which nothing came for a while: what is to be asked for again, or nil where that is of no use any more.
  mutating func late(after wait: Milliseconds, now: Milliseconds) -> [(part: UInt32, chunks: [UInt32]?)] {
    var late: [(part: UInt32, chunks: [UInt32]?)] = []
    for (part, gathering) in gatherings.sorted(by: { $0.key < $1.key }) {
      let isOverdue = now - gathering.begun > Self.longestGathering
      guard isOverdue || now - gathering.lastProgress > wait else { continue }
      guard !isOverdue, gathering.repeats < Self.maximumRepeats else {
        late.append((part, nil))
        continue
      }
      gatherings[part]?.lastProgress = now
      gatherings[part]?.repeats += 1
      late.append((part, Array(gathering.awaited.sorted().prefix(Self.repeated))))
    }
    return late
  }

  /// The training thread has added a part.
  ///
  /// - Returns: Whether it is of use.
  mutating func end(adding part: UInt32) -> Bool {
    guard phase == .running, adding.remove(part) != nil else { return false }
    added.insert(part)
    return true
  }

  /// The training thread has not added a part.
  mutating func refuse(_ part: UInt32) { adding.remove(part) }

  /// A part's bytes are of no use, wherever they are. What the training thread has is in the sum, or will be.
  mutating func drop(_ part: UInt32) {
    if added.contains(part) || adding.contains(part) { isSpoiled = true }
    gatherings[part] = nil
  }
}

extension SpreadUpdate.Gathering {
  /// Asks for more chunks.
  fileprivate mutating func advance() -> [UInt32] {
    var asked: [UInt32] = []
    while next < count, awaited.count < SpreadUpdate.window {
      awaited.insert(next)
      asked.append(next)
      next += 1
    }
    return asked
  }
}

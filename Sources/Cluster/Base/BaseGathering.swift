import Wire

/// How a worker or relay comes by a run's base weights: looks for them on its host, else asks for their chunks and has them written, then
/// compared with their digest. Pure, like the machine that it is a part of.
///
/// Invariants:
/// - what was asked for and what is not written yet are together no more than a window, so that weights of any size take little memory;
/// - a chunk counts as there only once it is written, and the whole only once its digest agrees.
struct BaseGathering: Sendable {
  /// What is to be done.
  enum Step: Sendable, Equatable {
    /// By the thread for base weights.
    case order(BaseOrder)
    case notify(BaseNotice)
    /// The weights are there.
    case finish(BasePlace)
    /// Nothing will come of it.
    case fail(reason: String)
  }

  private enum Stage: Sendable, Equatable {
    case looking
    /// Nobody has asked for them yet.
    case idle
    case fetching
    case comparing
    case done(BasePlace)
  }

  /// So many chunks in a row may be damaged, and so many transfers be other bytes than announced.
  private static let maximumFaults = (chunks: 64, transfers: 3)

  /// How many bytes may be asked for and not written, unless one chunk is larger.
  private static let windowBytes = 32 << 20

  let base: BaseDescription

  /// Whether they are fetched if they are not on this host. A relay does that when the first worker asks.
  private var isWanted: Bool
  private var stage = Stage.looking
  private let window: Int

  // The transfer that is under way.
  private var isWritten: [Bool] = []
  private var missing = 0
  private var firstMissing = 0
  private var requested: Set<UInt32> = []
  private var writing: Set<UInt32> = []

  /// How often what was asked for did not come in time: a slow link is not filled with repetitions.
  private var timeouts = 0
  private var lastActivity: Milliseconds = 0
  private var damagedInARow = 0
  private var damagedTransfers = 0

  /// - Parameters:
  ///   - chunksPerRequest: How many chunks may be asked for and not there.
  ///   - isWanted: Whether to fetch what is not on this host without being asked.
  init(_ base: BaseDescription, chunksPerRequest: Int, isWanted: Bool) {
    self.base = base
    self.isWanted = isWanted
    window = max(1, min(chunksPerRequest, Self.windowBytes / Int(max(1, base.manifest.chunkBytes))))
  }

  /// Where the weights are; nil until they are there.
  var place: BasePlace? { if case .done(let place) = stage { place } else { nil } }

  /// How far it is.
  var progress: BaseProgress {
    switch stage {
    case .looking: .looking
    case .idle: .idle
    case .fetching:
      .fetching(
        missing: base.manifest.totalBytes - min(base.manifest.totalBytes, UInt64(written) * chunkBytes), of: base.manifest.totalBytes)
    case .comparing: .comparing
    case .done: .done
    }
  }

  private var written: Int { isWritten.count - missing }
  private var chunkBytes: UInt64 { UInt64(base.manifest.chunkBytes) }

  /// Somebody wants what this relay may have to fetch.
  mutating func want() -> [Step] {
    isWanted = true
    return stage == .idle ? begin() : []
  }

  /// Takes what the thread for base weights says.
  mutating func hear(_ event: BaseEvent) -> [Step] {
    switch event {
    case .found(let local):
      guard local.weights.baseDescription.sha256 == base.sha256, place == nil else { return [] }
      stage = .done(local.place)
      (isWritten, requested, writing) = ([], [], [])
      return [.notify(.found(local.place)), .finish(local.place)]
    case .missing(let sha256):
      guard sha256 == base.sha256, stage == .looking else { return [] }
      stage = .idle
      return isWanted ? begin() : []
    case .unusable(let line, let sha256): return sha256 == base.sha256 ? [.notify(.unusable(line))] : []
    case .written(let chunk, let sha256):
      guard sha256 == base.sha256, stage == .fetching, writing.remove(chunk) != nil else { return [] }
      isWritten[Int(chunk)] = true
      missing -= 1
      guard missing == 0 else { return [] }
      stage = .comparing
      return [.order(.finish(base))]
    case .damaged(let found, let sha256):
      guard sha256 == base.sha256, stage == .comparing else { return [] }
      damagedTransfers += 1
      guard damagedTransfers < Self.maximumFaults.transfers else { return [.fail(reason: wrongBytes(found))] }
      return [.notify(.damaged(found: found, expected: base.sha256))] + begin()
    case .failed(let reason): return [.fail(reason: reason)]
    }
  }

  private mutating func begin() -> [Step] {
    stage = .fetching
    missing = base.manifest.chunkCount
    isWritten = [Bool](repeating: false, count: missing)
    (firstMissing, requested, writing) = (0, [], [])
    return [.notify(.fetching(bytes: base.manifest.totalBytes)), .order(.begin(base))]
  }

  /// Takes a chunk that was sent to this process.
  mutating func take(_ chunk: WeightChunk, now: Milliseconds) -> [Step] {
    guard stage == .fetching else { return [] }
    if let fault = fault(in: chunk) {
      damagedInARow += 1
      requested.remove(chunk.index)
      guard damagedInARow < Self.maximumFaults.chunks else {
        return [.fail(reason: "\(damagedInARow) chunks of the base weights in a row were damaged, the last one for this reason: \(fault)")]
      }
      return [.notify(.chunkDropped(index: chunk.index, reason: fault))]
    }
    // Whoever sends what was not asked for must not fill the memory.
    guard !isWritten[Int(chunk.index)], !writing.contains(chunk.index), writing.count < 2 * window else { return [] }
    damagedInARow = 0
    lastActivity = now
    requested.remove(chunk.index)
    writing.insert(chunk.index)
    return [.order(.write(chunk, of: base))]
  }

  /// Why a chunk cannot be one of these weights.
  private func fault(in chunk: WeightChunk) -> String? {
    let manifest = base.manifest
    guard chunk.base == nil, chunk.totalBytes == manifest.totalBytes, Int(chunk.count) == isWritten.count, chunk.index < chunk.count else {
      return
        "chunk \(chunk.index) of \(chunk.count), of \(chunk.totalBytes) bytes, expected \(isWritten.count) of \(manifest.totalBytes) bytes"
    }
    let expected = manifest.range(ofChunk: Int(chunk.index)).count
    guard chunk.bytes.count == expected else {
      return "chunk \(chunk.index) holds \(chunk.bytes.count) bytes, expected \(expected)"
    }
    return chunk.isIntact ? nil : "chunk \(chunk.index) does not match its digest"
  }

  private func wrongBytes(_ found: String) -> String {
    "the base weights came \(damagedTransfers) times with other bytes than were announced, the last time with SHA-256 \(found) and not "
      + "\(base.sha256): look at the memory and disks of the learner's host, of the relay's if there is one, and of this one"
  }

  /// Which chunks to ask for now, when half of those asked for are written; and again those that stay away.
  ///
  /// - Parameter wait: How long chunks may stay away.
  mutating func request(wait: Milliseconds, now: Milliseconds) -> [UInt32] {
    guard stage == .fetching else { return [] }
    if !requested.isEmpty, now - lastActivity >= wait << min(timeouts, 3) {
      timeouts += 1
      requested = []
    }
    let underWay = requested.count + writing.count
    guard underWay <= window / 2 else { return [] }
    while firstMissing < isWritten.count, isWritten[firstMissing] { firstMissing += 1 }
    var chunks: [UInt32] = []
    var index = firstMissing
    while index < isWritten.count, chunks.count < window - underWay {
      let chunk = UInt32(index)
      if !isWritten[index], !requested.contains(chunk), !writing.contains(chunk) { chunks.append(chunk) }
      index += 1
    }
    guard !chunks.isEmpty else { return [] }
    requested.formUnion(chunks)
    lastActivity = now
    return chunks
  }
}

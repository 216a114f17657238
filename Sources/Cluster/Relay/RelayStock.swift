import Wire

/// The frames that a relay has: few key frames, and the deltas that lead on from them. What is not asked for is not made: a version's key
/// frame is put together from an older one and deltas when somebody needs it, or before the chain grows too long to keep.
struct RelayStock: Sendable {
  /// How many key frames are kept, the newest of them.
  static let capacity = 2

  /// How many are kept where workers fetch older ones, which must not give way before they have them.
  static let maximumCapacity = 4

  /// How many deltas and key frames may be on their way beside the one that is asked for. More displace the oldest.
  static let maximumIncoming = (deltas: 4, keyFrames: 1)

  /// A frame on its way in.
  struct FrameID: Hashable, Sendable {
    var version: UInt32
    var base: UInt32?
  }

  /// A key frame, and when somebody asked for it last.
  struct Kept: Sendable {
    let frame: WeightFrame
    var lastAsked: Milliseconds?
  }

  let manifest: WeightManifest

  /// How long a key frame that was asked for counts as being fetched.
  let fetchedFor: Milliseconds

  private(set) var keyFrames: [UInt32: Kept] = [:]

  /// The deltas by the version that they make of the one before.
  private(set) var deltas: [UInt32: WeightFrame] = [:]
  private(set) var incoming: [FrameID: WeightAssembly] = [:]

  init(manifest: WeightManifest, fetchedFor: Milliseconds) {
    self.manifest = manifest
    self.fetchedFor = fetchedFor
  }

  /// The newest version that can be handed out.
  var newest: UInt32? {
    guard var version = keyFrames.keys.max() else { return nil }
    while version < .max, deltas[version + 1] != nil { version += 1 }
    return version
  }

  /// Whether an older version's key frame can be kept without another that is being fetched giving way.
  func hasRoom(now: Milliseconds) -> Bool {
    keyFrames.count < Self.maximumCapacity || older.contains { !isFetched($0, now: now) }
  }

  /// The versions of all key frames but the newest one, from which deltas lead on.
  private var older: [UInt32] {
    let newest = keyFrames.keys.max()
    return keyFrames.keys.filter { $0 != newest }
  }

  private func isFetched(_ version: UInt32, now: Milliseconds) -> Bool {
    keyFrames[version]?.lastAsked.map { now - $0 < fetchedFor } ?? false
  }

  /// Puts a chunk in its place; nil when its frame is there already, or is none that could be used.
  ///
  /// - Parameters:
  ///   - target: The version that is asked for, which no other displaces.
  ///   - isWanted: Whether somebody waits for the chunk's version.
  mutating func take(
    _ chunk: WeightChunk, pursuing target: UInt32? = nil, isWanted: Bool = false, now: Milliseconds
  ) -> WeightAssembly.Outcome? {
    let id = FrameID(version: chunk.policyVersion, base: chunk.base)
    guard chunk.base == nil ? keyFrames[id.version] == nil : deltas[id.version] == nil else { return nil }
    if incoming[id].map({ !$0.isFrame(of: chunk) }) ?? true {
      guard let begun = begin(chunk, pursuing: target) else { return nil }
      incoming[id] = begun
    }
    guard var assembly = incoming.removeValue(forKey: id) else { return nil }
    let outcome = assembly.accept(chunk)
    guard assembly.isWhole else {
      incoming[id] = assembly
      return outcome
    }
    // The chunks keep the learner's digests: what is damaged in this memory is found where it is used.
    guard let frame = assembly.takeFrame() else { return outcome }
    if id.base == nil { keep(frame, isAsked: isWanted, now: now) } else { add(delta: frame, now: now) }
    return outcome
  }

  private mutating func begin(_ chunk: WeightChunk, pursuing target: UInt32?) -> WeightAssembly? {
    let isDelta = chunk.base != nil
    // A learner makes deltas against the version before alone.
    if let base = chunk.base, base + 1 != chunk.policyVersion { return nil }
    // What is asked for has a place of its own: a broadcast must not make it begin again, nor it the broadcast.
    let pursued = isDelta ? newest.map { $0 &+ 1 } : target
    let others = incoming.keys.filter { ($0.base != nil) == isDelta && $0.version != chunk.policyVersion && $0.version != pursued }
    let room = (isDelta ? Self.maximumIncoming.deltas : Self.maximumIncoming.keyFrames) - (chunk.policyVersion == pursued ? 0 : 1)
    for other in others.sorted(by: { $0.version < $1.version }).dropLast(room) { incoming[other] = nil }
    return isDelta
      ? WeightAssembly(ofDelta: chunk, manifest: manifest) : WeightAssembly(policyVersion: chunk.policyVersion, manifest: manifest)
  }

  /// Keeps a key frame and lets others go: first the oldest that nobody fetches, and beyond the maximum whatever was asked for longest ago.
  private mutating func keep(_ frame: WeightFrame, isAsked: Bool, now: Milliseconds) {
    keyFrames[frame.policyVersion] = Kept(frame: frame, lastAsked: isAsked ? now : nil)
    while keyFrames.count > Self.capacity {
      let idle = older.filter { !isFetched($0, now: now) }.min()
      let eldest = older.min { (keyFrames[$0]?.lastAsked ?? .min, $0) < (keyFrames[$1]?.lastAsked ?? .min, $1) }
      guard let gone = idle ?? (keyFrames.count > Self.maximumCapacity ? eldest : nil) else { break }
      keyFrames[gone] = nil
    }
  }

  private mutating func add(delta: WeightFrame, now: Milliseconds) {
    deltas[delta.policyVersion] = delta
    guard let newest, let newestKey = keyFrames.keys.max(), newest > newestKey else { return prune() }
    // Half of what is ever sent: the chain from a key frame that is kept never breaks.
    let length = (newestKey + 1...newest).reduce(0) { $0 + (deltas[$1]?.bytes.count ?? 0) }
    if 2 * length > manifest.totalBytes { _ = keyFrame(newest, isAsked: false, now: now) }
    prune()
  }

  /// Drops deltas, the oldest first, while all together are as long as a key frame: a longer chain would never be sent.
  private mutating func prune() {
    var total = 0
    for version in deltas.keys.sorted(by: >) {
      total += deltas[version]?.bytes.count ?? 0
      if total >= manifest.totalBytes { deltas[version] = nil }
    }
  }

  /// The next frame on the shortest way to a version from one that a worker has; nil when it cannot be made of what is here.
  mutating func frame(towards version: UInt32, from base: UInt32?, now: Milliseconds) -> WeightFrame? {
    if let base, base < version {
      var (step, total) = (version, 0)
      while let delta = deltas[step], total + delta.bytes.count < Int(manifest.totalBytes) {
        total += delta.bytes.count
        if step == base + 1 { return delta }
        step -= 1
      }
    }
    return keyFrame(version, isAsked: true, now: now)
  }

  /// A version's key frame, put together if need be.
  private mutating func keyFrame(_ version: UInt32, isAsked: Bool, now: Milliseconds) -> WeightFrame? {
    if let kept = keyFrames[version] {
      if isAsked { keyFrames[version]?.lastAsked = now }
      return kept.frame
    }
    guard let start = start(of: version), var bytes = keyFrames[start]?.frame.bytes.array() else { return nil }
    // Making one must not cost another that is being fetched.
    guard !isAsked || start == keyFrames.keys.max() || hasRoom(now: now) else { return nil }
    for step in start + 1...version {
      guard let delta = deltas[step] else { return nil }
      do throws(WireError) {
        bytes = try WeightDelta.apply(delta.bytes, to: bytes, manifest: manifest)
      } catch {
        // Whichever of the two is damaged: neither is trusted.
        deltas[step] = nil
        keyFrames[start] = nil
        return nil
      }
    }
    let frame = WeightFrame(WeightBytes(bytes), policyVersion: version, manifest: manifest)
    keep(frame, isAsked: isAsked, now: now)
    return frame
  }

  /// Whether a version's key frame is here, or can be put together.
  func canMake(_ version: UInt32) -> Bool { keyFrames[version] != nil || start(of: version) != nil }

  /// The key frame from which deltas lead to a version.
  private func start(of version: UInt32) -> UInt32? {
    guard let start = keyFrames.keys.filter({ $0 < version }).max() else { return nil }
    // From the end, so that a version that is far off costs one look.
    return (start + 1...version).reversed().allSatisfy { deltas[$0] != nil } ? start : nil
  }

  /// Forgets every newer version and whatever is half there.
  mutating func forget(above version: UInt32) {
    incoming = [:]
    keyFrames = keyFrames.filter { $0.key <= version }
    deltas = deltas.filter { $0.key <= version }
  }
}

import Wire

/// The policy versions that a worker holds or gathers: two at most, beside the one that its sampler has loaded and the deltas on their
/// way in.
struct ResidentWeights: Sendable {
  /// How many versions are held or gathered whole at once, and how many deltas beside.
  static let capacity = 2

  /// What became of versions while frames came in.
  enum Change: Sendable, Equatable {
    /// It is whole.
    case completed(UInt32)
    /// Its delta cannot be applied; its key frame is asked for instead.
    case spoiled(UInt32, reason: String)
  }

  private var whole: [UInt32: [UInt8]] = [:]

  /// Frames on their way in, by the version that they make. A delta that is all there waits for its base, or for room.
  private var incoming: [UInt32: WeightAssembly] = [:]

  /// The version that the sampler has.
  private(set) var loaded: UInt32?

  /// What is asked of the learner, by version.
  private var pursuits: [UInt32: WeightPursuit] = [:]

  /// Versions whose delta was of no use.
  private var keyFrameOnly: Set<UInt32> = []

  /// The newest version that is whole.
  var newest: UInt32? { ((loaded.map { [$0] } ?? []) + whole.keys).max() }

  func isWhole(_ version: UInt32) -> Bool { whole[version] != nil }

  /// Whether tasks of a version can be sampled, once it is loaded.
  func isAvailable(_ version: UInt32) -> Bool { loaded == version || whole[version] != nil }

  /// The newest version before another from which deltas may lead to it.
  private func base(towards version: UInt32) -> UInt32? {
    let spoiled = keyFrameOnly.filter { $0 <= version }.max()
    return whole.keys.filter { $0 < version && $0 >= spoiled ?? 0 }.max()
  }

  /// The bytes to hand to the sampler; nil if it has the version already.
  mutating func load(_ version: UInt32) -> [UInt8]? {
    guard loaded != version, let bytes = whole[version] else { return nil }
    loaded = version
    return bytes
  }

  mutating func drop(_ version: UInt32) {
    whole[version] = nil
    incoming[version] = nil
    pursuits[version] = nil
  }

  /// Forgets every newer version and whatever is half there.
  mutating func forget(above version: UInt32) {
    incoming = [:]
    pursuits = [:]
    keyFrameOnly = []
    whole = whole.filter { $0.key <= version }
    if let current = loaded, current > version { loaded = nil }
  }

  /// Puts a chunk in its place, if its frame is gathered or may begin to be.
  ///
  /// - Parameters:
  ///   - isAnswer: It was asked for: its frame is the one that the learner wants to send.
  /// - Returns: What became of it; nil when its frame is of no use now.
  mutating func take(
    _ chunk: WeightChunk, isAnswer: Bool, manifest: WeightManifest, needed: Set<UInt32>, now: Milliseconds
  ) -> WeightAssembly.Outcome? {
    let version = chunk.policyVersion
    // The sampler's own copy is no base: its version may be asked for once more, as a step on the way to a later one.
    guard whole[version] == nil, isAnswer || loaded != version else { return nil }
    if incoming[version].map({ !$0.isFrame(of: chunk) }) ?? true {
      // A broadcast of a version that is under way by another frame is of no use.
      guard incoming[version] == nil || isAnswer else { return nil }
      guard let begun = begin(chunk, isAnswer: isAnswer, manifest: manifest, needed: needed) else { return nil }
      incoming[version] = begun
    }
    guard var assembly = incoming.removeValue(forKey: version) else { return nil }
    let outcome = assembly.accept(chunk)
    switch outcome {
    case .taken, .repeated:
      for (key, pursuit) in pursuits where key == version || key > version && chunk.base != nil && pursuit.base == chunk.base {
        pursuits[key]?.note(chunk, isAnswer: isAnswer, isNew: outcome == .taken, now: now)
      }
    case .otherVersion, .rejected: break
    }
    if chunk.base == nil, let bytes = assembly.bytes {
      whole[version] = bytes
      keyFrameOnly.remove(version)
    } else {
      incoming[version] = assembly
    }
    return outcome
  }

  /// Begins to gather a frame, if it is of use and there is room.
  private mutating func begin(
    _ chunk: WeightChunk, isAnswer: Bool, manifest: WeightManifest, needed: Set<UInt32>
  ) -> WeightAssembly? {
    let version = chunk.policyVersion
    guard let base = chunk.base else {
      guard let storage = makeRoom(for: version, needed: needed) else { return nil }
      return WeightAssembly(policyVersion: version, manifest: manifest, reusing: storage)
    }
    let isStep = isAnswer && pursuits.contains { $0.key >= version && $0.value.base == base }
    guard !keyFrameOnly.contains(version), isStep || needed.contains(version) || version > newest ?? 0 else { return nil }
    guard whole[base] != nil || incoming[base] != nil || pursuits[base] != nil else { return nil }
    let others = incoming.filter { $0.key != version && $0.value.base != nil }.keys
    if others.count >= Self.capacity {
      // What was asked for goes first; a later delta cannot be applied before it.
      guard let displaced = isStep ? others.max() : others.filter({ $0 < version && !needed.contains($0) }).min() else { return nil }
      incoming[displaced] = nil
    }
    return WeightAssembly(ofDelta: chunk, manifest: manifest)
  }

  /// Sees to room for one more version by dropping one that no task needs. A version that no task needs yet displaces only older ones.
  ///
  /// - Returns: Memory to use again, possibly none; nil when there is no room.
  private mutating func makeRoom(for version: UInt32, needed: Set<UInt32>, sparing base: UInt32? = nil) -> [UInt8]? {
    let held = Set(whole.keys).union(incoming.filter { $0.value.base == nil }.keys)
    guard needed.contains(version) || held.allSatisfy({ $0 < version }) else { return nil }
    guard held.count >= Self.capacity else { return [] }
    let idle = held.subtracting(needed)
    guard let displaced = idle.filter({ $0 != base }).min() ?? idle.min() else { return nil }
    // The base itself makes room by becoming the new version.
    if displaced == base { return [] }
    incoming[displaced] = nil
    return whole.removeValue(forKey: displaced) ?? []
  }

  /// Whether a version could be taken in now.
  private func hasRoom(for version: UInt32, needed: Set<UInt32>) -> Bool {
    if let frame = incoming[version], frame.base == nil { return true }
    var trial = self
    return trial.makeRoom(for: version, needed: needed) != nil
  }

  /// Applies whatever deltas are all there, whose base is whole and for whose version there is room.
  mutating func settle(manifest: WeightManifest, needed: Set<UInt32>) -> [Change] {
    var changes: [Change] = []
    // Those that were of use as steps are needed as much as what they lead to.
    let needed = needed.union(pursuits.compactMap { needed.contains($0.key) ? $0.value.stage : nil })
    while let (version, base, storage) = nextToApply(needed: needed), let delta = incoming.removeValue(forKey: version)?.bytes {
      let keepsBase = Set(whole.keys).union(incoming.filter { $0.value.base == nil }.keys).count < Self.capacity
      let bytes = (keepsBase ? whole[base] : whole.removeValue(forKey: base)) ?? []
      do throws(WireError) {
        whole[version] = try WeightDelta.apply(WeightBytes(delta), to: bytes, manifest: manifest, reusing: storage)
        changes.append(.completed(version))
      } catch {
        // Whichever of the two is damaged: neither is trusted.
        whole[base] = nil
        keyFrameOnly.insert(version)
        changes.append(.spoiled(version, reason: error.message))
      }
      for key in pursuits.keys { pursuits[key]?.leave(stage: version) }
    }
    return changes
  }

  /// The lowest version whose delta can be applied, with memory to use again.
  private mutating func nextToApply(needed: Set<UInt32>) -> (version: UInt32, base: UInt32, storage: [UInt8])? {
    for (version, delta) in incoming.sorted(by: { $0.key < $1.key }) where delta.isWhole {
      guard let base = delta.base, whole[base] != nil else { continue }
      if let storage = makeRoom(for: version, needed: needed, sparing: base) { return (version, base, storage) }
    }
    return nil
  }

  // MARK: Asking

  /// Whether chunks of a version were asked for.
  func isAsked(for version: UInt32) -> Bool { pursuits[version]?.isAsked == true }

  /// Which chunks of which frames to ask for now, for the versions that tasks wait for; what was asked for of others is forgotten.
  ///
  /// - Parameters:
  ///   - limit: How many chunks are asked for at once.
  ///   - wait: How long chunks may stay away unasked.
  ///   - published: The version that was the newest when the learner welcomed the worker.
  mutating func requests(
    for awaited: Set<UInt32>, needed: Set<UInt32>, manifest: WeightManifest, limit: Int, wait: Milliseconds, published: UInt32,
    now: Milliseconds
  ) -> [(version: UInt32, base: UInt32?, chunks: [UInt32])] {
    let wanted = awaited.filter { !isAvailable($0) }
    pursuits = pursuits.filter { wanted.contains($0.key) }
    var bases: Set<UInt32> = []
    var requests: [(version: UInt32, base: UInt32?, chunks: [UInt32])] = []
    for version in wanted.sorted() where hasRoom(for: version, needed: needed) {
      // Two that begin at the same version would ask for the same delta: the lower is on the other's way.
      if let base = base(towards: version), !bases.insert(base).inserted { continue }
      let request = self.request(for: version, manifest: manifest, limit: limit, wait: wait, isPast: version <= published, now: now)
      if let request { requests.append((version, request.base, request.chunks)) }
    }
    return requests
  }

  private mutating func request(
    for version: UInt32, manifest: WeightManifest, limit: Int, wait: Milliseconds, isPast: Bool, now: Milliseconds
  ) -> (base: UInt32?, chunks: [UInt32])? {
    var pursuit = pursuits[version] ?? WeightPursuit(now: now)
    defer { pursuits[version] = pursuit }
    guard pursuit.isDue(wait: wait, isPast: isPast, now: now) else { return nil }
    let (base, chunks): (UInt32?, [UInt32])
    if let frame = frame(towards: version, stage: pursuit.stage) {
      (base, chunks) = (frame.base, frame.missing(limit: limit))
    } else {
      base = self.base(towards: version)
      // How many chunks a delta has, its first chunk says.
      chunks = (0..<UInt32(base == nil ? min(limit, manifest.chunkCount) : limit)).map { $0 }
    }
    pursuit.ask(chunks, base: base, now: now)
    return (base, chunks)
  }

  /// The frame that is gathered now on the way to a version.
  private func frame(towards version: UInt32, stage: UInt32?) -> WeightAssembly? {
    [version, stage].compactMap { $0.flatMap { incoming[$0] } }.first { frame in
      !frame.isWhole && frame.base.map { whole[$0] != nil } ?? true
    }
  }

  /// How many chunks of a version are missing; nil when not even their number is known.
  func missing(of version: UInt32, manifest: WeightManifest) -> Int? {
    if let frame = incoming[version] ?? pursuits[version]?.stage.flatMap({ incoming[$0] }) { return frame.missingCount }
    return base(towards: version) == nil ? manifest.chunkCount : nil
  }
}

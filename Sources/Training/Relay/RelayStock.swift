import Wire

/// The frames that a relay has: few key frames, and the deltas that lead on from them. What is not asked for is not made: a version's key
/// frame is put together from an older one and deltas when somebody needs it, or before the chain grows too long to keep.
struct RelayStock: Sendable {
  /// How many key frames are kept: of the version that is sampled from, and of the next.
  static let capacity = 2

  /// How many are kept where workers ask for more: an older one that was fetched for them must not give way before they have it.
  static let maximumCapacity = 4

  /// How long a key frame that was asked for counts as being fetched: a worker asks for the rest sooner.
  static let fetchedFor: Milliseconds = 5_000

  /// How many frames of each kind may be on their way at once. More displace the oldest.
  static let maximumIncoming = 4

  /// A frame on its way in.
  struct FrameID: Hashable, Sendable {
    var version: UInt32
    var base: UInt32?
  }

  let manifest: WeightManifest
  private(set) var keyFrames: [UInt32: WeightFrame] = [:]

  /// When key frames were asked for last.
  private var lastAsked: [UInt32: Milliseconds] = [:]

  /// The deltas by the version that they make of the one before.
  private(set) var deltas: [UInt32: WeightFrame] = [:]
  private(set) var incoming: [FrameID: WeightAssembly] = [:]

  init(manifest: WeightManifest) { self.manifest = manifest }

  /// The newest version that can be handed out.
  var newest: UInt32? {
    guard var version = keyFrames.keys.max() else { return nil }
    while version < .max, deltas[version + 1] != nil { version += 1 }
    return version
  }

  /// Puts a chunk in its place; nil when its frame is there already, or is none that could be used.
  ///
  /// - Parameter target: The version that is asked for, which no other displaces.
  mutating func take(_ chunk: WeightChunk, pursuing target: UInt32? = nil, now: Milliseconds) -> WeightAssembly.Outcome? {
    let id = FrameID(version: chunk.policyVersion, base: chunk.base)
    guard chunk.base == nil ? keyFrames[id.version] == nil : deltas[id.version] == nil else { return nil }
    if incoming[id].map({ !$0.isFrame(of: chunk) }) ?? true {
      guard let begun = begin(chunk, pursuing: target) else { return nil }
      incoming[id] = begun
    }
    guard var assembly = incoming.removeValue(forKey: id) else { return nil }
    let outcome = assembly.accept(chunk)
    guard let bytes = assembly.bytes else {
      incoming[id] = assembly
      return outcome
    }
    let frame = WeightFrame(bytes, policyVersion: id.version, base: id.base, manifest: manifest)
    if id.base == nil {
      if id.version == target { lastAsked[id.version] = now }
      keep(frame, now: now)
    } else {
      add(delta: frame, now: now)
    }
    return outcome
  }

  private mutating func begin(_ chunk: WeightChunk, pursuing target: UInt32?) -> WeightAssembly? {
    let isDelta = chunk.base != nil
    // A learner makes deltas against the version before alone.
    if let base = chunk.base, base + 1 != chunk.policyVersion { return nil }
    // What is asked for has a place of its own: a broadcast must not make it begin again, nor it the broadcast.
    let pursued = isDelta ? newest.map { $0 &+ 1 } : target
    if chunk.policyVersion != pursued {
      let others = incoming.keys.filter { ($0.base != nil) == isDelta && ![chunk.policyVersion, pursued].contains($0.version) }
      for other in others.sorted(by: { $0.version < $1.version }).dropLast((isDelta ? Self.maximumIncoming : 1) - 1) {
        incoming[other] = nil
      }
    }
    return isDelta
      ? WeightAssembly(ofDelta: chunk, manifest: manifest) : WeightAssembly(policyVersion: chunk.policyVersion, manifest: manifest)
  }

  /// Keeps a key frame and drops others: what nobody has asked for is dropped first, then the oldest. The newest stays: deltas lead on from it.
  private mutating func keep(_ frame: WeightFrame, now: Milliseconds) {
    keyFrames[frame.policyVersion] = frame
    let newest = keyFrames.keys.max()
    while keyFrames.count > Self.capacity {
      let others = keyFrames.keys.filter { $0 != newest }
      guard let least = others.min(by: { (lastAsked[$0] ?? .min, $0) < (lastAsked[$1] ?? .min, $1) }) else { break }
      let isFetched = lastAsked[least].map { now - $0 < Self.fetchedFor } ?? false
      guard !isFetched || keyFrames.count > Self.maximumCapacity else { break }
      keyFrames[least] = nil
    }
    lastAsked = lastAsked.filter { keyFrames[$0.key] != nil }
  }

  private mutating func add(delta: WeightFrame, now: Milliseconds) {
    deltas[delta.policyVersion] = delta
    guard let newest, let newestKey = keyFrames.keys.max(), newest > newestKey else { return prune() }
    // Half of what is ever sent: the chain from a key frame that is kept never breaks.
    let length = (newestKey + 1...newest).reduce(0) { $0 + (deltas[$1]?.bytes.count ?? 0) }
    if 2 * length > manifest.totalBytes { _ = keyFrame(newest, now: now) }
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
    lastAsked[version] = now
    guard let frame = keyFrame(version, now: now) else {
      lastAsked[version] = nil
      return nil
    }
    return frame
  }

  /// A version's key frame, put together if need be.
  private mutating func keyFrame(_ version: UInt32, now: Milliseconds) -> WeightFrame? {
    if let frame = keyFrames[version] { return frame }
    guard let start = keyFrames.keys.filter({ $0 < version }).max(), var bytes = keyFrames[start]?.bytes else { return nil }
    // From the end, so that a version that is far off costs one look.
    guard (start + 1...version).reversed().allSatisfy({ deltas[$0] != nil }) else { return nil }
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
    let frame = WeightFrame(bytes, policyVersion: version, manifest: manifest)
    keep(frame, now: now)
    return frame
  }

  /// Forgets every newer version and whatever is half there.
  mutating func forget(above version: UInt32) {
    incoming = [:]
    keyFrames = keyFrames.filter { $0.key <= version }
    deltas = deltas.filter { $0.key <= version }
  }
}

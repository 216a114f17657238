import Wire

/// The policy versions that a worker holds or gathers: two at most, beside the one that its sampler has loaded.
struct ResidentWeights: Sendable {
  /// How many versions are held or gathered at once.
  static let capacity = 2

  /// A version on its way in.
  struct Incoming {
    var assembly: WeightAssembly

    /// When something last came or was asked for.
    var lastActivity: Milliseconds

    /// Chunks that were asked for and have not come.
    var requested: Set<UInt32> = []

    /// Whether chunks were ever asked for.
    var isRepaired = false
  }

  private(set) var whole: [UInt32: [UInt8]] = [:]
  private(set) var incoming: [UInt32: Incoming] = [:]

  /// The version that the sampler has.
  private(set) var loaded: UInt32?

  /// The newest version that is whole.
  var newest: UInt32? { ((loaded.map { [$0] } ?? []) + whole.keys).max() }

  /// The lowest version that was asked for.
  var oldestRepaired: UInt32? { incoming.filter { $0.value.isRepaired }.keys.min() }

  func isAvailable(_ version: UInt32) -> Bool { loaded == version || whole[version] != nil }

  /// How many chunks of a version are missing; nil when it is not even gathered.
  func missing(of version: UInt32) -> Int? { incoming[version]?.assembly.missingCount }

  /// The bytes to hand to the sampler; nil if it has the version already.
  mutating func load(_ version: UInt32) -> [UInt8]? {
    guard loaded != version, let bytes = whole[version] else { return nil }
    loaded = version
    return bytes
  }

  mutating func drop(_ version: UInt32) {
    whole[version] = nil
    incoming[version] = nil
  }

  /// Forgets every newer version and whatever is half there.
  mutating func forget(above version: UInt32) {
    incoming = [:]
    whole = whole.filter { $0.key <= version }
    if let current = loaded, current > version { loaded = nil }
  }

  /// Begins to gather a version if there is room, or if a version that no task needs makes room.
  ///
  /// A version that no task needs yet displaces only an older one.
  mutating func gather(_ version: UInt32, manifest: WeightManifest, needed: Set<UInt32>, now: Milliseconds) -> Bool {
    guard incoming[version] == nil else { return true }
    guard !isAvailable(version) else { return false }
    let held = Set(whole.keys).union(incoming.keys)
    guard needed.contains(version) || held.allSatisfy({ $0 < version }) else { return false }
    var storage: [UInt8] = []
    if held.count >= Self.capacity {
      guard let displaced = held.subtracting(needed).min() else { return false }
      storage = whole.removeValue(forKey: displaced) ?? []
      incoming[displaced] = nil
    }
    incoming[version] = Incoming(
      assembly: WeightAssembly(policyVersion: version, manifest: manifest, reusing: storage), lastActivity: now)
    return true
  }

  /// Puts a chunk of a version that is gathered in its place.
  mutating func take(_ chunk: WeightChunk, now: Milliseconds) -> WeightAssembly.Outcome {
    let version = chunk.policyVersion
    guard var entry = incoming.removeValue(forKey: version) else { return .otherVersion }
    let outcome = entry.assembly.accept(chunk)
    if outcome == .taken { entry.lastActivity = now }
    if outcome == .taken || outcome == .repeated { entry.requested.remove(chunk.index) }
    if let bytes = entry.assembly.bytes {
      whole[version] = bytes
    } else {
      incoming[version] = entry
    }
    return outcome
  }

  /// Which chunks of a version to ask for now.
  ///
  /// - Parameters:
  ///   - wait: How long chunks may stay away unasked.
  ///   - isPast: The version was published before this worker listened: nobody but us can make it come.
  mutating func chunksToRequest(of version: UInt32, limit: Int, wait: Milliseconds, isPast: Bool, now: Milliseconds) -> [UInt32] {
    guard var entry = incoming[version] else { return [] }
    let isNext = entry.isRepaired && entry.requested.isEmpty
    let isFirst = isPast && !entry.isRepaired
    guard isNext || isFirst || now - entry.lastActivity >= wait else { return [] }
    let chunks = entry.assembly.missing(limit: limit)
    entry.requested = Set(chunks)
    entry.isRepaired = true
    entry.lastActivity = now
    incoming[version] = entry
    return chunks
  }
}

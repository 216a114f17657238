package import Wire

/// The policy versions that a learner can hand out, and the deltas that lead to them.
///
/// A version is kept until no step is sampled from it any more. A delta is kept as long as it and all newer ones together are shorter
/// than a key frame: a longer chain would never be sent.
package struct PublishedWeights: Sendable {
  /// What makes a version: its key frame, or a delta.
  package struct Frame: Sendable {
    /// The version.
    package var version: UInt32
    /// The version that the delta is made against; nil for a key frame.
    package var base: UInt32?
    /// All bytes.
    package var bytes: [UInt8]

    package init(version: UInt32, base: UInt32?, bytes: [UInt8]) {
      self.version = version
      self.base = base
      self.bytes = bytes
    }
  }

  package let manifest: WeightManifest
  package private(set) var versions: [UInt32: [UInt8]] = [:]

  /// The deltas by the version that they make of the one before.
  private var deltas: [UInt32: [UInt8]] = [:]

  package init(manifest: WeightManifest) { self.manifest = manifest }

  /// What a checkpoint has, with the deltas between neighbours: workers that outlived the learner have the older version.
  package init(restored versions: [UInt32: [UInt8]], manifest: WeightManifest) {
    self.init(manifest: manifest)
    for (version, bytes) in versions.sorted(by: { $0.key < $1.key }) {
      let older = version > 0 ? self.versions[version - 1] : nil
      add(version, bytes: bytes, delta: older.flatMap { WeightDelta.encode(bytes, against: $0, manifest: manifest) })
    }
  }

  /// Adds a version that is newer than all others.
  ///
  /// - Parameter delta: What makes it of the version before; nil where a key frame is no longer.
  package mutating func add(_ version: UInt32, bytes: [UInt8], delta: [UInt8]?) {
    precondition(UInt64(bytes.count) == manifest.totalBytes, "a version has as many bytes as the manifest says")
    versions[version] = bytes
    deltas[version] = delta
    var oldest = version
    var total = 0
    while let delta = deltas[oldest], total + delta.count < bytes.count, oldest > 0 {
      total += delta.count
      oldest -= 1
    }
    deltas = deltas.filter { $0.key > oldest && $0.key <= version }
  }

  package mutating func release(below version: UInt32) {
    versions = versions.filter { $0.key >= version }
  }

  /// The versions below one, for a checkpoint of it to keep.
  package func versions(below version: UInt32) -> [UInt32: [UInt8]] {
    versions.filter { $0.key < version }
  }

  /// The shortest frame that makes a version of the one before or of nothing; nil when it is released.
  package func broadcast(of version: UInt32) -> Frame? {
    frame(towards: version, from: version > 0 ? version - 1 : nil)
  }

  /// The next frame on the shortest way to a version from one that a worker has: the first delta of the chain between them, or the
  /// version's key frame where there is no chain that is shorter. Nil when the version is released.
  package func frame(towards version: UInt32, from base: UInt32?) -> Frame? {
    guard let bytes = versions[version] else { return nil }
    if let base, base < version {
      var step = version
      var total = 0
      while let delta = deltas[step], total + delta.count < bytes.count {
        total += delta.count
        if step == base + 1 { return Frame(version: step, base: base, bytes: delta) }
        step -= 1
      }
    }
    return Frame(version: version, base: nil, bytes: bytes)
  }

  /// Broadcasts a version.
  func publish(_ version: UInt32, over transport: any LearnerTransport) throws {
    guard let frame = broadcast(of: version) else { preconditionFailure("version \(version) is published while it is retained") }
    for index in 0..<count(of: frame) { try transport.publish(chunk(index, of: frame)) }
  }

  /// Sends chunks of the next frame towards a version to one worker, as many as its queue takes: it asks for the rest again.
  func send(_ version: UInt32, base: UInt32?, chunks: [UInt32], to peer: Peer, over transport: any LearnerTransport) throws {
    guard let frame = frame(towards: version, from: base) else { return }
    let count = count(of: frame)
    for index in chunks.isEmpty ? Array(0..<count) : chunks.map(Int.init) where index < count {
      guard try transport.send(.weights(chunk(index, of: frame)), to: peer) == .sent else { return }
    }
  }

  /// How many chunks make a frame.
  package func count(of frame: Frame) -> Int { manifest.chunkCount(ofFrame: UInt64(frame.bytes.count)) }

  /// Cuts a chunk.
  package func chunk(_ index: Int, of frame: Frame) -> WeightChunk {
    unsafe WeightChunk(
      cutting: index, of: frame.bytes.span.bytes, policyVersion: frame.version, base: frame.base, manifest: manifest)
  }
}

package import Wire

/// The policy versions that a learner can hand out, and the deltas that lead to them.
///
/// A version is kept until no step is sampled from it any more and no worker fetches it. A delta is kept as long as it and all newer
/// ones together are shorter than a key frame: a longer chain would never be sent.
package struct PublishedWeights: Sendable {
  package let manifest: WeightManifest

  /// Key frames by their versions.
  package private(set) var versions: [UInt32: WeightFrame] = [:]

  /// The deltas by the version that they make of the one before.
  private var deltas: [UInt32: WeightFrame] = [:]

  package init(manifest: WeightManifest) { self.manifest = manifest }

  /// What a checkpoint has, with the deltas between neighbours: workers that outlived the learner have the older version.
  package init(restored versions: [UInt32: WeightBytes], manifest: WeightManifest) {
    self.init(manifest: manifest)
    for (version, bytes) in versions.sorted(by: { $0.key < $1.key }) {
      let older = version > 0 ? versions[version - 1] : nil
      let delta = older.flatMap { WeightDelta.encode(bytes, against: $0, manifest: manifest) }
      add(
        WeightFrame(bytes, policyVersion: version, manifest: manifest),
        delta: delta.map { WeightFrame(WeightBytes($0), policyVersion: version, base: version - 1, manifest: manifest) })
    }
  }

  /// Adds a version that is newer than all others.
  ///
  /// - Parameter delta: What makes it of the version before; nil where a key frame is no longer.
  package mutating func add(_ frame: WeightFrame, delta: WeightFrame?) {
    let version = frame.policyVersion
    versions[version] = frame
    deltas[version] = delta
    var oldest = version
    var total = 0
    while let delta = deltas[oldest], total + delta.bytes.count < frame.bytes.count, oldest > 0 {
      total += delta.bytes.count
      oldest -= 1
    }
    deltas = deltas.filter { $0.key > oldest && $0.key <= version }
  }

  package mutating func release(below version: UInt32, keeping held: Set<UInt32> = []) {
    versions = versions.filter { $0.key >= version || held.contains($0.key) }
  }

  /// The versions from one on to below another, for a checkpoint of it to keep.
  package func versions(from oldest: UInt32, below version: UInt32) -> [UInt32: WeightBytes] {
    versions.filter { $0.key >= oldest && $0.key < version }.mapValues(\.bytes)
  }

  /// The shortest frame that makes a version of the one before or of nothing; nil when it is released.
  package func broadcast(of version: UInt32) -> WeightFrame? {
    frame(towards: version, from: version > 0 ? version - 1 : nil)
  }

  /// The next frame on the shortest way to a version from one that a worker has: the first delta of the chain between them, or the
  /// version's key frame where there is no chain that is shorter. Nil when the version is released.
  package func frame(towards version: UInt32, from base: UInt32?) -> WeightFrame? {
    guard let keyFrame = versions[version] else { return nil }
    if let base, base < version {
      var step = version
      var total = 0
      while let delta = deltas[step], total + delta.bytes.count < keyFrame.bytes.count {
        total += delta.bytes.count
        if step == base + 1 { return delta }
        step -= 1
      }
    }
    return keyFrame
  }

  /// Broadcasts a version.
  func publish(_ version: UInt32, over transport: any LearnerTransport) throws {
    guard let frame = broadcast(of: version) else { preconditionFailure("version \(version) is published while it is retained") }
    for index in 0..<frame.chunkCount { try transport.publish(frame.chunk(index)) }
  }

  /// Sends chunks of the next frame towards a version to one worker, as many as its queue takes: it asks for the rest again.
  func send(_ version: UInt32, base: UInt32?, chunks: [UInt32], to peer: Peer, over transport: any LearnerTransport) throws {
    guard let frame = frame(towards: version, from: base) else { return }
    try frame.send(chunks, to: peer, over: transport)
  }
}

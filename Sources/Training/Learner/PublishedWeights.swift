import Wire

/// The policy versions that a learner can hand out.
struct PublishedWeights {
  let manifest: WeightManifest
  private(set) var versions: [UInt32: [UInt8]]

  mutating func add(_ version: UInt32, bytes: [UInt8]) {
    precondition(UInt64(bytes.count) == manifest.totalBytes, "a version has as many bytes as the manifest says")
    versions[version] = bytes
  }

  mutating func release(below version: UInt32) {
    versions = versions.filter { $0.key >= version }
  }

  /// The versions below one, for a checkpoint of it to keep.
  func versions(below version: UInt32) -> [UInt32: [UInt8]] {
    versions.filter { $0.key < version }
  }

  /// Broadcasts a version.
  func publish(_ version: UInt32, over transport: any LearnerTransport) throws {
    guard let bytes = versions[version] else { preconditionFailure("version \(version) is published while it is retained") }
    for index in 0..<manifest.chunkCount {
      try transport.publish(chunk(index, of: version, bytes: bytes))
    }
  }

  /// Sends chunks of a version to one worker, as many as its queue takes: it asks for the rest again.
  func send(_ version: UInt32, chunks: [UInt32], to peer: Peer, over transport: any LearnerTransport) throws {
    guard let bytes = versions[version] else { return }
    let wanted = chunks.isEmpty ? Array(0..<manifest.chunkCount) : chunks.map(Int.init)
    for index in wanted where index < manifest.chunkCount {
      guard try transport.send(.weights(chunk(index, of: version, bytes: bytes)), to: peer) == .sent else { return }
    }
  }

  private func chunk(_ index: Int, of version: UInt32, bytes: [UInt8]) -> WeightChunk {
    unsafe WeightChunk(cutting: index, of: bytes.span.bytes, policyVersion: version, manifest: manifest)
  }
}

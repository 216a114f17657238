internal import Digests
public import Wire

/// The base weights of a run, for whoever hands them on: a learner, or a relay that has fetched them.
public protocol BaseWeights: Sendable {
  /// What they are.
  var baseDescription: BaseDescription { get }

  /// Some of their bytes, by places in the manifest's order. Called for a chunk at a time, from any thread.
  func bytes(_ range: Range<Int>) -> WeightBytes
}

extension BaseWeights {
  /// A chunk as it travels.
  ///
  /// - Parameter index: Its place; less than the manifest's number of chunks.
  public func chunk(_ index: Int) -> WeightChunk {
    let manifest = baseDescription.manifest
    let bytes = bytes(manifest.range(ofChunk: index))
    return WeightChunk(
      policyVersion: BaseDescription.version, index: UInt32(index), count: UInt32(manifest.chunkCount), totalBytes: manifest.totalBytes,
      digest: bytes.withSpan { xxh3($0) }, bytes: bytes)
  }

  /// Sends the chunks that a worker asked for, as many as its queue takes.
  func send(_ chunks: [UInt32], to peer: Peer, over transport: any LearnerTransport) throws {
    for index in WeightAnswer.chunks(asked: chunks, of: baseDescription.manifest.chunkCount) {
      guard try transport.send(.weights(chunk(index)), to: peer) == .sent else { return }
    }
  }
}

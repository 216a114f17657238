extension WeightChunk {
  /// Cuts one chunk out of a policy version's bytes and signs it with its digest.
  ///
  /// Cutting on demand keeps one chunk in memory beside the weights, whether it is broadcast or repaired.
  ///
  /// - Parameters:
  ///   - index: The chunk's place; less than the manifest's ``WeightManifest/chunkCount``.
  ///   - weights: All bytes of the version, as many as the manifest says.
  public init(cutting index: Int, of weights: RawSpan, policyVersion: UInt32, manifest: WeightManifest) {
    precondition(
      weights.byteCount == Int(manifest.totalBytes), "\(weights.byteCount) bytes of weights, the manifest says \(manifest.totalBytes)")
    let piece = weights.extracting(manifest.range(ofChunk: index))
    // One memcpy; an array made from a raw buffer is filled byte by byte.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: piece.byteCount) { target, count in
      unsafe piece.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
      count = piece.byteCount
    }
    self.init(
      policyVersion: policyVersion, index: UInt32(index), count: UInt32(manifest.chunkCount), totalBytes: manifest.totalBytes,
      digest: xxh3(piece), bytes: bytes)
  }

  /// Whether the bytes are those that were sent.
  public var isIntact: Bool { xxh3(bytes) == digest }
}

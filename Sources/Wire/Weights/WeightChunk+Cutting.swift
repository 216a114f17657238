extension WeightChunk {
  /// Cuts one chunk out of a frame's bytes and signs it with its digest.
  ///
  /// Cutting on demand keeps one chunk in memory beside the frame, whether it is broadcast or repaired.
  ///
  /// - Parameters:
  ///   - index: The chunk's place; less than the frame's ``WeightManifest/chunkCount(ofFrame:)``.
  ///   - frame: All bytes of the frame: of a key frame as many as the manifest says.
  ///   - base: The version that the frame is a delta against; nil for a key frame.
  public init(cutting index: Int, of frame: RawSpan, policyVersion: UInt32, base: UInt32? = nil, manifest: WeightManifest) {
    precondition(
      base != nil || frame.byteCount == Int(manifest.totalBytes),
      "\(frame.byteCount) bytes of weights, the manifest says \(manifest.totalBytes)")
    let total = UInt64(frame.byteCount)
    let piece = frame.extracting(manifest.range(ofChunk: index, ofFrame: total))
    // One memcpy; an array made from a raw buffer is filled byte by byte.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: piece.byteCount) { target, count in
      unsafe piece.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
      count = piece.byteCount
    }
    self.init(
      policyVersion: policyVersion, base: base, index: UInt32(index), count: UInt32(manifest.chunkCount(ofFrame: total)),
      totalBytes: total, digest: xxh3(piece), bytes: bytes)
  }

  /// Whether the bytes are those that were sent.
  public var isIntact: Bool { xxh3(bytes) == digest }
}

/// Puts the chunks of one frame together, in any order of arrival.
///
/// Memory for the whole is taken at the start. The size of a key frame is in the manifest of the learner's welcome; that of a delta is in
/// its first chunk, and is never more than a key frame's.
public struct WeightAssembly: Sendable {
  /// The result of offering a chunk.
  public enum Outcome: Sendable, Equatable {
    /// Its bytes are in place.
    case taken
    /// It was there already.
    case repeated
    /// It belongs to another policy version, or to another frame of it.
    case otherVersion
    /// It cannot be a part of these weights, for the given reason. It counts as missing.
    case rejected(String)
  }

  /// The policy version.
  public let policyVersion: UInt32

  /// The version that the frame is a delta against; nil for a key frame.
  public let base: UInt32?

  /// How the frame divides into chunks.
  public let manifest: WeightManifest

  /// How many chunks are missing.
  public private(set) var missingCount: Int

  private let totalBytes: UInt64
  private var isPresent: [Bool]
  private var digests: [UInt64]
  private var storage: [UInt8]

  /// Creates an assembly of a key frame that misses everything.
  ///
  /// - Parameter reusing: The bytes of an assembly that is no longer needed; their memory is taken over.
  public init(policyVersion: UInt32, manifest: WeightManifest, reusing: consuming [UInt8] = []) {
    self.init(policyVersion: policyVersion, base: nil, totalBytes: manifest.totalBytes, manifest: manifest, reusing: reusing)
  }

  /// Creates an assembly of the delta that a chunk is a piece of; nil when the chunk cannot be one of a delta that is shorter than a
  /// key frame.
  public init?(ofDelta chunk: WeightChunk, manifest: WeightManifest) {
    guard let base = chunk.base, (1..<manifest.totalBytes).contains(chunk.totalBytes) else { return nil }
    self.init(policyVersion: chunk.policyVersion, base: base, totalBytes: chunk.totalBytes, manifest: manifest, reusing: [])
  }

  private init(policyVersion: UInt32, base: UInt32?, totalBytes: UInt64, manifest: WeightManifest, reusing: consuming [UInt8]) {
    self.policyVersion = policyVersion
    self.base = base
    self.totalBytes = totalBytes
    self.manifest = manifest
    missingCount = manifest.chunkCount(ofFrame: totalBytes)
    isPresent = [Bool](repeating: false, count: missingCount)
    digests = [UInt64](repeating: 0, count: missingCount)
    storage = reusing.count == Int(totalBytes) ? reusing : .zerosInLargePages(Int(totalBytes))
  }

  /// Whether every chunk is in place.
  public var isWhole: Bool { missingCount == 0 }

  /// How many chunks make the frame.
  public var count: Int { isPresent.count }

  /// Whether a chunk is a piece of this frame, damaged or not. A delta's length is only known from its chunks: another length is
  /// another frame.
  public func isFrame(of chunk: WeightChunk) -> Bool {
    chunk.policyVersion == policyVersion && chunk.base == base && (base == nil || chunk.totalBytes == totalBytes)
  }

  /// Offers a chunk.
  public mutating func accept(_ chunk: WeightChunk) -> Outcome {
    guard isFrame(of: chunk) else { return .otherVersion }
    guard chunk.totalBytes == totalBytes, Int(chunk.count) == isPresent.count else {
      return .rejected(
        "chunk of \(chunk.totalBytes) bytes in \(chunk.count) chunks, expected \(totalBytes) in \(isPresent.count)")
    }
    guard chunk.index < chunk.count else { return .rejected("chunk \(chunk.index) of \(chunk.count)") }
    let index = Int(chunk.index)
    let range = manifest.range(ofChunk: index, ofFrame: totalBytes)
    guard chunk.bytes.count == range.count else {
      return .rejected("chunk \(index) holds \(chunk.bytes.count) bytes, expected \(range.count)")
    }
    guard !isPresent[index] else { return .repeated }
    guard chunk.isIntact else { return .rejected("chunk \(index) of policy version \(policyVersion) does not match its digest") }
    // One memcpy; a subrange is replaced byte by byte.
    unsafe storage.withUnsafeMutableBytes { target in
      let place = unsafe UnsafeMutableRawBufferPointer(rebasing: target[range])
      chunk.bytes.withSpan { span in unsafe span.withUnsafeBytes { unsafe place.copyMemory(from: $0) } }
    }
    isPresent[index] = true
    digests[index] = chunk.digest
    missingCount -= 1
    return .taken
  }

  /// The chunks that are missing, lowest first, at most `limit` of them.
  public func missing(limit: Int = Limits.chunks) -> [UInt32] {
    var indices: [UInt32] = []
    for (index, isHere) in isPresent.enumerated() where !isHere {
      guard indices.count < limit else { break }
      indices.append(UInt32(index))
    }
    return indices
  }

  /// The whole; nil while anything is missing.
  public var bytes: [UInt8]? { isWhole ? storage : nil }

  /// Hands over the whole, whose memory then has no other holder and may be used again; nil while anything is missing.
  public consuming func takeBytes() -> [UInt8]? { isWhole ? storage : nil }

  /// The whole as a frame whose chunks have the digests that they came with; nil while anything is missing.
  public consuming func takeFrame() -> WeightFrame? {
    isWhole ? WeightFrame(WeightBytes(storage), digests: digests, policyVersion: policyVersion, base: base, manifest: manifest) : nil
  }
}

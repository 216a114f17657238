/// Puts the chunks of one policy version together, in whatever order they come.
///
/// Memory for the whole is taken at the start, by the manifest that the learner's welcome carried, never by what a chunk claims.
public struct WeightAssembly: Sendable {
  /// What became of a chunk.
  public enum Outcome: Sendable, Equatable {
    /// Its bytes are in place.
    case taken
    /// It was there already.
    case repeated
    /// It belongs to another policy version.
    case otherVersion
    /// It cannot be a part of these weights; the reason says why. It counts as missing.
    case rejected(String)
  }

  /// The policy version.
  public let policyVersion: UInt32

  /// How the version divides into chunks.
  public let manifest: WeightManifest

  /// How many chunks are missing.
  public private(set) var missingCount: Int

  private var isPresent: [Bool]
  private var storage: [UInt8]

  /// Creates an assembly that misses everything.
  ///
  /// - Parameter reusing: The bytes of an assembly that is no longer needed; their memory is taken over.
  public init(policyVersion: UInt32, manifest: WeightManifest, reusing: consuming [UInt8] = []) {
    self.policyVersion = policyVersion
    self.manifest = manifest
    missingCount = manifest.chunkCount
    isPresent = [Bool](repeating: false, count: manifest.chunkCount)
    let count = Int(manifest.totalBytes)
    storage = reusing.count == count ? reusing : [UInt8](repeating: 0, count: count)
  }

  /// Whether every chunk is in place.
  public var isWhole: Bool { missingCount == 0 }

  /// Offers a chunk.
  public mutating func accept(_ chunk: WeightChunk) -> Outcome {
    guard chunk.policyVersion == policyVersion else { return .otherVersion }
    guard chunk.totalBytes == manifest.totalBytes, Int(chunk.count) == isPresent.count else {
      return .rejected(
        "chunk of \(chunk.totalBytes) bytes in \(chunk.count) chunks, the manifest says \(manifest.totalBytes) in \(isPresent.count)")
    }
    guard chunk.index < chunk.count else { return .rejected("chunk \(chunk.index) of \(chunk.count)") }
    let index = Int(chunk.index)
    let range = manifest.range(ofChunk: index)
    guard chunk.bytes.count == range.count else {
      return .rejected("chunk \(index) holds \(chunk.bytes.count) bytes, the manifest says \(range.count)")
    }
    guard !isPresent[index] else { return .repeated }
    guard chunk.isIntact else { return .rejected("chunk \(index) of policy version \(policyVersion) does not match its digest") }
    storage.replaceSubrange(range, with: chunk.bytes)
    isPresent[index] = true
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
}

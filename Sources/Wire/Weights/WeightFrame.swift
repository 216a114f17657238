import Digests

/// All bytes of a frame, ready to be sent: a key frame, or a delta against another version. Chunks are cut without a copy, and their
/// digests are made once for all workers and repetitions.
public struct WeightFrame: Sendable {
  /// The policy version that it makes.
  public let policyVersion: UInt32

  /// The version that it is a delta against; nil for a key frame.
  public let base: UInt32?

  /// All bytes: of a key frame as many as the manifest says.
  public let bytes: WeightBytes

  private let manifest: WeightManifest
  private let digests: [UInt64]

  /// Signs every chunk of a frame. Reads all bytes once.
  public init(_ bytes: WeightBytes, policyVersion: UInt32, base: UInt32? = nil, manifest: WeightManifest) {
    precondition(
      base != nil || bytes.count == Int(manifest.totalBytes),
      "\(bytes.count) bytes of weights, the manifest says \(manifest.totalBytes)")
    self.policyVersion = policyVersion
    self.base = base
    self.bytes = bytes
    self.manifest = manifest
    let total = UInt64(bytes.count)
    digests = bytes.withSpan { span in
      (0..<manifest.chunkCount(ofFrame: total)).map { xxh3(span.extracting(manifest.range(ofChunk: $0, ofFrame: total))) }
    }
  }

  /// A frame whose chunks were signed elsewhere.
  init(_ bytes: WeightBytes, digests: [UInt64], policyVersion: UInt32, base: UInt32?, manifest: WeightManifest) {
    self.policyVersion = policyVersion
    self.base = base
    self.bytes = bytes
    self.manifest = manifest
    self.digests = digests
  }

  /// XXH3-64 over the chunks' digests in order, each as 8 bytes in little-endian order; in 16 hexadecimal digits. Of two key frames of one run
  /// it says whether they hold the same policy.
  public var digest: String {
    let bytes = digests.flatMap { digest in (0..<8).map { UInt8(truncatingIfNeeded: digest >> (8 * UInt64($0))) } }
    let digits = String(xxh3(bytes), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// How many chunks make the frame.
  public var chunkCount: Int { digests.count }

  /// Cuts one chunk out. Nothing is copied.
  ///
  /// - Parameter index: The chunk's place; less than ``chunkCount``.
  public func chunk(_ index: Int) -> WeightChunk {
    let total = UInt64(bytes.count)
    return WeightChunk(
      policyVersion: policyVersion, base: base, index: UInt32(index), count: UInt32(chunkCount), totalBytes: total, digest: digests[index],
      bytes: bytes[manifest.range(ofChunk: index, ofFrame: total)])
  }
}

extension WeightChunk {
  /// Whether the bytes are those that were sent.
  public var isIntact: Bool { bytes.withSpan { xxh3($0) } == digest }
}

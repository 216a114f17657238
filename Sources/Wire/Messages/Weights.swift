/// How the bytes of a policy version divide into tensors, and into chunks on their way.
///
/// Every version of a run has the same manifest. Chunk `i` holds the bytes from `i · chunkBytes` on; the last may be shorter.
public struct WeightManifest: Sendable, Equatable {
  /// The type of every element, little-endian.
  public enum ElementType: String, Sendable, CaseIterable {
    /// IEEE 754 single precision.
    case float32 = "F32"
    /// The upper half of a single-precision float.
    case bfloat16 = "BF16"

    /// The width of an element.
    public var bytes: Int {
      switch self {
      case .float32: 4
      case .bfloat16: 2
      }
    }
  }

  /// One tensor.
  public struct Parameter: Sendable, Equatable {
    /// The tensor's name, as in Hugging Face's checkpoints.
    public var name: String

    /// The tensor's shape, outermost dimension first; empty for a scalar.
    public var shape: [UInt32]

    /// Where its bytes begin.
    public var offset: UInt64

    /// Creates an entry.
    public init(name: String, shape: [UInt32], offset: UInt64) {
      self.name = name
      self.shape = shape
      self.offset = offset
    }
  }

  /// The type of every element.
  public var elementType: ElementType

  /// The tensors.
  public var parameters: [Parameter]

  /// The bytes of a whole policy version.
  public var totalBytes: UInt64

  /// The bytes of every chunk but the last.
  public var chunkBytes: UInt32

  /// Creates a manifest.
  public init(elementType: ElementType = .float32, parameters: [Parameter], totalBytes: UInt64, chunkBytes: UInt32 = 1 << 20) {
    self.elementType = elementType
    self.parameters = parameters
    self.totalBytes = totalBytes
    self.chunkBytes = chunkBytes
  }

  /// How many chunks make a key frame, which holds all bytes of a policy version.
  public var chunkCount: Int { chunkCount(ofFrame: totalBytes) }

  /// The bytes of a key frame that a chunk holds.
  public func range(ofChunk index: Int) -> Range<Int> { range(ofChunk: index, ofFrame: totalBytes) }

  /// How many chunks make a frame of so many bytes.
  public func chunkCount(ofFrame bytes: UInt64) -> Int {
    let full = bytes / UInt64(chunkBytes)
    return Int(bytes.isMultiple(of: UInt64(chunkBytes)) ? full : full + 1)
  }

  /// The bytes of a frame of `bytes` that a chunk holds.
  public func range(ofChunk index: Int, ofFrame bytes: UInt64) -> Range<Int> {
    let count = chunkCount(ofFrame: bytes)
    precondition((0..<count).contains(index), "chunk \(index) of \(count)")
    let begin = index * Int(chunkBytes)
    return begin..<min(begin + Int(chunkBytes), Int(bytes))
  }
}

/// A piece of a frame. A frame makes a policy version: a key frame holds all of its bytes, a delta the changes from another version.
public struct WeightChunk: Sendable, Equatable {
  /// The policy version.
  public var policyVersion: UInt32

  /// The version that the frame is a delta against; nil for a piece of a key frame.
  public var base: UInt32?

  /// The piece's place among `count`.
  public var index: UInt32

  /// How many pieces make the whole.
  public var count: UInt32

  /// The bytes of the whole frame.
  public var totalBytes: UInt64

  /// XXH3-64 of `bytes`.
  public var digest: UInt64

  /// The piece itself.
  public var bytes: WeightBytes

  /// Creates a chunk.
  public init(
    policyVersion: UInt32, base: UInt32? = nil, index: UInt32, count: UInt32, totalBytes: UInt64, digest: UInt64, bytes: WeightBytes
  ) {
    self.policyVersion = policyVersion
    self.base = base
    self.index = index
    self.count = count
    self.totalBytes = totalBytes
    self.digest = digest
    self.bytes = bytes
  }
}

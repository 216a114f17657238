public import EMPO

/// A part of a gradient, told without its bytes.
public struct GradientSummary: Sendable, Equatable {
  /// The bytes of ``digest``.
  public static let digestBytes = 32

  /// BLAKE2b-256 over the BLAKE2b-256 digests of the gradient's chunks, one behind the other, and over the statistics as they are written on the
  /// wire behind them. Two summaries are of the same gradient exactly if their digests are equal.
  public var digest: [UInt8]

  /// The gradient's bytes: four for each parameter that is trained, float32, in the order of the manifest.
  public var totalBytes: UInt64

  /// What computing it found.
  public var statistics: GradientStatistics

  /// Creates a summary.
  public init(digest: [UInt8], totalBytes: UInt64, statistics: GradientStatistics) {
    self.digest = digest
    self.totalBytes = totalBytes
    self.statistics = statistics
  }
}

/// A piece of a gradient: the bytes from `index · chunkBytes` on, the last piece the rest.
public struct GradientChunk: Sendable, Equatable {
  /// The bytes of every chunk but the last.
  public static let bytesEach = 1 << 20

  /// Which part of which step's gradient.
  public var item: WorkItem

  /// The piece's place.
  public var index: UInt32

  /// The piece itself.
  public var bytes: [UInt8]

  /// Creates a piece.
  public init(item: WorkItem, index: UInt32, bytes: [UInt8]) {
    self.item = item
    self.index = index
    self.bytes = bytes
  }

  /// How many pieces make so many bytes.
  public static func count(of totalBytes: UInt64) -> Int { Int((totalBytes + UInt64(bytesEach) - 1) / UInt64(bytesEach)) }

  /// The bytes of a gradient that a piece holds.
  public static func range(of index: Int, in totalBytes: UInt64) -> Range<Int> {
    let begin = index * bytesEach
    return begin..<min(begin + bytesEach, Int(totalBytes))
  }
}

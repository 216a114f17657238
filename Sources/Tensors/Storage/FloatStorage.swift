public import Files
internal import Foundation

/// One stretch of float32 values: an allocation, zero at first and aligned to a cache line, or a part of a mapped file.
///
/// Views (``Matrix``) keep it alive. It does no locking.
@safe public final class FloatStorage: @unchecked Sendable {
  // Sendable because the caller of a pass owns its storage, and the lanes of one pass write disjoint tiles.

  /// The number of values.
  public let count: Int

  let base: UnsafeMutablePointer<Float>

  /// Allocates `count` zeros.
  public init(count: Int) {
    precondition(count >= 0)
    self.count = count
    // calloc takes large blocks straight from the system, whose pages cost nothing until they are written.
    guard let block = unsafe calloc(count * MemoryLayout<Float>.stride + Self.alignment, 1) else {
      fatalError("out of memory: \(count) float32 values do not fit")
    }
    unsafe self.block = block
    file = nil
    unsafe base = block.alignedUp(toMultipleOf: Self.alignment).bindMemory(to: Float.self, capacity: count)
  }

  /// The values that a file holds from `byteOffset` on, without a copy. They are never written: that would end the process.
  public init(mapping file: MappedFile, byteOffset: Int, count: Int) {
    precondition(byteOffset.isMultiple(of: 4) && byteOffset >= 0 && count >= 0 && byteOffset + 4 * count <= file.count)
    self.count = count
    self.file = file
    unsafe block = nil
    unsafe base = UnsafeMutableRawPointer(mutating: file.base + byteOffset).assumingMemoryBound(to: Float.self)
  }

  deinit {
    unsafe free(block)
  }

  private let block: UnsafeMutableRawPointer?
  private let file: MappedFile?
  private static let alignment = 64

  /// Calls `body` with the values of `range`.
  public func withSpan<Result: ~Copyable, Failure: Error>(
    _ range: Range<Int>, _ body: (Span<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return try body(unsafe UnsafeBufferPointer(start: base + range.lowerBound, count: range.count).span)
  }

  /// Calls `body` with the values of `range`, to be changed.
  public func withMutableSpan<Result: ~Copyable, Failure: Error>(
    _ range: Range<Int>, _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    var span = unsafe UnsafeMutableBufferPointer(start: base + range.lowerBound, count: range.count).mutableSpan
    return try body(&span)
  }

  /// Calls `body` with the bytes of `range`, little-endian.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withSpan(range) { (span) throws(Failure) in unsafe try body(span.bytes) }
  }

  /// Copies all values from a storage of the same size.
  public func copy(from other: FloatStorage) {
    precondition(count == other.count)
    unsafe base.update(from: other.base, count: count)
  }

  /// Sets all values to zero.
  public func clear() {
    unsafe base.update(repeating: 0, count: count)
  }
}

extension FloatStorage {
  /// All values as little-endian bytes.
  public func bytes() -> [UInt8] {
    unsafe [UInt8](unsafe UnsafeRawBufferPointer(start: base, count: 4 * count))
  }

  /// Takes all values from as many little-endian float32 as there are.
  public func replace(with bytes: [UInt8]) {
    precondition(bytes.count == 4 * count)
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { unsafe memcpy(base, start, source.count) }
    }
  }
}

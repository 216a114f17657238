internal import CKernels
public import Files
internal import Foundation

/// One stretch of bfloat16 values: memory of its own, or a part of a mapped file.
///
/// bfloat16 is the upper half of a float32. It does no locking. What ``shared()`` lends never changes: a storage whose memory is lent takes
/// other memory for its next values.
@safe public final class BFloat16Storage: @unchecked Sendable {
  // Sendable because a mapped file is read-only, and the caller of a pass owns the other kind.

  /// The number of values.
  public let count: Int

  private var memory: BFloat16Memory

  var base: UnsafePointer<UInt16> { unsafe memory.base }

  /// Allocates `count` zeros.
  public init(count: Int) {
    precondition(count >= 0)
    self.count = count
    memory = BFloat16Memory(count: count)
  }

  /// The values that a file holds from `byteOffset` on, without a copy, unless they begin at an odd place.
  public init(mapping file: MappedFile, byteOffset: Int, count: Int) {
    precondition(byteOffset >= 0 && count >= 0 && byteOffset + 2 * count <= file.count)
    self.count = count
    memory = BFloat16Memory(mapping: file, byteOffset: byteOffset, count: count)
  }

  /// The memory as it is now, for as long as somebody holds it.
  public func shared() -> BFloat16Memory { memory }

  /// Lets go of a mapped file's pages: they come back from the system's cache when they are read again.
  func release() { memory.release() }

  /// Sees to memory that all values may be written to: other memory, of zeros, where what is there is lent.
  func makeWritable() {
    if !isKnownUniquelyReferenced(&memory) { memory = BFloat16Memory(count: count) }
  }

  /// The values, to be changed after ``makeWritable()``. The storage must not be a mapped file.
  var writable: UnsafeMutablePointer<UInt16> {
    guard let owned = unsafe memory.owned else { preconditionFailure("a mapped file is not written") }
    return unsafe owned
  }

  /// Sets all values to those of `other`, to the nearest, ties to even. The storage must not be a mapped file.
  public func round(_ other: FloatStorage, lanes: Lanes) {
    precondition(other.count == count)
    makeWritable()
    lanes.forEachRange(of: count, tile: 1 << 18) { range in
      unsafe empo_round_bf16(writable + range.lowerBound, other.base + range.lowerBound, Int64(range.count))
    }
  }

  /// Widens the values of `range` into `target`; exact.
  public func widen(_ range: Range<Int>, into target: FloatStorage, at offset: Int) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count && offset >= 0 && offset + range.count <= target.count)
    unsafe empo_widen_bf16(
      target.base + offset, base + range.lowerBound, 1, Int64(range.count), Int64(range.count), Int64(range.count))
  }

  /// All values as little-endian bytes.
  public func bytes() -> [UInt8] {
    unsafe [UInt8](unsafe UnsafeRawBufferPointer(start: base, count: 2 * count))
  }

  /// Takes all values from as many little-endian bytes. The storage must not be a mapped file.
  public func replace(with bytes: [UInt8]) {
    precondition(bytes.count == 2 * count)
    makeWritable()
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { unsafe _ = memcpy(writable, start, source.count) }
    }
  }
}

/// The memory of a ``BFloat16Storage``.
@safe public final class BFloat16Memory: @unchecked Sendable {
  // Sendable because nobody writes to it once it is lent.

  let base: UnsafePointer<UInt16>
  let owned: UnsafeMutablePointer<UInt16>?
  private let count: Int
  private let file: MappedFile?

  fileprivate init(count: Int) {
    // calloc takes large blocks straight from the system, whose pages cost nothing until they are written.
    guard let block = unsafe calloc(max(count, 1), MemoryLayout<UInt16>.stride) else {
      fatalError("out of memory: \(count) bfloat16 values do not fit")
    }
    self.count = count
    unsafe owned = block.bindMemory(to: UInt16.self, capacity: count)
    unsafe base = UnsafePointer(block.bindMemory(to: UInt16.self, capacity: count))
    file = nil
  }

  fileprivate convenience init(mapping file: MappedFile, byteOffset: Int, count: Int) {
    guard byteOffset.isMultiple(of: 2), count > 0 else {
      self.init(count: count)
      unsafe owned.map { unsafe _ = memcpy($0, file.base + byteOffset, 2 * count) }
      return
    }
    self.init(file: file, byteOffset: byteOffset, count: count)
  }

  private init(file: MappedFile, byteOffset: Int, count: Int) {
    self.file = file
    self.count = count
    unsafe owned = nil
    unsafe base = (file.base + byteOffset).assumingMemoryBound(to: UInt16.self)
  }

  deinit {
    unsafe free(owned)
  }

  fileprivate func release() {
    guard let file else { return }
    let start = unsafe UnsafeRawPointer(base) - file.base
    file.release(start..<start + 2 * count)
  }

  /// The values as little-endian bytes; valid for as long as the memory is held.
  @unsafe public var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: base, count: 2 * count) }
}

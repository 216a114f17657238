public import Files
import Glibc

/// Bytes of weights in their place: in the array that they were cut from, or in memory that another object owns, such as the message that a
/// socket received or a policy's storage. They never change, and every holder keeps their memory alive, so that handing them on copies
/// nothing.
public struct WeightBytes: Sendable {
  private enum Storage: Sendable {
    case slice(ArraySlice<UInt8>)
    case owned(OwnedMemory)
  }

  private let storage: Storage

  /// Bytes of an array, which is shared and not copied.
  public init(_ bytes: ArraySlice<UInt8>) { storage = .slice(bytes) }

  /// All bytes of an array, which is shared and not copied.
  public init(_ bytes: [UInt8]) { self.init(bytes[...]) }

  /// Bytes in memory that an object owns, which is shared and not copied.
  ///
  /// From here on until the owner is released, the caller must see to it that nobody writes to the bytes or frees them, from any thread.
  ///
  /// - Parameters:
  ///   - start: The first byte, of any alignment.
  ///   - count: How many bytes there are.
  ///   - owner: Keeps the memory in its place as long as it lives.
  @unsafe public init(start: UnsafeRawPointer, count: Int, owner: any AnyObject & Sendable) {
    storage = .owned(unsafe OwnedMemory(owner: owner, start: start, count: count))
  }

  /// Bytes of a file, in the memory that it is mapped to.
  public init(_ file: MappedFile, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= file.count, "bytes \(range) of \(file.count)")
    unsafe self.init(start: file.base + range.lowerBound, count: range.count, owner: file)
  }

  /// All bytes of a frame that a socket received.
  init(_ frame: ReceivedFrame) {
    unsafe self.init(start: frame.start, count: frame.count, owner: frame)
  }

  /// How many bytes there are.
  public var count: Int {
    switch storage {
    case .slice(let slice): slice.count
    case .owned(let memory): memory.count
    }
  }

  /// Lends the bytes.
  public func withSpan<Result, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
    switch storage {
    case .slice(let slice): return try unsafe body(slice.span.bytes)
    case .owned(let memory):
      defer { extendLifetime(memory.owner) }
      return try unsafe body(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: memory.start, count: memory.count)))
    }
  }

  /// Some of the bytes, in the same memory.
  ///
  /// - Parameter range: Their places, counted from the first byte.
  public subscript(range: Range<Int>) -> WeightBytes {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes \(range) of \(count)")
    switch storage {
    case .slice(let slice):
      let start = slice.startIndex
      return WeightBytes(slice[start + range.lowerBound..<start + range.upperBound])
    case .owned(let memory):
      return unsafe WeightBytes(start: memory.start + range.lowerBound, count: range.count, owner: memory.owner)
    }
  }

  /// The bytes as an array. Those that are all of an array are that array, which is not copied.
  public func array() -> [UInt8] {
    switch storage {
    case .slice(let slice): Array(slice)
    case .owned: copy()
    }
  }

  /// The bytes, in memory of their own.
  public func copy() -> [UInt8] {
    withSpan { span in unsafe span.withUnsafeBytes { unsafe Array($0) } }
  }
}

extension WeightBytes: Equatable {
  /// Whether both are the same bytes, wherever they lie.
  public static func == (left: WeightBytes, right: WeightBytes) -> Bool {
    left.withSpan { left in
      right.withSpan { right in
        guard left.byteCount == right.byteCount else { return false }
        return unsafe left.withUnsafeBytes { left in
          unsafe right.withUnsafeBytes { right in
            guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
            return unsafe memcmp(leftStart, rightStart, left.count) == 0
          }
        }
      }
    }
  }
}

/// Bytes in the memory of an owner.
///
/// Sendable without a lock: whoever made it vouches that nobody writes to the bytes while the owner lives.
@safe private struct OwnedMemory: @unchecked Sendable {
  let owner: any AnyObject & Sendable
  let start: UnsafeRawPointer
  let count: Int

  init(owner: any AnyObject & Sendable, start: UnsafeRawPointer, count: Int) {
    self.owner = owner
    unsafe self.start = start
    self.count = count
  }
}

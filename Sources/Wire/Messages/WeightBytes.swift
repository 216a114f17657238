/// A chunk's bytes in their place: in the frame that they were cut from, or in the message that a socket received. They never change, and
/// every holder keeps their memory alive, so that handing them on copies nothing.
public struct WeightBytes: Sendable {
  private enum Storage: Sendable {
    case slice(ArraySlice<UInt8>)
    case received(ReceivedFrame)
  }

  private let storage: Storage

  /// Bytes of an array, which is shared and not copied.
  public init(_ bytes: ArraySlice<UInt8>) { storage = .slice(bytes) }

  /// All bytes of an array, which is shared and not copied.
  public init(_ bytes: [UInt8]) { self.init(bytes[...]) }

  /// All bytes of a frame that a socket received.
  init(_ frame: ReceivedFrame) { storage = .received(frame) }

  /// How many bytes there are.
  public var count: Int {
    switch storage {
    case .slice(let slice): slice.count
    case .received(let frame): frame.count
    }
  }

  /// Lends the bytes.
  public func withSpan<Result, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
    switch storage {
    case .slice(let slice): try unsafe body(slice.span.bytes)
    case .received(let frame): try unsafe body(frame.span.bytes)
    }
  }

  /// The bytes, in memory of their own.
  public func copy() -> [UInt8] {
    switch storage {
    case .slice(let slice): Array(slice)
    case .received(let frame): unsafe frame.span.withUnsafeBufferPointer { unsafe Array($0) }
    }
  }
}

extension WeightBytes: Equatable {
  /// Whether both are the same bytes, wherever they lie.
  public static func == (left: WeightBytes, right: WeightBytes) -> Bool {
    left.count == right.count && left.copy() == right.copy()
  }
}

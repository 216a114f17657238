/// Where a tensor lies in a safetensors file.
public struct TensorEntry: Sendable, Equatable {
  /// How its elements are stored.
  public var elementType: ElementType

  /// Its dimensions, slowest first; empty for a single number.
  public var shape: [Int]

  /// Its bytes, counted from the beginning of the file.
  public var byteRange: Range<Int>

  /// The number of its elements.
  public var count: Int { byteRange.count / elementType.byteWidth }
}

/// An open safetensors file.
///
/// Opening reads the header; a tensor's bytes are read when it is asked for, in pieces, so that memory is the tensor's and no
/// more. The descriptor stays open as long as the value lives: a file that is replaced by another one meanwhile is read on.
public struct SafetensorsFile: Sendable {
  /// The file's path, for error messages.
  public let path: String

  /// The tensors by name.
  public let tensors: [String: TensorEntry]

  /// The tensors' names in the order of their bytes.
  public let names: [String]

  /// The header's `__metadata__`.
  public let metadata: [String: String]

  let bytes: FileReader

  /// Opens a file and reads its header.
  ///
  /// Throws a ``HuggingFaceError`` that names the file, and the tensor where it is about one, when the header breaks a rule of
  /// the format.
  public init(path: String) throws {
    let reader = try FileReader(path)
    let lengthBytes = try reader.read(at: 0, count: min(8, reader.size))
    guard lengthBytes.count == 8 else {
      throw HuggingFaceError(.malformed, "\(path): \(lengthBytes.count) bytes, expected at least 8: not a safetensors file")
    }
    let length = lengthBytes.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(SafetensorsHeader.lengthLimit) else {
      throw HuggingFaceError(
        .malformed, "\(path): the header claims \(length) bytes, expected at most \(SafetensorsHeader.lengthLimit)")
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= reader.size else {
      throw HuggingFaceError(
        .malformed, "\(path): the header claims \(length) bytes, but the file has \(reader.size): it is truncated")
    }
    let text = try reader.read(at: 8, count: Int(length))
    let header = try SafetensorsHeader(text: Array(text), dataStart: dataStart, fileSize: reader.size, path: path)
    self.path = path
    self.tensors = header.tensors
    self.names = header.names
    self.metadata = header.metadata
    self.bytes = reader
  }

  /// The entry of a tensor that must be there.
  public func entry(_ name: String) throws -> TensorEntry {
    guard let entry = tensors[name] else { throw HuggingFaceError(.missing, "\(path): there is no tensor \"\(name)\"") }
    return entry
  }
}

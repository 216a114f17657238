public import Files

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
/// Opening reads the header; a tensor's bytes are mapped, and read from the disk when they are touched. If another file replaces it
/// meanwhile, the old content is still read.
public struct SafetensorsFile: Sendable {
  /// The file's path, for error messages.
  public var path: String { file.path }

  /// The tensors by name.
  public let tensors: [String: TensorEntry]

  /// The tensors' names in the order of their bytes.
  public let names: [String]

  /// The header's `__metadata__`.
  public let metadata: [String: String]

  /// The file's bytes.
  public let file: MappedFile

  /// Opens a file and reads its header.
  ///
  /// Throws a ``FileError`` that names the file, and the tensor where it is about one, if the header breaks a rule of the format.
  public init(path: String) throws {
    let file = try FileBytes.map(path)
    guard file.count >= 8 else {
      throw FileError(.malformed, "\(path): \(file.count) bytes, expected at least 8: not a safetensors file")
    }
    if let refusal = ModelPlace.refusal(ofWeights: path, content: file.bytes(0..<8)) { throw refusal }
    let length = file.bytes(0..<8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(SafetensorsHeader.lengthLimit) else {
      throw FileError(
        .malformed, "\(path): the header claims \(length) bytes, expected at most \(SafetensorsHeader.lengthLimit)")
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= file.count else {
      throw FileError(
        .malformed, "\(path): the header claims \(length) bytes, but the file has \(file.count): it is truncated")
    }
    try file.checkLength()
    let header = try SafetensorsHeader(text: file.bytes(8..<dataStart), dataStart: dataStart, fileSize: file.count, path: path)
    self.tensors = header.tensors
    self.names = header.names
    self.metadata = header.metadata
    self.file = file
  }

  /// The entry of a tensor that must be there.
  public func entry(_ name: String) throws -> TensorEntry {
    guard let entry = tensors[name] else { throw FileError(.missing, "\(path): there is no tensor \"\(name)\"") }
    return entry
  }
}

internal import Files
internal import Tensors

extension SafetensorsFile {
  /// Reads a tensor of F32, F16 or BF16 into `values`, whose count must be the tensor's.
  ///
  /// Widening is exact. Throws a ``FileError`` when there is no such tensor, or it has another element type or count, or
  /// the file was cut. The memory of the file's bytes is given back.
  public func read(_ name: String, into values: inout MutableSpan<Float>) throws {
    let entry = try entry(name)
    let format = try floatFormat(of: name, entry)
    guard entry.count == values.count else {
      throw FileError(
        .malformed, "\(path): tensor \"\(name)\" has shape \(entry.shape), \(counted(entry.count, "element")), expected \(values.count)")
    }
    try file.checkLength()
    file.withBytes(entry.byteRange) { format.widen($0, into: &values) }
    file.release(entry.byteRange)
  }

  /// The elements of a tensor of F32, F16 or BF16, the last dimension fastest.
  public func floats(_ name: String) throws -> [Float] {
    let entry = try entry(name)
    _ = try floatFormat(of: name, entry)
    var values = [Float](repeating: 0, count: entry.count)
    var span = values.mutableSpan
    try read(name, into: &span)
    return values
  }

  /// The elements of a tensor of I64 or I32, the last dimension fastest.
  public func integers(_ name: String) throws -> [Int64] {
    let entry = try entry(name)
    let width = entry.elementType.byteWidth
    guard entry.elementType == .int64 || entry.elementType == .int32 else { throw unexpectedType(name, entry, expected: "I64 or I32") }
    try file.checkLength()
    let bytes = file.bytes(entry.byteRange)
    return stride(from: 0, to: bytes.count, by: width).map { start in
      let bits = bytes[start..<start + width].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      return width == 8 ? Int64(bitPattern: bits) : Int64(Int32(truncatingIfNeeded: bits))
    }
  }

  private func floatFormat(of name: String, _ entry: TensorEntry) throws -> FloatFormat {
    guard let format = entry.elementType.floatFormat else { throw unexpectedType(name, entry, expected: "F32, F16 or BF16") }
    return format
  }

  private func unexpectedType(_ name: String, _ entry: TensorEntry, expected: String) -> FileError {
    FileError(.unsupported, "\(path): tensor \"\(name)\" is \(entry.elementType.rawValue), expected \(expected)")
  }
}

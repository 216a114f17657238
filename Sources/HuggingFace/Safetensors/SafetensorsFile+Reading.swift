import Foundation

extension SafetensorsFile {
  /// Bytes read at a time; a multiple of every element's width.
  private static let pieceSize = 1 << 20

  /// Reads a tensor of F32, F16 or BF16 into `values`, whose count must be the tensor's.
  ///
  /// Widening is exact. Throws a ``HuggingFaceError`` when there is no such tensor, or it has another element type or count, or
  /// the file cannot be read.
  public func read(_ name: String, into values: inout MutableSpan<Float>) throws {
    let entry = try floatEntry(name)
    guard entry.count == values.count else {
      throw HuggingFaceError(
        .malformed, "\(path): tensor \"\(name)\" has shape \(entry.shape), \(entry.count) elements, expected \(values.count)")
    }
    var filled = 0
    try forEachPiece(of: entry) { piece in
      switch entry.elementType {
      case .float32: Self.decodeFloat32(piece, into: &values, from: filled)
      case .bfloat16: Self.decodeBFloat16(piece, into: &values, from: filled)
      default: Self.decodeFloat16(piece, into: &values, from: filled)
      }
      filled += piece.count / entry.elementType.byteWidth
    }
  }

  /// The elements of a tensor of F32, F16 or BF16, the last dimension fastest.
  public func floats(_ name: String) throws -> [Float] {
    let count = try floatEntry(name).count
    var values = [Float](repeating: 0, count: count)
    var span = values.mutableSpan
    try read(name, into: &span)
    return values
  }

  /// The elements of a tensor of I64 or I32, the last dimension fastest.
  public func integers(_ name: String) throws -> [Int64] {
    let entry = try entry(name)
    guard entry.elementType == .int64 || entry.elementType == .int32 else { throw unexpectedType(name, entry, expected: "I64 or I32") }
    var values: [Int64] = []
    values.reserveCapacity(entry.count)
    let width = entry.elementType.byteWidth
    try forEachPiece(of: entry) { piece in
      for index in stride(from: 0, to: piece.count, by: width) {
        var bits: UInt64 = 0
        for byte in 0..<width { bits |= UInt64(piece[index + byte]) << (8 * UInt64(byte)) }
        values.append(width == 8 ? Int64(bitPattern: bits) : Int64(Int32(truncatingIfNeeded: bits)))
      }
    }
    return values
  }

  private func floatEntry(_ name: String) throws -> TensorEntry {
    let entry = try entry(name)
    switch entry.elementType {
    case .float32, .float16, .bfloat16: return entry
    default: throw unexpectedType(name, entry, expected: "F32, F16 or BF16")
    }
  }

  private func unexpectedType(_ name: String, _ entry: TensorEntry, expected: String) -> HuggingFaceError {
    HuggingFaceError(.unsupported, "\(path): tensor \"\(name)\" is \(entry.elementType.rawValue), expected \(expected)")
  }

  private func forEachPiece(of entry: TensorEntry, _ body: (Span<UInt8>) -> Void) throws {
    var offset = entry.byteRange.lowerBound
    while offset < entry.byteRange.upperBound {
      let piece = try bytes.read(at: offset, count: min(Self.pieceSize, entry.byteRange.upperBound - offset))
      body(piece.span)
      offset += piece.count
    }
  }

  private static func decodeFloat32(_ piece: Span<UInt8>, into values: inout MutableSpan<Float>, from start: Int) {
    for index in 0..<piece.count / 4 {
      let byte = 4 * index
      let low = UInt32(piece[byte]) | UInt32(piece[byte + 1]) << 8
      let high = UInt32(piece[byte + 2]) | UInt32(piece[byte + 3]) << 8
      values[start + index] = Float(bitPattern: low | high << 16)
    }
  }

  private static func decodeBFloat16(_ piece: Span<UInt8>, into values: inout MutableSpan<Float>, from start: Int) {
    for index in 0..<piece.count / 2 {
      let bits = UInt32(piece[2 * index]) | UInt32(piece[2 * index + 1]) << 8
      values[start + index] = Float(bitPattern: bits << 16)
    }
  }

  private static func decodeFloat16(_ piece: Span<UInt8>, into values: inout MutableSpan<Float>, from start: Int) {
    for index in 0..<piece.count / 2 {
      let bits = UInt16(piece[2 * index]) | UInt16(piece[2 * index + 1]) << 8
      values[start + index] = Float(Float16(bitPattern: bits))
    }
  }
}

import Files
import Foundation
import JSON
public import Tensors

/// Writes a safetensors file of tensors in one format, one after the other, with one piece in memory at a time.
///
/// The file is a function of names, shapes, metadata and values. It is whole only after ``finish(synchronizing:)``: write to a
/// temporary place and rename.
public struct SafetensorsWriter: ~Copyable {
  /// Elements encoded at a time.
  private static let pieceCount = 1 << 18

  /// The file's path, for error messages.
  public let path: String

  private let handle: FileHandle
  private let format: FloatFormat
  private let counts: [Int]
  private var written = 0

  /// Creates the file, replacing an existing one, and writes the header.
  ///
  /// The tensors are laid out in the order given. Names must differ and no size may be negative.
  public init(
    path: String, tensors: [(name: String, shape: [Int])], format: FloatFormat = .float32,
    metadata: [String: String] = ["format": "pt"]
  ) throws {
    let counts = tensors.map { $0.shape.reduce(1, *) }
    self.handle = try Self.create(path, header: Self.header(tensors, counts: counts, format: format, metadata: metadata))
    self.path = path
    self.format = format
    self.counts = counts
  }

  private static func create(_ path: String, header: [UInt8]) throws -> FileHandle {
    let handle = try NewFile.create(path)
    do {
      try handle.write(contentsOf: header)
      return handle
    } catch {
      throw NewFile.failure(path, error)
    }
  }

  /// Writes the next tensor, rounded to the file's format; the number of its values must be that of its shape.
  public mutating func write(_ values: Span<Float>) throws {
    precondition(written < counts.count, "more tensors than the header names")
    precondition(values.count == counts[written], "tensor \(written) has \(counts[written]) elements, not \(values.count)")
    var piece = [UInt8](repeating: 0, count: format.byteWidth * min(Self.pieceCount, values.count))
    var start = 0
    while start < values.count {
      let count = min(Self.pieceCount, values.count - start)
      piece.removeLast(piece.count - format.byteWidth * count)
      var bytes = piece.mutableSpan
      format.narrow(values.extracting(start..<start + count), into: &bytes)
      do {
        try handle.write(contentsOf: piece)
      } catch {
        throw NewFile.failure(path, error)
      }
      start += count
    }
    written += 1
  }

  /// Writes the next tensor from its bytes in the file's format, of which there must be as many as its shape takes.
  public mutating func write(stored bytes: RawSpan) throws {
    precondition(written < counts.count, "more tensors than the header names")
    precondition(bytes.byteCount == format.byteWidth * counts[written], "tensor \(written) has another number of bytes")
    do {
      try unsafe bytes.withUnsafeBytes { bytes in try unsafe handle.write(contentsOf: bytes) }
    } catch {
      throw NewFile.failure(path, error)
    }
    written += 1
  }

  /// Closes the file, which must have all its tensors; with `synchronizing`, after its bytes have reached the disk.
  public consuming func finish(synchronizing: Bool = false) throws {
    precondition(written == counts.count, "\(written) of \(counts.count) tensors were written")
    do {
      if synchronizing { try handle.synchronize() }
      try handle.close()
    } catch {
      throw NewFile.failure(path, error)
    }
  }

  /// The length and the header's text, padded with spaces so that the tensors begin at a multiple of 8.
  private static func header(
    _ tensors: [(name: String, shape: [Int])], counts: [Int], format: FloatFormat, metadata: [String: String]
  ) -> [UInt8] {
    var text: [UInt8] = Array("{\"__metadata__\":{".utf8)
    for (index, item) in metadata.sorted(by: { $0.key < $1.key }).enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      JSONValue.write(item.key, to: &text)
      text.append(UInt8(ascii: ":"))
      JSONValue.write(item.value, to: &text)
    }
    text.append(UInt8(ascii: "}"))
    var names: Set = ["__metadata__"]
    var offset = 0
    for (tensor, count) in zip(tensors, counts) {
      precondition(names.insert(tensor.name).inserted, "two tensors are named \(tensor.name)")
      precondition(tensor.shape.allSatisfy { $0 >= 0 }, "\(tensor.name) has the shape \(tensor.shape)")
      let sizes = tensor.shape.map(String.init).joined(separator: ",")
      text.append(UInt8(ascii: ","))
      JSONValue.write(tensor.name, to: &text)
      let end = offset + format.byteWidth * count
      text.append(
        contentsOf: ":{\"dtype\":\"\(format.elementType.rawValue)\",\"shape\":[\(sizes)],\"data_offsets\":[\(offset),\(end)]}".utf8)
      offset = end
    }
    text.append(UInt8(ascii: "}"))
    while !text.count.isMultiple(of: 8) { text.append(UInt8(ascii: " ")) }
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
  }
}

/// Writes whole tensors as a safetensors file of F32; see ``SafetensorsWriter`` for one that streams.
public func writeSafetensors(
  to path: String, tensors: [(name: String, shape: [Int], values: [Float])], metadata: [String: String] = ["format": "pt"]
) throws {
  var writer = try SafetensorsWriter(path: path, tensors: tensors.map { ($0.name, $0.shape) }, metadata: metadata)
  for tensor in tensors { try writer.write(tensor.values.span) }
  try writer.finish()
}

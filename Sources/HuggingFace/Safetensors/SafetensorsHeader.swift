import Files
import JSON

/// The directory of a safetensors file: its tensors and their places.
///
/// A file is the header's length (8 bytes, little-endian), the header (JSON), and the tensors' bytes. The tensors cover those
/// bytes exactly: no gap, no overlap, nothing behind the last (https://github.com/huggingface/safetensors, "Format").
struct SafetensorsHeader {
  /// The longest header that the format allows.
  static let lengthLimit = 100_000_000

  /// The most tensors, and the most metadata, of one file. Models of hundreds of layers with hundreds of experts have a third of it; a
  /// header of empty names would take a hundred times its length in memory.
  static let countLimit = 1 << 18

  var tensors: [String: TensorEntry] = [:]
  var names: [String] = []
  var metadata: [String: String] = [:]
  private let path: String
  /// Where the tensors' bytes begin in the file.
  private let dataStart: Int

  /// Reads the header's `text`; the file has `fileSize` bytes, and those from `dataStart` on are the tensors'.
  init(text: [UInt8], dataStart: Int, fileSize: Int, path: String) throws {
    self.path = path
    self.dataStart = dataStart
    guard text.first == UInt8(ascii: "{") else {
      throw FileError(.malformed, "\(path): the header does not begin with '{'")
    }
    var reader = JSONReader(text, source: "\(path): header")
    var hasMetadata = false
    try reader.readObject { name, reader in
      if name == "__metadata__" {
        guard !hasMetadata else { throw FileError(.malformed, "\(path): header: there are two of \"__metadata__\"") }
        hasMetadata = true
        try readMetadata(&reader)
      } else {
        let entry = try readEntry(named: name, &reader)
        guard tensors.updateValue(entry, forKey: name) == nil else { throw failure(name, "there are two tensors of this name") }
        guard tensors.count <= Self.countLimit else { throw tooMany("tensors") }
      }
    }
    try reader.expectEnd()
    try checkCoverage(fileSize: fileSize)
  }

  private mutating func readMetadata(_ reader: inout JSONReader) throws {
    try reader.readObject { key, reader in
      guard metadata.updateValue(try reader.readString(), forKey: key) == nil else {
        throw FileError(.malformed, "\(path): header: \"__metadata__\" has \"\(key.prefix(200))\" twice")
      }
      guard metadata.count <= Self.countLimit else { throw tooMany("entries of \"__metadata__\"") }
    }
  }

  private func tooMany(_ what: String) -> FileError {
    FileError(.unsupported, "\(path): header: more than \(Self.countLimit) \(what)")
  }

  private func readEntry(named name: String, _ reader: inout JSONReader) throws -> TensorEntry {
    var elementType: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    var fields: Set<String> = []
    try reader.readObject { key, reader in
      guard fields.insert(key).inserted else { throw failure(name, "it has \"\(key.prefix(40))\" twice") }
      switch key {
      case "dtype":
        let written = try reader.readString()
        elementType = ElementType(rawValue: written)
        if elementType == nil {
          let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
          throw failure(name, "\"dtype\" is \"\(written.prefix(40))\", expected one of \(known)", code: .unsupported)
        }
      case "shape": shape = try readSizes(of: name, field: key, &reader)
      case "data_offsets": offsets = try readSizes(of: name, field: key, &reader)
      default: throw failure(name, "unknown field \"\(key.prefix(40))\"")
      }
    }
    guard let elementType, let shape, let offsets else { throw failure(name, "expected \"dtype\", \"shape\" and \"data_offsets\"") }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw failure(name, "\"data_offsets\" is \(offsets), expected a begin and an end")
    }
    guard let count = Self.product(shape), let size = Self.product([count, elementType.byteWidth]) else {
      throw failure(name, "\"shape\" is \(shape): more elements than can be counted")
    }
    guard offsets[1] - offsets[0] == size else {
      throw failure(
        name, "\(offsets[1] - offsets[0]) bytes at \(offsets[0])..<\(offsets[1]), but \(elementType.rawValue) \(shape) takes \(size)")
    }
    let (end, overflows) = offsets[1].addingReportingOverflow(dataStart)
    guard !overflows else { throw failure(name, "\"data_offsets\" is \(offsets), beyond any file") }
    return TensorEntry(elementType: elementType, shape: shape, byteRange: end - size..<end)
  }

  /// Reads an array of numbers that are not negative; no tensor has more than a handful.
  private func readSizes(of name: String, field: String, _ reader: inout JSONReader) throws -> [Int] {
    var sizes: [Int] = []
    try reader.readArray { reader in
      guard case .integer(let size) = try reader.readNumber(), size >= 0 else {
        throw failure(name, "\"\(field)\" has an entry that is not a size")
      }
      guard sizes.count < 64 else { throw failure(name, "\"\(field)\" has more than 64 entries") }
      sizes.append(size)
    }
    return sizes
  }

  private static func product(_ factors: [Int]) -> Int? {
    var product = 1
    for factor in factors {
      let (next, overflows) = product.multipliedReportingOverflow(by: factor)
      if overflows { return nil }
      product = next
    }
    return product
  }

  /// Checks that the tensors lie one behind the other from the header's end to the file's.
  private mutating func checkCoverage(fileSize: Int) throws {
    let ordered = tensors.sorted {
      ($0.value.byteRange.lowerBound, $0.value.byteRange.upperBound, $0.key)
        < ($1.value.byteRange.lowerBound, $1.value.byteRange.upperBound, $1.key)
    }
    var position = dataStart
    for (name, entry) in ordered {
      let range = entry.byteRange
      guard range.upperBound <= fileSize else {
        throw failure(name, "its bytes end at \(range.upperBound), but the file has \(fileSize): it is truncated")
      }
      guard range.lowerBound >= position else { throw failure(name, "its bytes overlap another tensor's") }
      guard range.lowerBound == position else { throw failure(name, "\(range.lowerBound - position) bytes before it belong to no tensor") }
      position = range.upperBound
    }
    guard position == fileSize else {
      throw FileError(.malformed, "\(path): \(fileSize - position) bytes at the end belong to no tensor")
    }
    names = ordered.map(\.key)
  }

  private func failure(_ name: String, _ problem: String, code: FileError.Code = .malformed) -> FileError {
    FileError(code, "\(path): tensor \"\(name.prefix(200))\": \(problem)")
  }
}

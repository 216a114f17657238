import Files
import Foundation
import HuggingFace
import Tensors
import Transformer
import Wire

/// A file of one policy version: its tensors in the layout's order, in the policy's format, as a checkpoint keeps it beside its own.
struct StoredVersion {
  /// The file.
  let path: String
  /// Where each parameter lies in the version's bytes.
  let layout: ParameterLayout
  /// How the policy stores them.
  let format: FloatFormat

  /// Writes a version's bytes as they are.
  func write(_ version: UInt32, _ bytes: WeightBytes) throws {
    guard bytes.count == format.byteWidth * layout.count else {
      throw RunsError(.weights, "policy version \(version) has \(bytes.count) bytes, expected \(format.byteWidth * layout.count)")
    }
    var writer = try SafetensorsWriter(path: path, tensors: layout.entries.map { ($0.name, $0.shape) }, format: format)
    for entry in layout.entries { try writer.write(stored: bytes[range(of: entry)]) }
    try writer.finish()
  }

  /// The version's bytes, which stay in the mapped file. Throws unless they lie as they were written.
  func bytes() throws -> WeightBytes {
    let file = try SafetensorsFile(path: path)
    guard let start = try layout.entries.first.map({ try file.entry($0.name).byteRange.lowerBound }) else { return WeightBytes([]) }
    for entry in layout.entries {
      let (found, expected) = (try file.entry(entry.name), range(of: entry))
      guard found.elementType.floatFormat == format, found.byteRange == start + expected.lowerBound..<start + expected.upperBound else {
        throw RunsError(.checkpoint, "\(path): \(entry.name) is not where this release writes it: take an earlier checkpoint")
      }
    }
    return unsafe WeightBytes(start: file.file.base + start, count: format.byteWidth * layout.count, owner: file.file)
  }

  private func range(of entry: ParameterLayout.Entry) -> Range<Int> {
    format.byteWidth * entry.offset..<format.byteWidth * entry.range.upperBound
  }
}

extension SafetensorsWriter {
  fileprivate mutating func write(stored bytes: WeightBytes) throws {
    try bytes.withSpan { span throws in try write(stored: span) }
  }
}

import Cluster
import Digests
import Files
import HuggingFace
import Tensors
package import Transformer
package import Wire

/// The weights of a model's folder as base weights: its tensors in the order of the parameters' layout. No value is rounded: they are
/// bfloat16 where all tensors of the folder are, and float32 otherwise.
///
/// The files stay mapped, and bytes that lie together in one of them are not copied. Sendable without a lock, since nothing changes.
package final class ModelFolderWeights: BaseWeights {
  /// A tensor, and where its bytes begin among all.
  private struct Part: Sendable {
    let tensor: WeightTensor
    let offset: Int
    let count: Int

    /// Some of its elements, `width` bytes each.
    func bytes(_ elements: Range<Int>, width: Int) -> WeightBytes {
      let type = tensor.elementType
      let start = tensor.byteRange.lowerBound
      let range = start + type.byteWidth * elements.lowerBound..<start + type.byteWidth * elements.upperBound
      guard type.byteWidth != width, let format = type.floatFormat else { return WeightBytes(tensor.file, range) }
      var values = [Float](repeating: 0, count: elements.count)
      var span = values.mutableSpan
      tensor.file.withBytes(range) { format.widen($0, into: &span) }
      var wide = [UInt8](repeating: 0, count: width * elements.count)
      var target = wide.mutableSpan
      FloatFormat.float32.narrow(values.span, into: &target)
      return WeightBytes(wide)
    }
  }

  package let baseDescription: BaseDescription

  private let parts: [Part]
  private let width: Int

  /// Opens the weights of a folder and makes their digest, which reads all of them.
  package convenience init(folder: String) throws {
    try self.init(CheckedWeights(folder: folder, configuration: try ModelConfiguration(folder: folder)))
  }

  /// Makes the digest of checked weights, which reads all of them.
  package init(_ checked: CheckedWeights) throws {
    let tensors = checked.layout.entries.compactMap { entry in checked.files.tensor(entry.name).map { (entry, $0) } }
    let isNarrow = tensors.allSatisfy { $1.elementType == .bfloat16 }
    let width = isNarrow ? 2 : 4
    self.width = width
    parts = tensors.map { entry, tensor in Part(tensor: tensor, offset: width * entry.offset, count: width * entry.count) }
    let manifest = WeightManifest(
      elementType: isNarrow ? .bfloat16 : .float32,
      parameters: tensors.map { entry, _ in
        WeightManifest.Parameter(name: entry.name, shape: entry.shape.map { UInt32($0) }, offset: UInt64(width * entry.offset))
      },
      totalBytes: UInt64(width * checked.layout.count))
    var digest = SHA256()
    var read = parts[...]
    for index in 0..<manifest.chunkCount {
      let range = manifest.range(ofChunk: index)
      Self.bytes(range, of: parts, width: width).withSpan { digest.update($0) }
      // The pages are of no use before a worker asks for them.
      while let part = read.first, part.offset + part.count <= range.upperBound {
        part.tensor.file.release(part.tensor.byteRange)
        read.removeFirst()
      }
    }
    baseDescription = BaseDescription(manifest: manifest, sha256: digest.hexadecimalDigest())
  }

  /// Some of the bytes, which begin and end between elements.
  package func bytes(_ range: Range<Int>) -> WeightBytes { Self.bytes(range, of: parts, width: width) }

  private static func bytes(_ range: Range<Int>, of parts: [Part], width: Int) -> WeightBytes {
    precondition(range.lowerBound.isMultiple(of: width) && range.upperBound.isMultiple(of: width), "an element is cut in two")
    // The last part that begins no later than the range.
    var (low, high) = (0, parts.count)
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].offset <= range.lowerBound { low = middle + 1 } else { high = middle }
    }
    var gathered: [UInt8] = []
    var place = range.lowerBound
    for part in parts[max(0, low - 1)...] where place < range.upperBound && place < part.offset + part.count {
      let elements = (place - part.offset) / width..<(min(range.upperBound, part.offset + part.count) - part.offset) / width
      let piece = part.bytes(elements, width: width)
      if piece.count == range.count { return piece }
      gathered += piece.array()
      place += piece.count
    }
    return WeightBytes(gathered)
  }
}

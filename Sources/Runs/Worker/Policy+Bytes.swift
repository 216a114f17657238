import Tensors
package import Transformer
package import Wire

extension Policy {
  /// Takes all weights from a version's bytes.
  func replace(with bytes: WeightBytes, version: UInt32) throws(RunsError) {
    guard bytes.count == byteCount else {
      throw RunsError(
        .weights,
        "policy version \(version) has \(bytes.count) bytes, the model's \(layout.count) parameters take \(byteCount) in \(type.rawValue): learner and worker must run the same release and model"
      )
    }
    replace(with: bytes.array())
  }

  /// The bytes of the policy at hand: in its own memory, where it takes other memory for its next ones.
  func lentBytes() -> WeightBytes {
    guard let memory = lentMemory(), let start = unsafe memory.bytes.baseAddress else { return WeightBytes(bytes()) }
    return unsafe WeightBytes(start: start, count: byteCount, owner: memory)
  }

  /// How the bytes divide into tensors.
  package var manifest: WeightManifest {
    let width = type.bytes
    return WeightManifest(
      elementType: type == .float32 ? .float32 : .bfloat16,
      parameters: layout.entries.map { entry in
        WeightManifest.Parameter(name: entry.name, shape: entry.shape.map { UInt32($0) }, offset: UInt64(width * entry.offset))
      },
      totalBytes: UInt64(byteCount))
  }
}

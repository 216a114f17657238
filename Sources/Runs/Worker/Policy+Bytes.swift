internal import Transformer
internal import Wire

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

  /// How the bytes divide into tensors.
  var manifest: WeightManifest {
    let width = type.bytes
    return WeightManifest(
      elementType: type == .float32 ? .float32 : .bfloat16,
      parameters: layout.entries.map { entry in
        WeightManifest.Parameter(name: entry.name, shape: entry.shape.map { UInt32($0) }, offset: UInt64(width * entry.offset))
      },
      totalBytes: UInt64(byteCount))
  }
}

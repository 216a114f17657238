internal import Tensors
internal import Transformer
internal import Wire

extension Parameters {
  /// All values as bytes, little-endian, in the layout's order: how a policy version travels.
  func bytes() -> [UInt8] {
    storage.bytes()
  }

  /// Takes all values from bytes.
  func replace(with bytes: [UInt8], version: UInt32) throws(TrainingError) {
    guard bytes.count == 4 * storage.count else {
      throw TrainingError(
        .weights,
        "policy version \(version) has \(bytes.count) bytes, the model's \(storage.count) parameters take \(4 * storage.count): learner and worker must run the same release and model"
      )
    }
    storage.replace(with: bytes)
  }

  /// How the bytes divide into tensors.
  var manifest: WeightManifest {
    WeightManifest(
      parameters: layout.entries.map { entry in
        WeightManifest.Parameter(name: entry.name, shape: entry.shape.map { UInt32($0) }, offset: UInt64(4 * entry.offset))
      },
      totalBytes: UInt64(4 * layout.count))
  }

  /// SHA-256 over all values as bytes, in hexadecimal digits.
  package func sha256() -> String {
    storage.withBytes(0..<storage.count) { bytes in
      var digest = SHA256()
      digest.update(bytes)
      return digest.hexadecimalDigest()
    }
  }
}

import Wire

/// A version's bytes on their way to workers.
enum SimulatedWeights {
  static let manifest = WeightManifest(parameters: [.init(name: "w", shape: [10], offset: 0)], totalBytes: 40, chunkBytes: 16)

  static func chunks(of bytes: [UInt8], version: UInt32) -> [WeightChunk] {
    (0..<manifest.chunkCount).map { index in
      let piece = Array(bytes[manifest.range(ofChunk: index)])
      return WeightChunk(
        policyVersion: version, index: UInt32(index), count: UInt32(manifest.chunkCount), totalBytes: manifest.totalBytes,
        digest: xxh3(piece), bytes: WeightBytes(piece))
    }
  }
}

public import HuggingFace
internal import Random
internal import Tensors

extension Parameters {
  /// Random weights to pre-train from.
  ///
  /// Embeddings N(0, 0.02²); a projection N(0, 0.36 / inputs); those that write to the residual stream smaller by √(2·layers)
  /// (Radford et al., 2019); norms 1, biases 0. Each parameter draws from a stream of its own.
  public convenience init(random configuration: ModelConfiguration, seed: UInt64) {
    self.init(configuration)
    for (index, entry) in layout.entries.enumerated() {
      let philox = Philox(seed: seed, stream: .init(step: UInt32(index), slot: 0, sample: 0))
      storage.withMutableSpan(entry.range) { span in
        guard entry.isMatrix else {
          let value: Float = entry.name.hasSuffix("norm.weight") ? 1 : 0
          for position in span.indices { span[position] = value }
          return
        }
        let deviation = Self.deviation(of: entry, layers: configuration.layers)
        for position in span.indices {
          let pair = philox.normals(at: UInt32(truncatingIfNeeded: position / 2))
          span[position] = Float((position % 2 == 0 ? pair.0 : pair.1) * deviation)
        }
      }
    }
  }

  private static func deviation(of entry: ParameterLayout.Entry, layers: Int) -> Double {
    if entry.name.contains("embed_tokens") || entry.name.contains("lm_head") { return 0.02 }
    let deviation = 0.6 / Double(entry.shape[1]).squareRoot()
    let isResidual = entry.name.contains("o_proj") || entry.name.contains("down_proj")
    return isResidual ? deviation / Double(2 * layers).squareRoot() : deviation
  }
}

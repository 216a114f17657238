package import HuggingFace
package import Tensors

/// The addition of adapters to the weights that they adapt: W' = W + s·B·A in float32.
package struct AdapterMerge: Sendable {
  private let adapters: Parameters
  private let scale: Float

  /// Rows of a weight that one lane computes at a time.
  private static let tile = 16

  /// Creates the merge of a model's adapters.
  package init(_ adapters: Parameters, _ lora: LoRAConfiguration) {
    self.adapters = adapters
    scale = lora.scale
  }

  /// Adds its adapter to a weight, [N, K]; one without an adapter stays as it is.
  ///
  /// Sums over the rank are in order, and the scale comes last, as in PEFT. Throws a ``TransformerError`` where a result is too large for
  /// float32.
  package func add(to weight: FloatStorage, of entry: ParameterLayout.Entry, lanes: Lanes) throws {
    guard let (a, b) = adapter(of: entry) else { return }
    let (rank, rows, columns) = (a.shape[0], entry.shape[0], entry.shape[1])
    lanes.forEachRange(of: rows, tile: Self.tile) { tile in
      let sums = FloatStorage(count: columns)
      sums.withMutableSpan(0..<columns) { sums in
        for row in tile {
          for column in sums.indices { sums[column] = 0 }
          for inner in 0..<rank {
            let place = b.offset + inner * rows + row
            let factor = adapters.storage.withSpan(place..<place + 1) { $0[0] }
            let start = a.offset + inner * columns
            adapters.storage.withSpan(start..<start + columns) { values in add(factor, values, to: &sums) }
          }
          weight.withMutableSpan(row * columns..<(row + 1) * columns) { values in add(scale, sums.span, to: &values) }
        }
      }
    }
    guard weight.withBytes(0..<entry.count, FloatFormat.float32.isFinite) else {
      throw TransformerError(
        .checkpoint, "\(entry.name) is too large for float32 with its adapter: expected adapters that were trained for this base model")
    }
  }

  private func add(_ factor: Float, _ values: Span<Float>, to sums: inout MutableSpan<Float>) {
    precondition(values.count == sums.count)
    for index in values.indices { sums[index] += factor * values[index] }
  }

  /// A[r, K], and B transposed, [r, N], of a weight.
  private func adapter(of entry: ParameterLayout.Entry) -> (a: ParameterLayout.Entry, b: ParameterLayout.Entry)? {
    guard entry.name.hasSuffix(".weight") else { return nil }
    let projection = entry.name.dropLast("weight".count)
    func find(_ name: String) -> ParameterLayout.Entry? { adapters.layout.entries.first { $0.name == projection + name } }
    guard let a = find("lora_A.weight"), let b = find("lora_B.transposed") else { return nil }
    return (a, b)
  }
}

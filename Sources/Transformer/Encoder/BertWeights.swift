public import HuggingFace
internal import Tensors

/// The weights of a BERT encoder, in float32.
public final class BertWeights: Sendable {
  /// The encoder's shape.
  public let configuration: BertConfiguration

  /// [V, C]
  let words: Matrix
  /// [positions, C]: with the embedding of token type 0, which every token has, added to each
  let positions: Matrix
  /// [1, C] each
  let norm: (weight: Matrix, bias: Matrix)
  let layers: [Layer]

  /// One layer: a product's weights are [outputs, inputs], other parameters [1, n].
  struct Layer: Sendable {
    /// [3C, C]: queries, keys, values
    let queryKeyValue: Matrix
    let queryKeyValueBias: Matrix
    /// [C, C]
    let attentionOutput: Matrix
    let attentionOutputBias: Matrix
    let attentionNorm: (weight: Matrix, bias: Matrix)
    /// [F, C]
    let up: Matrix
    let upBias: Matrix
    /// [C, F]
    let down: Matrix
    let downBias: Matrix
    let feedForwardNorm: (weight: Matrix, bias: Matrix)
  }

  /// Reads a checkpoint folder's model.safetensors or its shards: F32, F16 or BF16 tensors as transformers writes a BertModel, with the
  /// prefix `bert.` or without it.
  ///
  /// A pooling head and an output for language modelling may be there, and are not read. Throws a ``TransformerError`` that lists every
  /// tensor which is missing, unknown or otherwise wrong; nothing is allocated before all headers have been checked.
  public convenience init(folder: String, configuration: BertConfiguration) throws {
    try self.init(try WeightFiles(folder: folder), configuration: configuration)
  }

  init(_ files: WeightFiles, configuration: BertConfiguration) throws {
    self.configuration = configuration
    let layout = BertLayout(configuration)
    let names = layout.entries.map { Self.name($0.name, in: files) }
    let faults = CheckpointFaults(of: files, expected: zip(names, layout.entries).map { ($0, $1.shape) }, isHarmless: Self.isHarmless)
    if !faults.isEmpty { throw TransformerError(.checkpoint, "\(files.path): \(faults)") }
    let storage = FloatStorage(count: layout.count)
    for (name, entry) in zip(names, layout.entries) {
      try storage.withMutableSpan(entry.range) { span in try files.read(name, into: &span) }
      let isFinite = storage.withSpan(entry.range) { span in span.indices.allSatisfy { span[$0].isFinite } }
      guard isFinite else {
        throw TransformerError(.checkpoint, "\(files.path): \(name) has values that are not finite, expected numbers")
      }
    }

    func matrix(_ index: Int, joining parts: Int = 1) -> Matrix {
      let entry = layout.entries[index]
      let columns = entry.shape.last ?? 1
      let rows = entry.count / columns
      // Vectors lie side by side in one row, matrices one below the other.
      return entry.shape.count == 1
        ? Matrix(storage: storage, offset: entry.offset, rows: 1, columns: parts * columns)
        : Matrix(storage: storage, offset: entry.offset, rows: parts * rows, columns: columns)
    }
    words = matrix(0)
    positions = matrix(1)
    let types = matrix(2)
    Embedding.add(positions, types, ids: [Int32](repeating: 0, count: positions.rows))
    norm = (matrix(3), matrix(4))
    layers = (0..<configuration.layers).map { layer in
      let first = BertLayout.embeddingEntries + layer * BertLayout.layerEntries
      return Layer(
        queryKeyValue: matrix(first, joining: 3), queryKeyValueBias: matrix(first + 3, joining: 3), attentionOutput: matrix(first + 6),
        attentionOutputBias: matrix(first + 7), attentionNorm: (matrix(first + 8), matrix(first + 9)), up: matrix(first + 10),
        upBias: matrix(first + 11), down: matrix(first + 12), downBias: matrix(first + 13),
        feedForwardNorm: (matrix(first + 14), matrix(first + 15)))
    }
  }

  private static let prefix = "bert."

  /// The name of a parameter in a file. Old files call a norm's weight and bias gamma and beta, which transformers still reads.
  private static func name(_ name: String, in files: WeightFiles) -> String {
    let old = name.replacing("LayerNorm.weight", with: "LayerNorm.gamma").replacing("LayerNorm.bias", with: "LayerNorm.beta")
    let candidates = [name, prefix + name, old, prefix + old]
    return candidates.first { files.tensor($0) != nil } ?? name
  }

  /// Tensors that BertModel and its pre-training classes have beside the encoder.
  private static func isHarmless(_ name: String) -> Bool {
    let name = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    return name == "embeddings.position_ids" || name.hasPrefix("pooler.") || name.hasPrefix("cls.")
  }
}

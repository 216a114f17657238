public import HuggingFace
internal import Tensors
internal import Tokenizers

/// The weights of an encoder of BERT's family, in float32.
public final class BertWeights: Sendable {
  /// The encoder's shape.
  public let configuration: BertConfiguration

  /// [V, C]
  let words: Matrix
  /// [types·positions, C]: the positions with the embedding of token type 0 added to each and, for BERT's classifiers, again with type 1's
  let positions: Matrix
  /// [1, C] each
  let norm: (weight: Matrix, bias: Matrix)
  let layers: [Layer]
  /// The head of a classifier.
  let head: Head?

  /// logits = Wout · tanh(W · x + b) + bout, of a sequence's first token.
  struct Head: Sendable {
    /// [C, C]
    let dense: Matrix
    let denseBias: Matrix
    /// [labels, C]
    let output: Matrix
    let outputBias: Matrix
  }

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
  /// prefix `bert.` (`roberta.`) or without it; with labels, those of a BertForSequenceClassification or RobertaForSequenceClassification.
  ///
  /// Heads that are not needed may be there, and are not read. Throws a ``TransformerError`` that lists every tensor which is missing, unknown
  /// or otherwise wrong; nothing is allocated before all headers have been checked.
  public convenience init(folder: String, configuration: BertConfiguration, labels: Int = 0) throws {
    try self.init(try WeightFiles(folder: folder), configuration: configuration, labels: labels)
  }

  init(_ files: WeightFiles, configuration: BertConfiguration, labels: Int = 0) throws {
    self.configuration = configuration
    let layout = BertLayout(configuration, labels: labels)
    let prefix = configuration.family.rawValue + "."
    let names = layout.entries.map { Self.name($0.name, prefix: prefix, in: files) }
    let faults = CheckpointFaults(of: files, expected: zip(names, layout.entries).map { ($0, $1.shape) }) { name in
      Self.isHarmless(name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name, configuration.family, hasHead: labels > 0)
    }
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
    // RoBERTa's tokenizer gives no types.
    let hasTypes = labels > 0 && configuration.family == .bert
    positions = Self.typed(matrix(1), types: matrix(2), count: hasTypes ? min(configuration.tokenTypes, 2) : 1)
    norm = (matrix(3), matrix(4))
    layers = (0..<configuration.layers).map { layer in
      let first = BertLayout.embeddingEntries + layer * BertLayout.layerEntries
      return Layer(
        queryKeyValue: matrix(first, joining: 3), queryKeyValueBias: matrix(first + 3, joining: 3), attentionOutput: matrix(first + 6),
        attentionOutputBias: matrix(first + 7), attentionNorm: (matrix(first + 8), matrix(first + 9)), up: matrix(first + 10),
        upBias: matrix(first + 11), down: matrix(first + 12), downBias: matrix(first + 13),
        feedForwardNorm: (matrix(first + 14), matrix(first + 15)))
    }
    let last = layout.entries.count - BertLayout.headEntries
    head =
      labels > 0
      ? Head(dense: matrix(last), denseBias: matrix(last + 1), output: matrix(last + 2), outputBias: matrix(last + 3)) : nil
  }

  /// How many types tokens may have.
  var typeCount: Int { positions.rows / configuration.maximumPositions }

  /// The row of ``positions`` of each token.
  func positionRows(_ text: EncodedText) -> [Int32] {
    let rows: [Int32]
    switch configuration.family {
    case .bert: rows = Array(0..<Int32(text.tokens.count))
    case .roberta:
      // A padding token that a text spells out has its own position, and is not counted.
      let padding = Int32(configuration.paddingToken)
      var last = padding
      rows = text.tokens.map { token in
        guard token != padding else { return padding }
        last += 1
        return last
      }
    }
    guard typeCount > 1 else { return rows }
    return zip(rows, text.types).map { $0 + Int32($1) * Int32(configuration.maximumPositions) }
  }

  /// The embeddings of positions, once for each of the first `count` types.
  private static func typed(_ positions: Matrix, types: Matrix, count: Int) -> Matrix {
    // One type needs no memory of its own.
    let result = count == 1 ? positions : Matrix(rows: count * positions.rows, columns: positions.columns)
    for type in 0..<count {
      let rows = result.rows(type * positions.rows..<(type + 1) * positions.rows)
      if count > 1 { Embedding.forward(rows, positions, ids: Array(0..<Int32(positions.rows))) }
      Embedding.add(rows, types, ids: [Int32](repeating: Int32(type), count: positions.rows))
    }
    return result
  }

  /// The name of a parameter in a file. Old files call a norm's weight and bias gamma and beta, which transformers still reads.
  private static func name(_ name: String, prefix: String, in files: WeightFiles) -> String {
    let old = name.replacing("LayerNorm.weight", with: "LayerNorm.gamma").replacing("LayerNorm.bias", with: "LayerNorm.beta")
    let candidates = [name, prefix + name, old, prefix + old]
    return candidates.first { files.tensor($0) != nil } ?? name
  }

  /// Tensors that the classes of transformers have beside the encoder, by their names without the prefix: positions that follow from
  /// config.json, and heads of pre-training. BERT's pooler is a part of its head for labels.
  private static func isHarmless(_ name: String, _ family: BertConfiguration.Family, hasHead: Bool) -> Bool {
    if name == "embeddings.position_ids" { return true }
    switch family {
    case .bert: return name.hasPrefix("cls.") || (name.hasPrefix("pooler.") && !hasHead)
    case .roberta: return name.hasPrefix("lm_head.") || name.hasPrefix("pooler.")
    }
  }
}

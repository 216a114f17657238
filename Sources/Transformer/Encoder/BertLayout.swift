internal import HuggingFace

/// Where each parameter of an encoder of BERT's family lies in one allocation.
struct BertLayout: Sendable {
  /// One parameter, under its name in transformers' BertModel, or in its class with a head.
  typealias Entry = ParameterLayout.Entry

  /// All parameters, in the order in which they lie, without gaps.
  let entries: [Entry]

  /// The number of values.
  let count: Int

  /// Entries of one layer.
  static let layerEntries = 16

  /// Entries before the first layer.
  static let embeddingEntries = 5

  /// Entries of a head, behind the last layer.
  static let headEntries = 4

  /// The layout of an encoder and, where there are labels, of the head that gives each a logit. Query, key and value projections lie
  /// together: they are one product.
  init(_ configuration: BertConfiguration, labels: Int = 0) {
    var entries: [Entry] = []
    var count = 0
    func add(_ name: String, _ shape: Int...) {
      entries.append(Entry(name: name, shape: shape, offset: count))
      count += shape.reduce(1, *)
    }
    let C = configuration.width
    let F = configuration.feedForwardWidth
    add("embeddings.word_embeddings.weight", configuration.vocabularySize, C)
    add("embeddings.position_embeddings.weight", configuration.maximumPositions, C)
    add("embeddings.token_type_embeddings.weight", configuration.tokenTypes, C)
    add("embeddings.LayerNorm.weight", C)
    add("embeddings.LayerNorm.bias", C)
    for layer in 0..<configuration.layers {
      let prefix = "encoder.layer.\(layer)."
      let parts = ["query", "key", "value"]
      for part in parts { add(prefix + "attention.self.\(part).weight", C, C) }
      for part in parts { add(prefix + "attention.self.\(part).bias", C) }
      add(prefix + "attention.output.dense.weight", C, C)
      add(prefix + "attention.output.dense.bias", C)
      add(prefix + "attention.output.LayerNorm.weight", C)
      add(prefix + "attention.output.LayerNorm.bias", C)
      add(prefix + "intermediate.dense.weight", F, C)
      add(prefix + "intermediate.dense.bias", F)
      add(prefix + "output.dense.weight", C, F)
      add(prefix + "output.dense.bias", C)
      add(prefix + "output.LayerNorm.weight", C)
      add(prefix + "output.LayerNorm.bias", C)
    }
    if labels > 0 {
      // Both heads are alike: a product with tanh, which BERT calls its pooler, and the labels' product.
      let isBert = configuration.family == .bert
      let (dense, output) = isBert ? ("pooler.dense", "classifier") : ("classifier.dense", "classifier.out_proj")
      add(dense + ".weight", C, C)
      add(dense + ".bias", C)
      add(output + ".weight", labels, C)
      add(output + ".bias", labels)
    }
    self.entries = entries
    self.count = count
  }
}

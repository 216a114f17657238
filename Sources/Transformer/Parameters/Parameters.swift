public import HuggingFace
public import Tensors

/// One value for each parameter of a model: its weights, or their gradients, or an optimiser's moments.
public final class Parameters: Sendable {
  /// The model's shape.
  public let configuration: ModelConfiguration

  /// Where each parameter lies.
  public let layout: ParameterLayout

  /// The values.
  public let storage: FloatStorage

  /// Zeros for a model.
  public convenience init(_ configuration: ModelConfiguration) {
    self.init(configuration, layout: ParameterLayout(configuration))
  }

  /// Zeros for a layout of a model's parameters: all of them, or its adapters.
  public convenience init(_ configuration: ModelConfiguration, layout: ParameterLayout) {
    self.init(configuration, layout: layout, storage: FloatStorage(count: layout.count))
  }

  /// Values that lie as a layout says.
  init(_ configuration: ModelConfiguration, layout: ParameterLayout, storage: FloatStorage) {
    precondition(storage.count == layout.count)
    self.configuration = configuration
    self.layout = layout
    self.storage = storage
  }

  /// Zeros of the same layout.
  public func zeros() -> Parameters { Parameters(configuration, layout: layout) }

  /// A copy of all values.
  public func copy() -> Parameters {
    let copy = zeros()
    copy.storage.copy(from: storage)
    return copy
  }

  /// The values of one parameter.
  public func values(_ entry: ParameterLayout.Entry) -> [Float] {
    storage.withSpan(entry.range) { span in
      span.indices.map { span[$0] }
    }
  }

  /// The matrices of one layer.
  func layer(_ index: Int) -> LayerParameters {
    LayerParameters(self, index)
  }

  /// The embedding, [V, C].
  var embedding: Matrix { matrix(named: "model.embed_tokens.weight") }

  /// The last norm's weights, [1, C].
  var finalNorm: Matrix { matrix(named: "model.norm.weight") }

  /// The output projection, [V, C]: the embedding where the two are tied.
  var output: Matrix { configuration.tiesEmbeddings ? embedding : matrix(named: "lm_head.weight") }

  /// `parts` parameters that lie together, as one matrix.
  func matrix(named name: String, parts: Int = 1) -> Matrix {
    guard let first = layout.entries.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("no parameter \(name)")
    }
    let entries = layout.entries[first..<first + parts]
    let columns = entries[first].shape[entries[first].isMatrix ? 1 : 0]
    let count = entries.reduce(0) { $0 + $1.count }
    guard entries[first].isMatrix else {
      return Matrix(storage: storage, offset: entries[first].offset, rows: 1, columns: count)
    }
    return Matrix(storage: storage, offset: entries[first].offset, rows: count / columns, columns: columns)
  }
}

public import HuggingFace
public import Tensors

extension Parameters {
  /// Reads a checkpoint folder: the shape from its config.json, the weights from its model.safetensors or its shards.
  public convenience init(folder: String) throws {
    try self.init(folder: folder, configuration: try ModelConfiguration(folder: folder))
  }

  /// Reads the weights of a checkpoint folder; see ``init(safetensors:configuration:)``.
  public convenience init(folder: String, configuration: ModelConfiguration) throws {
    try self.init(try CheckedWeights(folder: folder, configuration: configuration), configuration)
  }

  /// Reads the weights of a model from one safetensors file of F32, F16 or BF16 tensors; widening is exact.
  ///
  /// The file's tensors must be the layout's, each with its shape. An output projection beside tied embeddings may be there if it
  /// equals them. Throws a ``TransformerError`` that lists every tensor that is missing, unknown or otherwise wrong; nothing is
  /// allocated before the whole header has been checked.
  public convenience init(safetensors path: String, configuration: ModelConfiguration) throws {
    try self.init(try CheckedWeights(try WeightFiles(file: path), configuration: configuration), configuration)
  }

  convenience init(_ weights: CheckedWeights, _ configuration: ModelConfiguration) throws {
    self.init(configuration)
    for entry in layout.entries {
      try weights.requireFinite(entry)
      try storage.withMutableSpan(entry.range) { span in try weights.files.read(entry.name, into: &span) }
    }
  }

  /// Throws unless a folder's weights are just the model's tensors; reads headers only.
  public static func check(folder: String, configuration: ModelConfiguration) throws {
    _ = try CheckedWeights(folder: folder, configuration: configuration)
  }

  /// Throws unless the file's header lists just the model's tensors; reads the header only.
  public static func check(safetensors path: String, configuration: ModelConfiguration) throws {
    _ = try CheckedWeights(try WeightFiles(file: path), configuration: configuration)
  }

  /// Writes the weights as one safetensors file, rounded to `elementType`, with `synchronizing` through to the disk.
  ///
  /// The file is whole only after this returns: write to a temporary place and rename.
  public func write(safetensors path: String, elementType: FloatFormat = .float32, synchronizing: Bool = false) throws {
    var writer = try SafetensorsWriter(path: path, tensors: layout.entries.map { ($0.name, $0.shape) }, format: elementType)
    for entry in layout.entries {
      try storage.withSpan(entry.range) { span in try writer.write(span) }
    }
    try writer.finish(synchronizing: synchronizing)
  }

  static var embeddingName: String { "model.embed_tokens.weight" }

  static var outputName: String { "lm_head.weight" }
}

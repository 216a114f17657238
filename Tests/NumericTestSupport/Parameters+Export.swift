internal import HuggingFace
public import Tensors
public import Transformer

extension Parameters {
  /// Writes the weights to a folder as transformers does, rounded to `elementType`: model.safetensors or, above `maximumShardBytes`,
  /// shards and their index. The folder must be there and hold no weights; see ``HuggingFace/WeightExport``.
  public func export(folder: String, elementType: FloatFormat, maximumShardBytes: Int = 5_000_000_000) throws {
    try WeightExport.write(
      folder: folder, tensors: layout.entries.map { ($0.name, $0.shape) }, elementType: elementType,
      maximumShardBytes: maximumShardBytes
    ) { index, write in
      try storage.withSpan(layout.entries[index].range) { span in try write(span) }
    }
  }
}

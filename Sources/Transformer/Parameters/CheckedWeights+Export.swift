internal import HuggingFace
package import Tensors

extension CheckedWeights {
  /// Writes the weights to a folder as transformers does, with adapters merged into them where there are any, rounded to `elementType`: one
  /// tensor is in memory at a time.
  ///
  /// Throws where a value is not finite, and as ``HuggingFace/WeightExport`` does.
  package func export(
    folder: String, elementType: FloatFormat, maximumShardBytes: Int, merging merge: AdapterMerge? = nil, lanes: Lanes = Lanes(count: 1)
  ) throws {
    try WeightExport.write(
      folder: folder, tensors: layout.entries.map { ($0.name, $0.shape) }, elementType: elementType,
      maximumShardBytes: maximumShardBytes
    ) { index, write in
      let entry = layout.entries[index]
      try requireFinite(entry)
      let values = FloatStorage(count: entry.count)
      try values.withMutableSpan(0..<entry.count) { span in try files.read(entry.name, into: &span) }
      try merge?.add(to: values, of: entry, lanes: lanes)
      try values.withSpan(0..<entry.count) { span in try write(span) }
    }
  }
}

internal import Files
package import HuggingFace
internal import Tensors

/// The adapters of a PEFT folder whose tensors are those of a model's adapters, each of its shape and in a format that can be read.
package struct CheckedAdapters: Sendable {
  /// The file.
  package let files: WeightFiles

  /// The adapters, each of which is in the file.
  package let layout: ParameterLayout

  /// The file's tensors, one for each entry of the layout.
  private let tensors: [AdapterTensor]

  /// Opens the adapters of a folder.
  ///
  /// Throws a ``TransformerError`` that lists every tensor which is missing, unknown or otherwise wrong. Only the header is read.
  package init(folder: String, _ lora: LoRAConfiguration, of configuration: ModelConfiguration) throws {
    files = try WeightFiles(adaptersIn: folder)
    layout = ParameterLayout(adaptersOf: configuration, lora)
    let set = files.names.contains { $0.hasSuffix(".default.weight") } ? "default" : nil
    tensors = layout.entries.map { AdapterTensor(of: $0, set: set) }
    let faults = CheckpointFaults(of: files, adapters: tensors)
    if !faults.isEmpty { throw TransformerError(.checkpoint, "\(files.path): \(faults)") }
  }

  /// Reads the adapters into parameters of the layout; widening is exact. Throws where a value is not finite.
  func read(into parameters: Parameters) throws {
    for (entry, tensor) in zip(layout.entries, tensors) {
      try files.requireFinite(tensor.name)
      try parameters.storage.withMutableSpan(entry.range) { span in
        guard tensor.isTransposed else { return try files.read(tensor.name, into: &span) }
        let stored = FloatStorage(count: entry.count)
        try stored.withMutableSpan(0..<entry.count) { values in try files.read(tensor.name, into: &values) }
        stored.withSpan(0..<entry.count) { values in transpose(values, rows: tensor.shape[0], into: &span) }
      }
    }
  }
}

public import HuggingFace
internal import Random
internal import Tensors

extension Parameters {
  /// Reads the adapters of a PEFT folder, of F32, F16 or BF16 tensors; widening is exact, and each B is transposed.
  ///
  /// Throws a ``TransformerError`` that lists every tensor that is missing, unknown or otherwise wrong, or names one that is not finite.
  /// Nothing is allocated before the header has been checked.
  public convenience init(adaptersIn folder: String, _ lora: LoRAConfiguration, of configuration: ModelConfiguration) throws {
    let checked = try CheckedAdapters(folder: folder, lora, of: configuration)
    self.init(configuration, layout: checked.layout)
    try checked.read(into: self)
  }

  /// Adapters to train from: each A uniform in ±1/√K, as PEFT draws it (He et al., 2015, with a = √5), and each B zero, so that the model
  /// is its base at first.
  ///
  /// Each parameter draws from a stream of its own, in a slot that no rollout has.
  public convenience init(initialAdaptersOf configuration: ModelConfiguration, _ lora: LoRAConfiguration, seed: UInt64) {
    self.init(configuration, layout: ParameterLayout(adaptersOf: configuration, lora))
    for (index, entry) in layout.entries.enumerated() where !AdapterTensor(of: entry).isTransposed {
      let philox = Philox(seed: seed, stream: .init(step: UInt32(index), slot: .max, sample: 0))
      let bound = 1 / Float(entry.shape[1]).squareRoot()
      storage.withMutableSpan(entry.range) { span in
        for position in span.indices { span[position] = bound * (2 * philox.uniform(at: UInt32(position)) - 1) }
      }
    }
  }

  /// Throws unless the header of a PEFT folder's file lists just the adapters' tensors; reads the header only.
  public static func check(adaptersIn folder: String, _ lora: LoRAConfiguration, of configuration: ModelConfiguration) throws {
    _ = try CheckedAdapters(folder: folder, lora, of: configuration)
  }

  /// Writes adapters as PEFT's adapter_model.safetensors, in float32, with `synchronizing` through to the disk.
  ///
  /// The file is whole only after this returns: write to a temporary place and rename.
  public func write(adapters path: String, synchronizing: Bool = false) throws {
    let tensors = layout.entries.map { AdapterTensor(of: $0) }
    var writer = try SafetensorsWriter(path: path, tensors: tensors.map { ($0.name, $0.shape) })
    for (entry, tensor) in zip(layout.entries, tensors) {
      try storage.withSpan(entry.range) { span in
        guard tensor.isTransposed else { return try writer.write(span) }
        let stored = FloatStorage(count: entry.count)
        stored.withMutableSpan(0..<entry.count) { values in transpose(span, rows: entry.shape[0], into: &values) }
        try stored.withSpan(0..<entry.count) { values in try writer.write(values) }
      }
    }
    try writer.finish(synchronizing: synchronizing)
  }
}

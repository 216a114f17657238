public import HuggingFace
internal import Tensors

extension ModelWeights {
  /// The weights of a checkpoint folder, held once: bfloat16 matrices stay in the mapped files; others are read into float32.
  ///
  /// Throws as ``Parameters/init(folder:configuration:)`` does. The files must not change while the weights are in use.
  public convenience init(folder: String, configuration: ModelConfiguration) throws {
    let checked = try CheckedWeights(folder: folder, configuration: configuration)
    let matrices = checked.layout.entries.filter(\.isMatrix)
    guard matrices.allSatisfy({ checked.files.tensor($0.name)?.elementType == .bfloat16 }) else {
      self.init(try Parameters(checked, configuration))
      return
    }
    for entry in checked.layout.entries { try checked.requireFinite(entry) }
    var mapped: [String: BFloat16Matrix] = [:]
    for entry in matrices {
      guard let tensor = checked.files.tensor(entry.name) else { preconditionFailure("\(entry.name) was checked") }
      let storage = BFloat16Storage(mapping: tensor.file, byteOffset: tensor.byteRange.lowerBound, count: entry.count)
      mapped[entry.name] = BFloat16Matrix(storage: storage, rows: entry.shape[0], columns: entry.shape[1])
    }
    let vectors = VectorParameters(checked.layout)
    for (entry, offset) in vectors.entries {
      try vectors.storage.withMutableSpan(offset..<offset + entry.count) { span in try checked.files.read(entry.name, into: &span) }
    }
    self.init(
      configuration,
      matrix: { name in
        guard let matrix = mapped[name] else { preconditionFailure("no parameter \(name)") }
        return matrix
      }, vectors: vectors)
  }
}

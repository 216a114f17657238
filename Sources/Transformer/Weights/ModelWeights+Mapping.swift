public import Files
public import HuggingFace
internal import Tensors

extension ModelWeights {
  /// The weights that a file holds one after another in the order of their layout, without a copy of the matrices.
  ///
  /// The file must not change while the weights are in use.
  public convenience init(mapping file: MappedFile, configuration: ModelConfiguration, type: WeightType) {
    let layout = ParameterLayout(configuration)
    switch type {
    case .float32: self.init(Parameters(mapping: file, configuration: configuration, type: type))
    case .bfloat16:
      self.init(configuration, BFloat16Storage(mapping: file, byteOffset: 0, count: layout.count), layout)
    }
  }

  /// Float32 parameters themselves, or a bfloat16 copy of all of them, vectors included.
  public convenience init(_ parameters: Parameters, storing type: WeightType) {
    switch type {
    case .float32: self.init(parameters)
    case .bfloat16:
      let values = BFloat16Storage(count: parameters.layout.count)
      values.round(parameters.storage, lanes: Lanes(count: 1))
      self.init(parameters.configuration, values, parameters.layout)
    }
  }

  /// Views of bfloat16 values that lie as a layout says; the vectors among them are widened.
  convenience init(_ configuration: ModelConfiguration, _ values: BFloat16Storage, _ layout: ParameterLayout) {
    let vectors = VectorParameters(layout)
    for (entry, offset) in vectors.entries { values.widen(entry.range, into: vectors.storage, at: offset) }
    self.init(configuration, values, layout, vectors)
  }

  /// Views of bfloat16 values that lie as a layout says, and of the vectors among them in float32.
  convenience init(
    _ configuration: ModelConfiguration, _ values: BFloat16Storage, _ layout: ParameterLayout, _ vectors: VectorParameters
  ) {
    let entries = Dictionary(uniqueKeysWithValues: layout.entries.map { ($0.name, $0) })
    self.init(
      configuration,
      matrix: { name in
        guard let entry = entries[name] else { preconditionFailure("no parameter \(name)") }
        return BFloat16Matrix(storage: values, offset: entry.offset, rows: entry.shape[0], columns: entry.shape[1])
      }, vectors: vectors)
  }

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

extension Parameters {
  /// The parameters that a file holds one after another in the order of their layout: float32 ones where they lie, which are never written,
  /// and bfloat16 ones widened.
  public convenience init(mapping file: MappedFile, configuration: ModelConfiguration, type: WeightType) {
    let layout = ParameterLayout(configuration)
    precondition(file.count == layout.count * type.bytes, "\(file.path) has \(file.count) bytes, the model's weights more or fewer")
    switch type {
    case .float32:
      self.init(configuration, layout: layout, storage: FloatStorage(mapping: file, byteOffset: 0, count: layout.count))
    case .bfloat16:
      self.init(configuration, layout: layout)
      BFloat16Storage(mapping: file, byteOffset: 0, count: layout.count).widen(0..<layout.count, into: storage, at: 0)
    }
  }
}

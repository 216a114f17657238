public import HuggingFace
internal import Tensors

extension Parameters {
  /// Reads a checkpoint folder: the shape from its config.json, the weights from its model.safetensors.
  public convenience init(folder: String) throws {
    let configuration = try ModelConfiguration(folder: folder)
    try self.init(safetensors: folder + "/model.safetensors", configuration: configuration)
  }

  /// Reads the weights of a model from one safetensors file of F32, F16 or BF16 tensors; widening is exact.
  ///
  /// The file's tensors must be the layout's, each with its shape. An output projection beside tied embeddings may be there if it
  /// equals them. Throws a ``TransformerError`` that lists every tensor that is missing, unknown or otherwise wrong; nothing is
  /// allocated before the whole header has been checked.
  public convenience init(safetensors path: String, configuration: ModelConfiguration) throws {
    let (file, tiedOutput) = try Self.opened(path, configuration)
    self.init(configuration)
    for entry in layout.entries {
      try storage.withMutableSpan(entry.range) { span in try file.read(entry.name, into: &span) }
      guard storage.withSpan(entry.range, { Self.isFinite($0) }) else {
        throw TransformerError(
          .checkpoint, "\(path): \(entry.name) has values that are not finite, expected numbers: take another checkpoint of the model")
      }
    }
    if tiedOutput { try requireTiedOutput(file) }
  }

  /// Writes the weights as one safetensors file of F32 tensors, with `synchronizing` through to the disk.
  ///
  /// The file is whole only after this returns: write to a temporary place and rename.
  public func write(safetensors path: String, synchronizing: Bool = false) throws {
    var writer = try SafetensorsWriter(path: path, tensors: layout.entries.map { ($0.name, $0.shape) })
    for entry in layout.entries {
      try storage.withSpan(entry.range) { span in try writer.write(span) }
    }
    try writer.finish(synchronizing: synchronizing)
  }

  /// Throws unless the file's header lists just the model's tensors; no tensor is read.
  public static func check(safetensors path: String, configuration: ModelConfiguration) throws {
    _ = try opened(path, configuration)
  }

  private static func opened(
    _ path: String, _ configuration: ModelConfiguration
  ) throws -> (file: SafetensorsFile, tiedOutput: Bool) {
    let file = try SafetensorsFile(path: path)
    let tiedOutput = configuration.tiesEmbeddings && file.tensors[outputName] != nil
    let faults = CheckpointFaults(of: file, layout: ParameterLayout(configuration), tiedOutput: tiedOutput)
    if !faults.isEmpty { throw TransformerError(.checkpoint, "\(path): \(faults)") }
    return (file, tiedOutput)
  }

  /// Whether a tensor holds neither an infinity nor a NaN: either times zero is NaN, which no sum loses.
  private static func isFinite(_ values: Span<Float>) -> Bool {
    var sum: Float = 0
    for index in values.indices { sum += values[index] * 0 }
    return sum == 0
  }

  static var outputName: String { "lm_head.weight" }

  /// A file may repeat the tied embedding as the output projection, but must not bring another one.
  private func requireTiedOutput(_ file: SafetensorsFile) throws {
    let output = try file.floats(Self.outputName)
    let isEqual = storage.withSpan(layout.entries[0].range) { embedding in
      output.indices.allSatisfy { output[$0].bitPattern == embedding[$0].bitPattern }
    }
    guard isEqual else {
      throw TransformerError(
        .checkpoint,
        "\(file.path): \(Self.outputName) differs from \(layout.entries[0].name), "
          + "but config.json says \"tie_word_embeddings\": true; expected equal tensors, or false")
    }
  }
}

/// Where a file's tensors are not those of a layout.
private struct CheckpointFaults: CustomStringConvertible {
  private var missing: [String] = []
  private var unknown: [String] = []
  private var wrong: [String] = []

  init(of file: SafetensorsFile, layout: ParameterLayout, tiedOutput: Bool) {
    var known: Set<String> = []
    func check(_ name: String, _ shape: [Int]) {
      known.insert(name)
      guard let found = file.tensors[name] else { return missing.append(name) }
      if found.shape != shape { wrong.append("\(name) has shape \(found.shape), expected \(shape)") }
      switch found.elementType {
      case .float32, .float16, .bfloat16: break
      default: wrong.append("\(name) is \(found.elementType.rawValue), expected F32, F16 or BF16")
      }
    }
    for entry in layout.entries { check(entry.name, entry.shape) }
    if tiedOutput { check(Parameters.outputName, layout.entries[0].shape) }
    unknown = file.names.filter { !known.contains($0) }
  }

  var isEmpty: Bool { missing.isEmpty && unknown.isEmpty && wrong.isEmpty }

  var description: String {
    var parts: [String] = []
    if !missing.isEmpty { parts.append("missing " + Self.list(missing)) }
    if !unknown.isEmpty { parts.append("not part of the model in config.json: " + Self.list(unknown)) }
    if !wrong.isEmpty { parts.append(Self.list(wrong)) }
    return parts.joined(separator: "; ")
  }

  /// A file of another model has hundreds of faults, of which the first few say it all.
  private static func list(_ items: [String]) -> String {
    let shown = 12
    let text = items.prefix(shown).joined(separator: ", ")
    return items.count > shown ? text + " and \(items.count - shown) more" : text
  }
}

internal import Files
package import HuggingFace
internal import Tensors

/// The weights of a checkpoint whose tensors are a model's, each of its shape and in a format that can be read.
package struct CheckedWeights: Sendable {
  /// The files.
  package let files: WeightFiles

  /// The model's tensors, each of which is in the files.
  package let layout: ParameterLayout

  /// Opens the weights of a folder.
  package init(folder: String, configuration: ModelConfiguration) throws {
    try self.init(try WeightFiles(folder: folder), configuration: configuration)
  }

  /// Throws a ``TransformerError`` that lists every tensor which is missing, unknown or otherwise wrong.
  ///
  /// Only headers are read, with one exception: where the file repeats the tied embedding as the output projection, both must be equal.
  package init(_ files: WeightFiles, configuration: ModelConfiguration) throws {
    self.files = files
    layout = ParameterLayout(configuration)
    let tiedOutput = configuration.tiesEmbeddings && files.tensor(Parameters.outputName) != nil
    let faults = CheckpointFaults(of: files, layout: layout, tiedOutput: tiedOutput)
    if !faults.isEmpty { throw TransformerError(.checkpoint, "\(files.path): \(faults)") }
    if tiedOutput, try !isEqual(Parameters.outputName, Parameters.embeddingName) {
      throw TransformerError(
        .checkpoint,
        "\(files.path): \(Parameters.outputName) differs from \(Parameters.embeddingName), "
          + "but config.json says \"tie_word_embeddings\": true; expected equal tensors, or false")
    }
  }

  /// Throws where one of the model's tensors has an infinity or a NaN; reads all of it.
  package func requireFinite(_ entry: ParameterLayout.Entry) throws { try files.requireFinite(entry.name) }

  private func tensor(_ name: String) -> WeightTensor {
    guard let tensor = files.tensor(name) else { preconditionFailure("\(name) was checked") }
    return tensor
  }

  /// Whether two tensors hold the same bits; never so in different formats.
  private func isEqual(_ first: String, _ second: String) throws -> Bool {
    let (first, second) = (tensor(first), tensor(second))
    guard first.elementType == second.elementType, first.byteRange.count == second.byteRange.count else { return false }
    try first.file.checkLength()
    try second.file.checkLength()
    return first.file.isEqual(first.byteRange, to: second.file, second.byteRange)
  }
}

extension WeightFiles {
  /// Throws where a tensor that was checked has an infinity or a NaN; reads all of it.
  func requireFinite(_ name: String) throws {
    guard let tensor = tensor(name), let format = tensor.elementType.floatFormat else { preconditionFailure("\(name) was checked") }
    try tensor.file.checkLength()
    guard tensor.file.withBytes(tensor.byteRange, format.isFinite) else {
      throw TransformerError(
        .checkpoint, "\(path): \(name) has values that are not finite, expected numbers: take another checkpoint")
    }
  }
}

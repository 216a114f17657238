package import Cluster
import Files
package import HuggingFace
import Tensors
package import Transformer
package import Wire

extension BasePlace {
  /// The weights to compute with, stored as `type`: mapped where they lie so, and else a copy.
  ///
  /// - Parameter description: What they are, which says how a file holds them.
  package func weights(
    of configuration: ModelConfiguration, _ description: BaseDescription, storing type: WeightType
  ) throws -> ModelWeights {
    switch self {
    case .modelFolder(let folder): return try ModelWeights(modelFolder: folder, configuration: configuration, storing: type)
    case .file(let path):
      let stored: WeightType = description.manifest.elementType == .bfloat16 ? .bfloat16 : .float32
      let file = try MappedFile(path: path)
      guard file.count == stored.bytes * ParameterLayout(configuration).count else {
        throw RunsError(.weights, "\(path) has \(file.count) bytes, which are not the model's weights: remove it, and begin again")
      }
      if stored == type { return ModelWeights(mapping: file, configuration: configuration, type: stored) }
      return ModelWeights(Parameters(mapping: file, configuration: configuration, type: stored), storing: type)
    }
  }
}

extension ModelWeights {
  /// The weights of a model's folder, stored as `type`: mapped where the files hold just that, and else a copy.
  convenience init(modelFolder folder: String, configuration: ModelConfiguration, storing type: WeightType) throws {
    let files = try WeightFiles(folder: folder)
    if type == .bfloat16, files.names.allSatisfy({ files.tensor($0)?.elementType == .bfloat16 }) {
      try self.init(folder: folder, configuration: configuration)
      return
    }
    let parameters = try Parameters(folder: folder, configuration: configuration)
    self.init(parameters, storing: type)
  }
}

package import HuggingFace
import Tensors
import Training
package import Transformer

/// What a run trains, as its checkpoints hold it: a model's weights, or adapters as PEFT stores them.
package struct TrainedParameters: Sendable {
  /// The model.
  package let configuration: ModelConfiguration

  /// The adapters; nil where all weights are trained.
  package let lora: LoRAConfiguration?

  /// Creates a description.
  package init(of configuration: ModelConfiguration, _ lora: LoRAConfiguration?) {
    self.configuration = configuration
    self.lora = lora
  }

  /// The name of the file in a checkpoint.
  package var fileName: String { lora == nil ? "model.safetensors" : "adapter_model.safetensors" }

  /// Reads a checkpoint's folder.
  package func read(from folder: String) throws -> Parameters {
    guard let lora else { return try Parameters(safetensors: folder + "/" + fileName, configuration: configuration) }
    return try Parameters(adaptersIn: folder, lora, of: configuration)
  }

  /// Reads a checkpoint's folder into parameters of the same layout.
  package func read(into parameters: Parameters, from folder: String) throws {
    if lora == nil {
      try parameters.read(safetensors: folder + "/" + fileName)
    } else {
      parameters.storage.copy(from: try read(from: folder).storage)
    }
  }

  /// Writes a checkpoint's file.
  package func write(_ parameters: Parameters, to path: String) throws {
    if lora == nil { try parameters.write(safetensors: path) } else { try parameters.write(adapters: path) }
  }
}

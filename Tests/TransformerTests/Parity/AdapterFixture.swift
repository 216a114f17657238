import Foundation
import HuggingFace
import TestSupport
import Testing
import Transformer

/// A PEFT folder with the numbers that PyTorch and PEFT compute from it and its base model.
///
/// `scripts/fixtures/peft_parity.py` says what each tensor is.
struct AdapterFixture: Sendable, CustomTestStringConvertible {
  /// Such as `qwen2-tied/r1-all`.
  let name: String

  var testDescription: String { name }

  private var root: String { TestFiles.package("Tests/TransformerTests/Fixtures/adapters/\(name)") }

  /// The base model's folder.
  var model: String { URL(filePath: root).deletingLastPathComponent().appending(path: "model").path }

  /// The PEFT folder.
  var folder: String { root + "/adapter" }

  /// The file of the results.
  var results: String { root + "/reference.safetensors" }

  static let all = [
    "llama-untied/r1-all", "llama-untied/r8-all", "llama-untied/r16-query-value", "qwen2-tied/r1-all", "qwen2-tied/r8-query-value",
    "qwen2-tied/r16-all", "qwen3-untied/r1-query-value", "qwen3-untied/r8-all", "qwen3-untied/r16-query-value",
  ].map(AdapterFixture.init)

  /// The base model's shape.
  func configuration() throws -> ModelConfiguration { try ModelConfiguration(folder: model) }

  /// The adapters' ranks, scale and projections.
  func lora() throws -> LoRAConfiguration { try AdapterConfiguration(folder: folder).lora }

  /// The adapters.
  func adapters() throws -> Parameters { try Parameters(adaptersIn: folder, lora(), of: configuration()) }
}

/// The reference numbers of one fixture.
struct AdapterReference {
  /// A response to train on.
  struct Response {
    /// [n]
    let tokens: [Int32]
    /// [n]: of the loss, the sum over all responses of coefficient · ln p, which is minimised
    let coefficients: [Float]
    /// [n]: of the model with its adapters
    let logProbabilities: [Float]
  }

  /// A prompt and its responses.
  struct Group {
    /// [P]
    let prompt: [Int32]
    let responses: [Response]
  }

  let groups: [Group]
  let loss: Double
  /// Of all adapters together; a step's gradients are scaled by 1 / (norm + 10⁻⁶) where that is below 1.
  let gradientNorm: Double
  /// [T]
  let sequence: [Int32]
  /// [T·V]: the merged model's, of ``sequence``
  let logits: [Float]

  private let file: SafetensorsFile

  init(_ fixture: AdapterFixture) throws {
    let file = try SafetensorsFile(path: fixture.results)
    func tokens(_ name: String) throws -> [Int32] { try file.integers(name).map { Int32($0) } }
    groups = try (0..<2).map { group in
      Group(
        prompt: try tokens("prompt/\(group)"),
        responses: try (0..<2).map { response in
          let place = "\(group)/\(response)"
          return Response(
            tokens: try tokens("response/" + place), coefficients: try file.floats("coefficients/" + place),
            logProbabilities: try file.floats("logprobs/" + place))
        })
    }
    loss = Double(try file.floats("loss")[0])
    gradientNorm = Double(try file.floats("gradient_norm")[0])
    sequence = try tokens("sequence")
    logits = try file.floats("logits")
    self.file = file
  }

  /// The loss's derivative by an adapter of the layout, in the layout's order: a B transposed.
  func gradient(_ entry: ParameterLayout.Entry) throws -> [Float] { try values("gradient/", entry) }

  /// An adapter after one AdamW step that lowers the loss: rate 10⁻³, betas 0.9 and 0.95, epsilon 10⁻⁸, no decay.
  func updated(_ entry: ParameterLayout.Entry) throws -> [Float] { try values("updated/", entry) }

  /// The weights that merging changes, such as `model.layers.0.self_attn.q_proj.weight`.
  var mergedNames: [String] { file.names.filter { $0.hasPrefix("merged/") }.map { String($0.dropFirst(7)) } }

  /// A weight after merging.
  func merged(_ name: String) throws -> [Float] { try file.floats("merged/" + name) }

  private func values(_ kind: String, _ entry: ParameterLayout.Entry) throws -> [Float] {
    try Self.adapter(entry, of: file, prefix: kind)
  }

  /// An adapter of a file in PEFT's names, in the layout's order.
  static func adapter(_ entry: ParameterLayout.Entry, of file: SafetensorsFile, prefix: String = "") throws -> [Float] {
    let name = prefix + "base_model.model." + entry.name.replacing(".transposed", with: ".weight")
    let values = try file.floats(name)
    guard entry.name.hasSuffix(".transposed") else { return values }
    let (rank, outputs) = (entry.shape[0], entry.shape[1])
    return (0..<rank * outputs).map { values[$0 % outputs * rank + $0 / outputs] }
  }
}

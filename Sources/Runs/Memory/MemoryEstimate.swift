package import HuggingFace
package import Tensors
package import Transformer

/// How much memory a model takes, in bytes, from the sizes of what is allocated.
///
/// Floating-point, since a configuration may ask for more than an integer holds.
package struct MemoryEstimate {
  /// The model.
  package let model: ModelConfiguration
  /// How the policy's weights, or those of the adapters' base, are stored while they are used.
  package let bytesPerWeight: Int
  /// The adapters that are trained; nil where all weights are.
  package let lora: LoRAConfiguration?

  /// How products of bfloat16 weights are computed.
  package let arithmetic: Arithmetic

  /// Creates one.
  package init(model: ModelConfiguration, bytesPerWeight: Int, lora: LoRAConfiguration? = nil, arithmetic: Arithmetic = .exact) {
    self.model = model
    self.bytesPerWeight = bytesPerWeight
    self.lora = lora
    self.arithmetic = arithmetic
  }

  private static let float = 4.0

  /// What a process takes besides: its code, its libraries, the tokenizer.
  static let process = 96e6

  private var parameters: Double { Double(model.parameterCount) }

  /// Parameters that are trained.
  var trained: Double { lora.map { Double(ParameterLayout(adaptersOf: model, $0).count) } ?? parameters }

  /// The weights, held once.
  package var weights: Double { parameters * Double(bytesPerWeight) }

  /// A version as it is handed out.
  package var version: Double { lora == nil ? weights : Self.float * trained }

  /// Keys and values of one token, in float32.
  package var cachePerToken: Double { Self.float * 2 * Double(model.layers) * Double(model.keyValueHeads) * Double(model.headWidth) }

  /// Sampling with weights that are held once: keys and values of all sequences at full length, and a row of logits each.
  package func rollout(sequences: Int, length: Int) -> Double {
    weights + Double(sequences) * (Double(length) * cachePerToken + Self.float * Double(model.vocabularySize))
  }

  /// A worker: the loaded version, packed as well, and two that are received; prompts are held once more. The pages of a base are let go of
  /// when it is packed.
  ///
  /// - Parameter gradients: The rows of a pass, and what it computes again, where workers compute gradients: these read the base as well, and take
  ///   a buffer of what is trained, and up to three more of what is not fetched yet.
  package func worker(sequences: Int, length: Int, gradients: (rows: Int, recomputing: Recomputation)? = nil) -> Double {
    let versions = 3 * version
    let computing = gradients.map { activations(rows: $0.rows, recomputing: $0.recomputing) + weights + 4 * Self.float * trained } ?? 0
    return computing + Self.process + versions + rollout(sequences: sequences, length: length) + Double(sequences) * Double(length)
      * cachePerToken
  }

  /// What updating takes beside activations: parameters in float32, gradients and two moments, and the weights to compute with where those
  /// are others.
  package var optimizer: Double { 4 * Self.float * trained + (lora == nil && bytesPerWeight == 4 ? 0 : weights) }

  /// What one forward and backward pass over some rows keeps.
  package func activations(rows: Int, recomputing recomputation: Recomputation) -> Double {
    let C = Double(model.width)
    let F = Double(model.feedForwardWidth)
    let (queries, keys) = (Double(model.heads * model.headWidth), Double(model.keyValueHeads * model.headWidth))
    let heads = model.hasHeadNorms ? queries + keys : 0
    let rank = Double(lora?.rank ?? 0)
    let cache = 2 * keys
    // Queries, keys and values, the attention's output, the stream behind it, keys and values in blocks; then the feed-forward.
    let attention = (queries + 2 * keys) + heads + queries + Double(model.heads) + C + cache + 4 * rank
    let feedForward = 2 * F + 3 * rank
    let layers = Double(model.layers)
    let stream = (layers + 1) * C
    let kept =
      switch recomputation {
      case .none: layers * (attention + feedForward)
      case .feedForward: layers * attention + feedForward
      case .layer: attention + feedForward
      }
    // The norm's output and the activation of one layer, and their gradients.
    let shared = C + F + 2 * C + queries + (queries + 2 * keys) + F
    // A row of logits, and its gradient rounded where products take it so.
    let logits = Double(model.vocabularySize) * (arithmetic == .bfloat16 ? 1.5 : 1)
    return Self.float * (Double(rows) * (stream + kept + shared) + Double(Self.headRows) * logits)
  }

  /// Rows of logits at a time.
  private static let headRows = 512

  /// A learner: the versions that are handed out beside its own, and one more while it is made.
  package func learner(rows: Int, lag: Int, recomputing recomputation: Recomputation, keepsBase: Bool) -> Double {
    // A bfloat16 policy is itself the newest version.
    let copies = Double(lag + (lora == nil && bytesPerWeight == 2 ? 1 : 2))
    let base = keepsBase && lora == nil ? weights : 0
    return Self.process + optimizer + activations(rows: rows, recomputing: recomputation) + copies * version + base
  }

  /// What of that a learner holds in any case: no pass, and no weights of a base that is mapped.
  package func standingLearner(lag: Int) -> Double {
    let computing = lora == nil ? optimizer : 4 * Self.float * trained
    return Self.process + computing + Double(lag + (lora == nil && bytesPerWeight == 2 ? 1 : 2)) * version
  }

  /// What a learner takes beside that while it checks groups itself: the version that they are of, and their keys and values. The base of
  /// adapters is there already.
  package func checker(sequences: Int, length: Int) -> Double {
    rollout(sequences: sequences, length: length) - (lora == nil ? 0 : weights - version)
  }

  /// A number of bytes as people write it.
  package static func told(_ bytes: Double) -> String {
    let units = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)]
    guard let (unit, size) = units.first(where: { bytes >= $0.1 }) else { return "\(Int(bytes)) bytes" }
    let value = bytes / size
    guard value < 1e6 else { return "more than a million TB" }
    return value < 10 ? "\((value * 10).rounded() / 10) \(unit)" : "\(Int(value.rounded())) \(unit)"
  }
}

package import HuggingFace
import Tensors
package import Training
package import Transformer

extension RunAssembly {
  /// The adapters that are trained; nil where all weights are.
  package var lora: LoRAConfiguration? { configuration.adapters }

  /// The configuration as workers get it, who do not all have the base model's files to look at.
  package var resolvedConfiguration: RunConfiguration {
    var resolved = configuration
    resolved.weightStorage = weightType == .bfloat16 ? .bfloat16 : .float32
    resolved.arithmetic = ArithmeticChoice(arithmetic)
    resolved.gradients = gradientPlan == nil ? .learner : .workers
    return resolved
  }

  /// The weights that workers need beside a version; nil where every version holds all weights. Reads all of them.
  package func baseWeights() throws -> ModelFolderWeights? {
    lora == nil ? nil : try ModelFolderWeights(folder: base.folder)
  }

  /// What checkpoints hold.
  package var trained: TrainedParameters { TrainedParameters(of: base.configuration, lora) }

  /// What updates the policy, at the weights with which the run begins.
  package func trainer() throws -> PolicyTrainer {
    let lanes = Lanes(count: learnerThreads)
    guard let lora else {
      return PolicyTrainer(
        try base.parameters(), storing: weightType, positions: positions, lanes: lanes, options: trainerOptions)
    }
    let adapters = try base.adapters() ?? Parameters(initialAdaptersOf: base.configuration, lora, seed: configuration.seed)
    return PolicyTrainer(
      adapters: adapters, lora, of: try frozenWeights(), positions: positions, lanes: lanes, options: trainerOptions)
  }

  private func frozenWeights() throws -> ModelWeights {
    try frozenBase.weights { try base.weights(storing: weightType) }
  }

  /// A policy of zeros that takes in any version's bytes.
  package func receiver() throws -> Policy {
    guard let lora else { return Policy(base.configuration, type: weightType) }
    return Policy(receiving: lora, of: try frozenWeights())
  }
}

extension RunConfiguration {
  /// Throws unless adapters with which a run begins are those that it is told to train.
  func checkAdapters(of base: BaseModel) throws {
    guard let found = base.source.adapters else { return }
    let expected = LoRA(found.configuration.lora)
    guard train == .lora, lora == expected else {
      throw RunsError(
        .model,
        "\(found.folder) holds adapters of rank \(expected.rank), alpha \(expected.alpha), which the configuration contradicts: leave train "
          + "and lora.* out, or merge them into their base first (empo export \(found.folder) DIR --merge)")
    }
  }
}

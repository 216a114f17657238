package import HuggingFace
import Rollouts
import Transformer

/// About how much memory a model takes, in bytes, from the sizes of what is allocated.
///
/// Floating-point, since a configuration may ask for more than an integer holds.
package struct MemoryEstimate {
  /// The model.
  package let model: ModelConfiguration
  /// How the policy's weights are stored while they are used.
  package let bytesPerWeight: Int

  /// Creates one.
  package init(model: ModelConfiguration, bytesPerWeight: Int) {
    self.model = model
    self.bytesPerWeight = bytesPerWeight
  }

  private static let float = 4.0

  private var parameters: Double { Double(model.parameterCount) }

  /// The weights, held once.
  package var weights: Double { parameters * Double(bytesPerWeight) }

  /// Keys and values of one token, in float32.
  package var cachePerToken: Double { Self.float * 2 * Double(model.layers) * Double(model.keyValueHeads) * Double(model.headWidth) }

  /// Sampling with weights that are held once: keys and values of all sequences at full length, and a row of logits each.
  package func rollout(sequences: Int, length: Int) -> Double {
    weights + Double(sequences) * (Double(length) * cachePerToken + Self.float * Double(model.vocabularySize))
  }

  /// A worker: the loaded version and two that are received; prompts are held once more.
  package func worker(sequences: Int, length: Int) -> Double {
    2 * weights + rollout(sequences: sequences, length: length) + Double(sequences) * Double(length) * cachePerToken
  }

  /// What updating takes beside the activations: float32 weights, gradients and two moments, and a copy of the policy where that is stored
  /// otherwise.
  package var optimizer: Double { 4 * Self.float * parameters + (bytesPerWeight < 4 ? weights : 0) }

  /// What one forward and backward pass over some tokens keeps.
  package func activations(tokens: Int) -> Double {
    let attention = (model.heads + 2 * model.keyValueHeads) * model.headWidth
    let perRow = model.layers * (6 * model.width + 2 * attention + 4 * model.feedForwardWidth) + 2 * model.vocabularySize
    return Self.float * 2 * Double(tokens) * Double(perRow)
  }

  /// A learner: versions that are handed out, and one more while it is copied; the base model, where the objective looks at it.
  package func learner(tokens: Int, lag: Int, keepsBase: Bool) -> Double {
    optimizer + activations(tokens: tokens) + Double(lag + 2 + (keepsBase ? 1 : 0)) * weights
  }

  /// What a learner takes beside that while it checks groups itself: the version that they are of, and their keys and values.
  package func checker(sequences: Int, length: Int) -> Double { rollout(sequences: sequences, length: length) }

  /// A number of bytes as people write it.
  package static func told(_ bytes: Double) -> String {
    let units = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)]
    guard let (unit, size) = units.first(where: { bytes >= $0.1 }) else { return "\(Int(bytes)) bytes" }
    let value = bytes / size
    guard value < 1e6 else { return "more than a million TB" }
    return value < 10 ? "\((value * 10).rounded() / 10) \(unit)" : "\(Int(value.rounded())) \(unit)"
  }
}

extension MemoryEstimate {
  /// Comment lines, for a run, that may follow a configuration.
  package static func comment(on assembly: RunAssembly) throws -> String {
    let configuration = assembly.configuration
    let estimate = MemoryEstimate(model: assembly.base.configuration, bytesPerWeight: assembly.weightType.bytes)
    let learner = estimate.learner(
      tokens: max(configuration.microBatchTokens, assembly.positions), lag: configuration.lag, keepsBase: configuration.kl > 0)
    let worker = estimate.worker(sequences: try assembly.workerSequences(), length: assembly.bounds.maximumLength)
    let checker = estimate.checker(sequences: assembly.checkedSequences, length: assembly.bounds.maximumLength)
    let judge = try configuration.judge.folder.map { Double(try JudgeIdentity.weightBytes(in: $0)) }
    return """

      # \(assembly.base.configuration.parameterCount) parameters; in memory about \(told(learner)) for the learner and \(told(worker)) for each worker:
      # \(told(learner + Double(configuration.workers) * worker)) on this host, \(told(checker)) more where the learner checks groups itself\(judge.map { ", and \(told($0)) of the judge's weights in each" } ?? "").

      """
  }
}

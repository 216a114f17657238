import HuggingFace
import Rollouts
package import Transformer

extension MemoryEstimate {
  /// The estimate for a run, or for the same run if it trained something else.
  package init(of assembly: RunAssembly, training: TrainedWeights? = nil) {
    let configuration = assembly.configuration
    var other = configuration
    other.train = training ?? configuration.train
    self.init(
      model: assembly.base.configuration, bytesPerWeight: assembly.weightType.bytes, lora: other.adapters, arithmetic: assembly.arithmetic)
  }

  /// A run's learner.
  package func learner(of assembly: RunAssembly) -> Double {
    let configuration = assembly.configuration
    return learner(
      rows: max(configuration.microBatchTokens, assembly.positions), lag: configuration.lag, recomputing: configuration.recomputation,
      keepsBase: configuration.kl > 0)
  }

  /// A run's worker.
  package func worker(of assembly: RunAssembly) throws -> Double {
    worker(
      sequences: try assembly.workerSequences(), length: assembly.bounds.maximumLength,
      gradients: assembly.gradientPlan == nil ? nil : assembly.configuration.gradientPass(length: assembly.positions))
  }

  /// Bytes of a checkpoint: what is trained, its two moments, and the older versions that open steps are sampled from.
  package func checkpoint(lag: Int) -> Double { 12 * trained + Double(lag) * version }

  /// Comment lines, for a run, that may follow a configuration.
  package static func comment(on assembly: RunAssembly) throws -> String {
    let configuration = assembly.configuration
    let estimate = MemoryEstimate(of: assembly)
    let learner = estimate.learner(of: assembly)
    let worker = try estimate.worker(of: assembly)
    let checker = estimate.checker(sequences: assembly.checkedSequences, length: assembly.bounds.maximumLength)
    let judge = try configuration.judge.folder.map { Double(try JudgeIdentity.weightBytes(in: $0)) }
    let sum = learner + Double(configuration.workers) * worker
    let judges = judge.map { ", and \(told($0)) of the judge's weights in each" } ?? ""
    return """

      # \(estimate.choice(of: assembly))
      # In memory about \(told(learner)) for the learner and \(told(worker)) for each worker:
      # \(told(sum)) on this host,
      # \(told(checker)) more where the learner checks groups itself\(judges).
      # A version is \(told(estimate.version)), a checkpoint \(told(estimate.checkpoint(lag: configuration.lag))).

      """
  }

  /// What is trained, and what the other choice would take.
  private func choice(of assembly: RunAssembly) -> String {
    let all = assembly.base.configuration.parameterCount
    let other = MemoryEstimate(of: assembly, training: lora == nil ? .lora : .full)
    let learner = Self.told(other.learner(of: assembly))
    if let lora {
      return "train: lora: adapters of rank \(lora.rank) have \(Int(trained)) of \(all) parameters. With train: full the learner "
        + "would take \(learner), a version \(Self.told(other.version)), and a step longer."
    }
    return "train: full: all \(all) parameters. With train: lora the learner would take \(learner), a version "
      + "\(Self.told(other.version)), and a step less time."
  }
}

extension RunConfiguration {
  /// The rows of a forward and backward pass over sequences of at most some length, and what it computes again.
  package func gradientPass(length: Int) -> (rows: Int, recomputing: Recomputation) {
    (max(microBatchTokens, length), recomputation)
  }
}

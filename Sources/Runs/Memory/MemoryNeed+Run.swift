import Foundation
package import HuggingFace
import Rollouts
package import Transformer

extension WorkerMemory {
  /// What a worker takes that samples so many sequences at once.
  package func need(sequences: Int, threads: Int) -> MemoryNeed {
    MemoryNeed(
      subject: "a worker", least: bytes(sequences: 1), allocated: bytes(sequences: sequences), most: bytes(sequences: sequences),
      mapped: mappedBytes, threads: threads, remedy: "lower worker.max_sequences, worker.memory or sampling.max_new_tokens")
  }
}

extension RunAssembly {
  /// What the run's learner takes.
  package func learnerNeed() throws -> MemoryNeed {
    let estimate = MemoryEstimate(of: self)
    let judge = try configuration.judge.folder.map { Double(try JudgeIdentity.weightBytes(in: $0)) } ?? 0
    return MemoryNeed(
      subject: "the learner", least: estimate.standingLearner(lag: configuration.lag), most: judge + estimate.learner(of: self),
      mapped: estimate.weights, threads: learnerThreads,
      remedy: lora == nil ? "set train: lora, or lower micro_batch_tokens" : "lower micro_batch_tokens, or set recompute: layer")
  }

  /// What each worker takes that runs on this host.
  package func workerNeed() throws -> MemoryNeed {
    try workerMemory().need(sequences: try workerSequences(), threads: configuration.worker.threads)
  }

  /// Compares what the run's processes on this host take, each and together, with the limits that they would have from this process.
  ///
  /// - Returns: Warnings, a line each.
  /// - Throws: One line where it is too much in any case.
  package func checkMemory(_ bounds: MemoryBounds = .current()) throws -> [String] {
    let learner = try learnerNeed()
    var warnings = [try learner.check(bounds.refusing)]
    var all = learner
    if configuration.workers > 0 {
      let worker = try workerNeed()
      warnings.append(try worker.check(bounds.refusing))
      let count = Double(configuration.workers)
      all = MemoryNeed(
        subject: "the learner with \(configuration.workers == 1 ? "its worker" : "\(configuration.workers) workers")",
        least: learner.least + count * worker.least, most: learner.most + count * worker.most,
        remedy: "lower workers, worker.max_sequences or micro_batch_tokens")
    }
    warnings.append(try all.check(bounds.shared))
    return warnings.compactMap(\.self)
  }

  /// Compares what a probe takes, which is learner and worker in one process, with its limits; returns a warning.
  package func checkProbeMemory(_ bounds: MemoryBounds = .current()) throws -> String? {
    let (learner, worker) = (try learnerNeed(), try workerNeed())
    return try MemoryNeed(
      subject: "a probe", least: learner.least + worker.least - MemoryEstimate.process,
      allocated: learner.allocated + worker.allocated - MemoryEstimate.process, most: learner.most + worker.most - MemoryEstimate.process,
      mapped: learner.mapped, threads: learnerThreads, remedy: worker.remedy + " or micro_batch_tokens"
    ).check(bounds)
  }
}

extension MemoryNeed {
  /// What a model takes that answers, beside its keys and values: of these it takes what there is room for.
  package init(answering model: ModelConfiguration, storing type: WeightType, threads: Int) {
    let weights = MemoryEstimate(model: model, bytesPerWeight: type.bytes).weights
    let sum = MemoryEstimate.process + weights
    self.init(subject: "the model", least: sum, most: sum, mapped: weights, threads: threads, remedy: "take a smaller model")
  }
}

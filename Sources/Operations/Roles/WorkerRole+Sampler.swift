import Cluster
import Files
import Foundation
import HuggingFace
import Logging
import Rollouts
import Runs
import Tensors
import Tokenizers
import Transformer
import Wire

// What a worker makes of a run's welcome.
extension WorkerRole {
  /// Makes the sampler of a run from the files in its welcome, within the bounds that this host sets.
  ///
  /// - Parameters:
  ///   - base: Where this host has the base weights, where the run has some.
  ///   - limit: What bounds the process's memory, made before there were weights.
  func sampler(for welcome: Welcome, base: BasePlace?, limit: MemoryLimit) throws -> any GroupSampler {
    let configuration = try RunConfiguration(yaml: Self.text("config.yaml", of: welcome), name: "the learner's config.yaml")
    // The threads that begin below have it from this one.
    Niceness.raise(to: niceness ?? configuration.worker.niceness)
    let model = try ModelConfiguration(json: Data(Self.bytes("config.json", of: welcome)), source: "the learner's config.json")
    let tokenizer = try Tokenizer(json: Data(Self.bytes("tokenizer.json", of: welcome)), source: "the learner's tokenizer.json")
    let bounds = try JSONDecoder().decode(RolloutBounds.self, from: Data(Self.bytes(RolloutBounds.fileName, of: welcome)))
    try bounds.validate(against: model)
    let count = threads ?? (configuration.worker.threads > 0 ? configuration.worker.threads : ProcessInfo.processInfo.activeProcessorCount)
    let lanes = Lanes(count: count)
    let judge = try judge(of: configuration, in: welcome)
    let cap = memory ?? configuration.worker.memory
    let policy = try Self.policy(of: configuration, model, welcome, base)
    let workerMemory = try WorkerMemory(
      MemoryEstimate(model: model, bytesPerWeight: policy.weights.type.bytes, lora: configuration.adapters), length: bounds.maximumLength,
      judge: judge.folder.map(JudgeIdentity.weightBytes) ?? 0,
      gradients: configuration.gradients == .workers ? configuration.gradientPass(length: bounds.maximumLength) : nil
    )
    let sequences = try workerMemory.sequences(within: cap, atMost: configuration.worker.maximumSequences)
    if let warning = try workerMemory.need(sequences: sequences, threads: count).check() { RoleLog.logger(name).warning("\(warning)") }
    if cap != .none {
      RoleLog.logger(name).info(
        "memory is bounded by \(cap): \(sequences) of \(counted(configuration.worker.maximumSequences, "sequence")) are sampled at once")
      limit.enforce(cap, threads: count)
    }
    let arithmetic = try configuration.arithmetic.resolved(storing: policy.weights.type)
    return try EngineSampler(
      policy, lanes: lanes, arithmetic: arithmetic,
      scorer: try configuration.scorer(judge: judge, tokenizer: tokenizer, lanes: lanes),
      options: configuration.sampling, stopTokens: model.endTokens, maximumSequences: sequences, maximumLength: bounds.maximumLength,
      gradients: .init(
        objective: configuration.objective, microBatchTokens: configuration.microBatchTokens, recomputation: configuration.recomputation,
        arithmetic: arithmetic))
  }

  /// A policy that takes in the run's versions: all weights, or adapters of the base model.
  private static func policy(
    of configuration: RunConfiguration, _ model: ModelConfiguration, _ welcome: Welcome, _ base: BasePlace?
  ) throws -> Policy {
    guard let lora = configuration.adapters else {
      return Policy(model, type: welcome.manifest.elementType == .bfloat16 ? .bfloat16 : .float32)
    }
    guard let base, let description = welcome.baseWeights else {
      throw OperationsError(.input, "the learner's welcome has no base weights for adapters: learner and worker must run the same release")
    }
    let type: WeightType = configuration.weightStorage == .bfloat16 ? .bfloat16 : .float32
    return Policy(receiving: lora, of: try base.weights(of: model, description, storing: type))
  }

  /// The run's judge. Its model is read from this host, and must be the same as the learner's.
  private func judge(of configuration: RunConfiguration, in welcome: Welcome) throws -> JudgeKind {
    guard let path = configuration.judge.folder else { return configuration.judge }
    let folder = judgeFolder ?? path
    try JSONDecoder().decode(JudgeIdentity.self, from: Data(Self.bytes(JudgeIdentity.fileName, of: welcome))).require(folder: folder)
    return configuration.judge.at(folder: folder)
  }

  private static func bytes(_ name: String, of welcome: Welcome) throws -> [UInt8] {
    guard let file = welcome.files.first(where: { $0.name == name }) else {
      throw OperationsError(.input, "the learner's welcome has no \(name): learner and worker must run the same release")
    }
    return file.bytes
  }

  private static func text(_ name: String, of welcome: Welcome) throws -> String {
    String(decoding: try bytes(name, of: welcome), as: UTF8.self)
  }
}

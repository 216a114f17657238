public import Cluster
internal import EMPO
internal import HuggingFace
public import Rollouts
public import Tensors
public import Transformer
internal import Wire

/// A worker's sampler: the generation engine over one resident policy, and the scorer of what it samples.
public final class EngineSampler: GroupSampler {
  private let policy: Policy
  private let decoder: Decoder
  private let engine: GenerationEngine
  private let scorer: GroupScorer
  private let options: SamplingOptions
  private let stopTokens: [Int32]
  private let maximumLength: Int
  private let maximumSequences: Int

  /// A sampler that overwrites `policy` with each version it loads.
  public init(
    _ policy: Policy, lanes: Lanes, scorer: GroupScorer, options: SamplingOptions, stopTokens: [Int32], maximumSequences: Int,
    maximumLength: Int
  ) throws {
    self.policy = policy
    decoder = try Decoder(policy.weights, positions: maximumLength, lanes: lanes)
    self.scorer = scorer
    self.options = options
    self.stopTokens = stopTokens
    self.maximumLength = maximumLength
    self.maximumSequences = maximumSequences
    engine = GenerationEngine(decoder, maximumSequences: maximumSequences, maximumLength: maximumLength)
  }

  /// Replaces the policy. Throws unless there are exactly as many bytes as the policy takes.
  public func load(version: UInt32, weights: [UInt8]) throws {
    try policy.replace(with: weights, version: version)
  }

  /// Samples and scores the feed's tasks; takes new ones as long as their samples would not wait for the batch.
  public func sample(from feed: any TaskFeed) throws {
    var tasks: [Int: TicketedTask] = [:]
    while true {
      while tasks.values.reduce(0, { $0 + Int($1.task.groupSize) }) < maximumSequences, let task = feed.next() {
        tasks[engine.submit(try request(for: task.task))] = task
      }
      if engine.isIdle { return }
      for finished in engine.step() {
        guard let task = tasks.removeValue(forKey: finished.id) else { continue }
        feed.deliver(try score(finished.samples, of: task.task), for: task.ticket)
      }
      for (id, task) in tasks where feed.isCancelled(task.ticket) {
        engine.cancel(id)
        tasks[id] = nil
      }
    }
  }

  private func request(for task: Wire.Task) throws -> GenerationRequest {
    let vocabulary = Int32(decoder.configuration.vocabularySize)
    guard !task.promptTokens.isEmpty, task.promptTokens.count + options.maximumNewTokens <= maximumLength,
      task.promptTokens.allSatisfy({ $0 >= 0 && $0 < vocabulary }), task.groupSize > 0
    else {
      throw RunsError(
        .task,
        "the learner's task for question \(task.questionID) does not fit its own configuration: \(task.promptTokens.count) prompt tokens and \(options.maximumNewTokens) new ones, at most \(maximumLength); the learner must run the same release"
      )
    }
    return GenerationRequest(
      promptTokens: task.promptTokens, sampleCount: Int(task.groupSize), seed: task.seed, step: task.step, slot: task.slot,
      options: options, stopTokens: stopTokens)
  }

  private func score(_ samples: [Sample], of task: Wire.Task) throws -> ScoredGroup {
    try scorer.score(
      samples,
      of: GroupScorer.Subject(question: task.question, accepted: task.answers, seed: task.seed, step: task.step, slot: task.slot))
  }
}

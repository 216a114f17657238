public import Cluster
public import EMPO
internal import Evaluation
internal import HuggingFace
public import Rollouts
public import Tensors
internal import Training
public import Transformer
public import Wire

/// What works on a run's tasks: the generation engine over one resident policy, and the scorer of what it samples.
///
/// A check is the same task again, along responses that are given: the engine draws every token as ever and goes on while it draws what was
/// given. So what comes out is what was given exactly if sampling gives it.
public final class EngineSampler: GroupSampler {
  private let policy: Policy
  private let decoder: Decoder
  private let engine: GenerationEngine
  private let scorer: GroupScorer
  private let options: SamplingOptions
  private let stopTokens: [Int32]
  private let maximumLength: Int
  private let maximumSequences: Int
  private let gradients: GradientSettings?

  /// What computes parts of gradients, made when the first is asked for: it takes as much memory again.
  private var computing: (engine: GradientEngine, buffer: Gradients)?

  /// How parts of gradients are computed.
  public struct GradientSettings: Sendable {
    let objective: ObjectiveOptions
    let microBatchTokens: Int
    let recomputation: Recomputation
    let arithmetic: Arithmetic

    /// Creates settings, as the learner has them; what is computed again may differ.
    public init(objective: ObjectiveOptions, microBatchTokens: Int, recomputation: Recomputation, arithmetic: Arithmetic) {
      self.objective = objective
      self.microBatchTokens = microBatchTokens
      self.recomputation = recomputation
      self.arithmetic = arithmetic
    }
  }

  /// A sampler that overwrites `policy` with each version it loads. One that packs keeps the weights twice, and is several times as fast.
  public init(
    _ policy: Policy, lanes: Lanes, arithmetic: Arithmetic = .exact, packing: Bool = true, scorer: GroupScorer, options: SamplingOptions,
    stopTokens: [Int32],
    maximumSequences: Int,
    maximumLength: Int, gradients: GradientSettings? = nil
  ) throws {
    self.policy = policy
    decoder = Decoder(policy.weights, positions: maximumLength, lanes: lanes, arithmetic: arithmetic, packing: packing)
    self.scorer = scorer
    self.options = options
    self.stopTokens = stopTokens
    self.maximumLength = maximumLength
    self.maximumSequences = maximumSequences
    self.gradients = gradients
    engine = GenerationEngine(decoder, maximumSequences: maximumSequences, maximumLength: maximumLength)
  }

  /// Replaces the policy. Throws unless there are exactly as many bytes as the policy takes.
  public func load(version: UInt32, weights: WeightBytes) throws {
    try policy.replace(with: weights, version: version)
    decoder.pack()
  }

  /// Works on the feed's tasks; takes new ones as long as their samples would not wait for the batch.
  public func sample(from feed: any TaskFeed) throws {
    var open: [OpenTask] = []
    while true {
      while let next = feed.nextPart() {
        guard let part = next.task.part else { preconditionFailure("a part is asked for by a task that has one") }
        feed.deliver(try gradient(of: part), for: next.ticket)
      }
      while open.reduce(0, { $0 + Int($1.task.groupSize) }) < maximumSequences, let next = feed.next() {
        open.append(OpenTask(next, requests: try requests(for: next.task).map(engine.submit)))
      }
      if engine.isIdle { return }
      for finished in engine.step() {
        guard let index = open.firstIndex(where: { $0.take(finished) }), let samples = open[index].samples else { continue }
        let done = open.remove(at: index)
        feed.deliver(try group(of: samples, for: done.task), for: done.ticket)
      }
      open.removeAll { task in
        guard feed.isCancelled(task.ticket) else { return false }
        task.requests.forEach(engine.cancel)
        return true
      }
    }
  }

  /// Computes a part of the gradient at the loaded policy.
  private func gradient(of part: GradientPart) throws -> ComputedGradient {
    guard let gradients else { throw RunsError(.task, "the learner's task asks for a gradient, which this worker does not compute") }
    let vocabulary = Int32(decoder.configuration.vocabularySize)
    for group in part.groups {
      let longest = group.responses.map(\.tokens.count).max() ?? 0
      guard group.promptTokens.count + longest <= maximumLength,
        (group.promptTokens + group.responses.flatMap(\.tokens)).allSatisfy({ $0 >= 0 && $0 < vocabulary })
      else {
        throw RunsError(
          .task,
          "the learner's task for the gradient of slot \(group.slot) does not fit its own configuration: \(group.promptTokens.count) prompt "
            + "tokens and up to \(longest) more, at most \(maximumLength); the learner must run the same release")
      }
    }
    let computing =
      computing ?? (
        GradientEngine(
          decoder, reference: gradients.objective.klWeight == 0 ? nil : policy.weights.base, arithmetic: gradients.arithmetic,
          positions: maximumLength, objective: gradients.objective, microBatchTokens: gradients.microBatchTokens,
          recomputing: gradients.recomputation),
        Gradients(of: policy)
      )
    self.computing = computing
    let statistics = try computing.engine.compute(part, into: computing.buffer)
    return ComputedGradient(bytes: computing.buffer.bytes(), statistics: statistics)
  }

  /// What the engine is asked for a task; the samples of all requests are the task's responses.
  private func requests(for task: Wire.Task) throws -> [GenerationRequest] {
    let vocabulary = Int32(decoder.configuration.vocabularySize)
    guard !task.promptTokens.isEmpty, task.promptTokens.count + options.maximumNewTokens <= maximumLength,
      task.promptTokens.allSatisfy({ $0 >= 0 && $0 < vocabulary }), task.groupSize > 0
    else {
      throw RunsError(
        .task,
        "the learner's task for question \(task.questionID) does not fit its own configuration: \(task.promptTokens.count) prompt tokens and \(options.maximumNewTokens) new ones, at most \(maximumLength); the learner must run the same release"
      )
    }
    guard !task.item.kind.isCheck || task.given.count == task.groupSize else {
      throw RunsError(
        .task,
        "the learner's task to check \(task.item.checked) has \(task.given.count) responses, expected \(task.groupSize); the learner must run the same release"
      )
    }
    let given = task.item.kind.isCheck ? task.given : nil
    guard task.item.kind.checked == .evaluation else {
      let request = GenerationRequest(
        promptTokens: task.promptTokens, sampleCount: Int(task.groupSize), seed: task.seed, step: task.item.step, slot: task.item.slot,
        options: options, stopTokens: stopTokens, given: given)
      return [request]
    }
    return EvaluationRequest(
      promptTokens: task.promptTokens, responseCount: Int(task.groupSize), seed: task.seed, place: task.item.slot,
      maximumNewTokens: options.maximumNewTokens, stopTokens: stopTokens, given: given
    ).parts
  }

  private func group(of samples: [Sample], for task: Wire.Task) throws -> ScoredGroup {
    guard task.item.kind.checked == .sample else { return ScoredGroup(unscored: samples) }
    return try scorer.score(
      samples,
      of: GroupScorer.Subject(
        question: task.question, accepted: task.answers, seed: task.seed, step: task.item.step, slot: task.item.slot))
  }
}

/// A task whose responses are sampled.
private final class OpenTask {
  let task: Wire.Task
  let ticket: UInt64
  /// The engine's numbers of its requests.
  let requests: [Int]
  private var finished: [Int: [Sample]] = [:]

  init(_ task: TicketedTask, requests: [Int]) {
    self.task = task.task
    ticket = task.ticket
    self.requests = requests
  }

  /// Takes the samples of one of its requests; false for those of another task.
  func take(_ request: FinishedRequest) -> Bool {
    guard requests.contains(request.id) else { return false }
    finished[request.id] = request.samples
    return true
  }

  /// The samples of all requests; nil while some are missing.
  var samples: [Sample]? {
    finished.count == requests.count ? requests.flatMap { finished[$0] ?? [] } : nil
  }
}

extension ScoredGroup {
  /// Responses that somebody else judges: each has a cluster of its own, and none a reward.
  fileprivate init(unscored samples: [Sample]) {
    let responses = samples.enumerated().map { index, sample in
      ScoredResponse(
        tokens: sample.tokens, tokenLogProbabilities: sample.logProbabilities, isTruncated: sample.isTruncated, answer: "", cluster: index,
        reward: 0)
    }
    self.init(responses: responses, semanticEntropy: 0, isKept: false)
  }
}

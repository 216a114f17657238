import Cluster
import EMPO
import HuggingFace
import Rollouts
import Runs
import Tensors
import Transformer
import Wire

/// Samples a run's groups in this process, with the numbers that a worker of the run would draw.
struct ProbeSampler {
  private let sampler: EngineSampler
  private let configuration: RunConfiguration

  /// A sampler for the versions of a policy.
  init(_ assembly: RunAssembly, receiving policy: Policy, lanes: Lanes) throws {
    configuration = assembly.configuration
    sampler = try EngineSampler(
      policy.receiver(), lanes: lanes, arithmetic: assembly.arithmetic,
      scorer: try configuration.scorer(judge: configuration.judge, tokenizer: assembly.base.tokenizer, lanes: lanes),
      options: configuration.sampling, stopTokens: assembly.base.configuration.endTokens,
      maximumSequences: try assembly.workerSequences(), maximumLength: assembly.positions)
  }

  /// Samples from a version of the policy from now on.
  func load(version: UInt32, _ policy: Policy) throws {
    try sampler.load(version: version, weights: WeightBytes(policy.bytes()))
  }

  /// The groups of a step's questions, in their order.
  func groups(step: UInt32, of questions: [TaskContent]) throws -> [ScoredGroup] {
    let feed = ProbeFeed(questions.enumerated().map { task($0.element, WorkItem(step: step, slot: UInt32($0.offset))) })
    try sampler.sample(from: feed)
    return try questions.indices.map { index in
      guard let group = feed.groups[UInt64(index)] else { throw OperationsError(.process, "a group was not sampled") }
      return group
    }
  }

  private func task(_ content: TaskContent, _ item: WorkItem) -> Wire.Task {
    Wire.Task(
      lease: 1, seal: LeaseSeal(incarnation: 1, code: []), item: item, policyVersion: 0, seed: configuration.seed,
      groupSize: UInt32(configuration.groupSize), questionID: content.questionID, question: content.question,
      promptTokens: content.promptTokens, answers: content.answers, deadlineMilliseconds: 1_000)
  }
}

/// Tasks one after the other, ticketed by their places.
private final class ProbeFeed: TaskFeed {
  private var waiting: ArraySlice<TicketedTask>
  private(set) var groups: [UInt64: ScoredGroup] = [:]

  init(_ tasks: [Wire.Task]) {
    waiting = tasks.enumerated().map { TicketedTask(ticket: UInt64($0), task: $1) }[...]
  }

  func next() -> TicketedTask? { waiting.popFirst() }
  func nextPart() -> TicketedTask? { nil }
  func isCancelled(_ ticket: UInt64) -> Bool { false }
  func deliver(_ group: ScoredGroup, for ticket: UInt64) { groups[ticket] = group }
  func deliver(_ gradient: ComputedGradient, for ticket: UInt64) {}
}

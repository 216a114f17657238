package import Cluster
package import EMPO
import Files
import Foundation
import HuggingFace
import Rollouts
package import Runs
import Tensors
import Training
import Transformer
import Wire

/// Measures what a run's step costs on this host: samples some of its groups, computes a part of a gradient from them, and moves the policy once.
///
/// Every group is taken to teach, since no run knows beforehand which do: where some do not, updates are shorter.
package struct StepProbe {
  private let assembly: RunAssembly
  private var configuration: RunConfiguration { assembly.configuration }

  /// A probe of a run.
  package init(_ assembly: RunAssembly) { self.assembly = assembly }

  /// Measures with as many of the run's questions as are sampled at once.
  ///
  /// - Parameter report: Told what is under way.
  package func run(_ report: (String) -> Void) throws -> StepFindings {
    let count = min(configuration.questionsPerStep, max(1, try assembly.workerSequences() / configuration.groupSize))
    return try run(asking: (0..<count).map { assembly.tasks.content(of: $0 % assembly.questionCount) }, report).findings
  }

  /// Measures with some questions.
  ///
  /// - Parameters:
  ///   - questions: What groups are sampled of.
  ///   - report: Told what is under way.
  /// - Returns: What was found, and the groups in the order of the questions.
  package func run(
    asking questions: [TaskContent], _ report: (String) -> Void
  ) throws -> (findings: StepFindings, groups: [ScoredGroup]) {
    if let warning = try assembly.checkProbeMemory() { report("warning: \(warning)") }
    let lanes = Lanes(count: assembly.learnerThreads)
    report("loading the model")
    let trainer = try assembly.trainer()
    let policy = trainer.policy.receiver()
    let sequences = try assembly.workerSequences()
    let sampler = try EngineSampler(
      policy, lanes: lanes, arithmetic: assembly.arithmetic, scorer: try scorer(lanes), options: configuration.sampling,
      stopTokens: assembly.base.configuration.endTokens, maximumSequences: sequences, maximumLength: assembly.positions,
      gradients: EngineSampler.GradientSettings(
        objective: configuration.objective, microBatchTokens: configuration.microBatchTokens, recomputation: configuration.recomputation,
        arithmetic: assembly.arithmetic))
    try sampler.load(version: 0, weights: WeightBytes(trainer.policy.bytes()))

    report("sampling \(counted(questions.count, "group")) of \(configuration.groupSize)")
    let tasks = questions.enumerated().map { task($0.element, slot: $0.offset) }
    let feed = ProbeFeed(tasks)
    let sampling = try seconds { try sampler.sample(from: feed) }

    report("computing a part of a gradient")
    let sampled = try tasks.indices.map { index in
      guard let group = feed.groups[UInt64(index)] else { throw OperationsError(.process, "a group was not sampled") }
      return group
    }
    let groups = zip(tasks, sampled).map { PromptedGroup(promptTokens: $0.promptTokens, group: $1.teaching) }
    // A step of as many groups as a run's, whose parts are as large.
    let step = (0..<configuration.questionsPerStep).map { groups[$0 % groups.count] }
    let plan = trainer.begin(step: 0, groups: step)
    guard let parts = plan.batches.first, let index = parts.firstIndex(where: { !$0.isEmpty }) else {
      throw OperationsError(.process, "no response of \(counted(groups.count, "group")) has a token to learn from")
    }
    var bytes: [UInt8] = []
    var statistics = GradientStatistics()
    // The first one makes the buffers.
    _ = try trainer.gradient(ofPart: index)
    let computing = try seconds { (bytes, statistics) = try trainer.gradient(ofPart: index) } * share(of: parts[index], in: parts)

    report("moving the policy")
    let before = trainer.policy.bytes()
    let rest = plan.batches.dropFirst().flatMap(\.self)
    var delta: [UInt8]?
    let learning = seconds {
      for other in parts.indices where !parts[other].isEmpty { trainer.add(part: other, bytes, statistics) }
      trainer.endBatch()
      delta = WeightDelta.encode(
        WeightBytes(trainer.policy.bytes()), against: WeightBytes(before), manifest: trainer.policy.manifest)
    }
    let responses = groups.flatMap(\.group.responses)
    let isSpread = assembly.gradientPlan != nil
    let nonEmpty = parts.count { !$0.isEmpty } + rest.count { !$0.isEmpty }
    let findings = StepFindings(
      costs: StepCosts(
        groups: configuration.questionsPerStep, groupSeconds: sampling / Double(groups.count), parts: nonEmpty, partSeconds: computing,
        learnerSeconds: learning * Double(plan.batches.count), gradientBytes: Double(bytes.count),
        versionBytes: Double(delta?.count ?? before.count), isSpread: isSpread, samplesAhead: configuration.lag > 0),
      meanLength: responses.reduce(0) { $0 + Double($1.tokens.count) } / Double(responses.count),
      truncatedShare: Double(responses.count(where: \.isTruncated)) / Double(responses.count))
    return (findings, sampled)
  }

  private func scorer(_ lanes: Lanes) throws -> GroupScorer {
    try configuration.scorer(judge: configuration.judge, tokenizer: assembly.base.tokenizer, lanes: lanes)
  }

  private func task(_ content: TaskContent, slot: Int) -> Wire.Task {
    Wire.Task(
      lease: 1, seal: LeaseSeal(incarnation: 1, code: []), item: WorkItem(step: 0, slot: UInt32(slot)), policyVersion: 0,
      seed: configuration.seed, groupSize: UInt32(configuration.groupSize), questionID: content.questionID, question: content.question,
      promptTokens: content.promptTokens, answers: content.answers, deadlineMilliseconds: 1_000)
  }

  /// How much longer than this part one takes in the mean: by their tokens, a shared prompt counted once.
  private func share(of part: GradientPart, in parts: [GradientPart]) -> Double {
    func tokens(_ part: GradientPart) -> Double {
      part.groups.reduce(0) { $0 + Double($1.promptTokens.count) + $1.responses.reduce(0) { $0 + Double($1.tokens.count) } }
    }
    let others = parts.filter { !$0.isEmpty }
    return others.reduce(0) { $0 + tokens($1) } / Double(others.count) / tokens(part)
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    return try clock.measure(body) / .seconds(1)
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

extension ScoredGroup {
  /// The same responses, of which half are rewarded, so that the group trains the model whatever they say.
  package var teaching: ScoredGroup {
    var copy = self
    copy.isKept = true
    for index in copy.responses.indices { copy.responses[index].reward = Double(index % 2) }
    return copy
  }
}

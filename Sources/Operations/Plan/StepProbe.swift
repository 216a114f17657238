package import Cluster
package import EMPO
import Files
import Foundation
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
    let sampler = try ProbeSampler(assembly, receiving: trainer.policy, lanes: lanes)
    try sampler.load(version: 0, trainer.policy)

    report("sampling \(counted(questions.count, "group")) of \(configuration.groupSize)")
    var sampled: [ScoredGroup] = []
    let sampling = try seconds { sampled = try sampler.groups(step: 0, of: questions) }

    report("computing a part of a gradient")
    let groups = zip(questions, sampled).map { PromptedGroup(promptTokens: $0.promptTokens, group: $1.teaching) }
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

extension ScoredGroup {
  /// The same responses, of which half are rewarded, so that the group trains the model whatever they say.
  package var teaching: ScoredGroup {
    var copy = self
    copy.isKept = true
    for index in copy.responses.indices { copy.responses[index].reward = Double(index % 2) }
    return copy
  }
}

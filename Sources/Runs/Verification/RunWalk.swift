import Cluster
import EMPO
import Training
import Wire

/// A trainer on its way through a recorded run, with what the next steps ask and the versions that they are sampled from.
struct RunWalk {
  /// The trainer; its version is the step that comes next.
  let trainer: CheckpointedTrainer

  /// The version at which it began.
  let start: UInt32

  /// Whether the guard has seen what the run's guard saw: not after groups that were changed since.
  var isGuardTrue = true

  private let run: RunVerification
  private let plan: LearnerPlan
  private var schedule: QuestionSchedule
  private var versions: [UInt32: WeightBytes] = [:]

  /// Follows tokens; made when the first are followed.
  private var sampler: (any GroupSampler)?

  /// Begins at a version of the run's checkpoints, or at 0.
  init(_ run: RunVerification, from version: UInt32) throws {
    self.run = run
    plan = run.assembly.plan(fingerprint: "")
    trainer = try run.trainer(from: version)
    start = version
    schedule = try Self.schedule(run, at: version, trainer.questions)
    keepVersions()
  }

  private static func schedule(_ run: RunVerification, at version: UInt32, _ kept: QuestionSchedule.State?) throws -> QuestionSchedule {
    let configuration = run.assembly.configuration
    return try QuestionSchedule(
      run.assembly.tasks.order, questionsPerStep: configuration.questionsPerStep, lag: configuration.lag,
      skippedEpochs: configuration.skipUnanimous, step: Int(version), kept: kept)
  }

  private mutating func keepVersions() {
    versions.merge(trainer.olderWeights()) { $1 }
    versions[trainer.version] = trainer.weights()
    let oldest = plan.policyVersion(of: trainer.version)
    versions = versions.filter { $0.key >= oldest }
  }

  /// Where a checkpoint of the version at hand differs in what the next steps are sampled from or ask; nil where it is the same.
  func planDifference(from checkpoint: Checkpoint) throws -> String? {
    for version in checkpoint.state.samplingVersions {
      guard let own = versions[version] else { continue }
      let kept = try trainer.olderWeights(version, in: checkpoint)
      if WeightFrame(kept, policyVersion: version, manifest: trainer.manifest).digest
        != WeightFrame(own, policyVersion: version, manifest: trainer.manifest).digest
      {
        return "the weights of version \(version), from which the next steps are sampled, are others"
      }
    }
    return checkpoint.state.questions == schedule.kept ? nil : "the questions of the next steps are others"
  }

  /// What the slots of the next step ask.
  var asked: [TaskContent] {
    guard let planned = schedule[Int(trainer.version)] else { preconditionFailure("the next step is planned") }
    return planned.questions.map(run.assembly.tasks.content(of:))
  }

  /// Follows the tokens of the next step's groups through the version that sampled them, and notes the first that is drawn otherwise.
  mutating func follow(_ groups: [AcceptedGroup], _ verdict: inout StepVerdict) throws {
    try requireSound(groups)
    let version = plan.policyVersion(of: trainer.version)
    guard let weights = versions[version] else {
      return verdict.note(unrecorded: "tokens", "policy version \(version), which sampled them, is in no checkpoint")
    }
    let sampler = try self.sampler ?? run.assembly.checker()
    self.sampler = sampler
    try sampler.load(version: version, weights: weights)
    var difference: String?
    for (group, content) in zip(groups, asked) where difference == nil {
      let drawn = try sampler.group(
        of: Wire.Task(checking: group.result, answering: content, seed: run.assembly.configuration.seed))
      difference = ResultDifference(group.result.group, drawn.scored(as: group.result.group))
        .map { "slot \(group.result.item.slot) \($0) in a draw from version \(version)" }
    }
    let tokens = groups.reduce(0) { $0 + $1.result.group.responses.reduce(0) { $0 + $1.tokens.count } }
    verdict.note("tokens", "\(tokens), with their log-probabilities, drawn from version \(version)", difference: difference)
  }

  /// Trains the next step on its recorded groups.
  mutating func train(_ groups: [AcceptedGroup]) throws -> UpdateReport {
    try requireSound(groups)
    let prompted = zip(groups, asked).map { PromptedGroup(promptTokens: $1.promptTokens, group: $0.result.group) }
    let report = try trainer.train(step: trainer.version, groups: prompted)
    schedule.finish(groups.map(\.result.group))
    keepVersions()
    return report
  }

  /// Throws unless the groups are such as a learner takes: what is computed with them relies on it.
  private func requireSound(_ groups: [AcceptedGroup]) throws {
    for group in groups {
      guard let fault = plan.fault(in: group.result) else { continue }
      throw RunsError(.verification, "the ledger's group of \(group.result.item) does not fit the run's configuration: \(fault)")
    }
  }
}

extension ScoredGroup {
  /// These tokens with another group's scores.
  fileprivate func scored(as other: ScoredGroup) -> ScoredGroup {
    var group = other
    for index in group.responses.indices where responses.indices.contains(index) {
      group.responses[index].tokens = responses[index].tokens
      group.responses[index].tokenLogProbabilities = responses[index].tokenLogProbabilities
      group.responses[index].isTruncated = responses[index].isTruncated
    }
    return group
  }
}

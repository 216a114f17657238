import Cluster
import EMPO
import Evaluation
import Foundation
import Training
import Wire

extension RunVerification {
  /// Computes steps again, and compares.
  ///
  /// Recorded tokens are followed through the policy that sampled them, and scored. Each step is trained on its recorded groups, as the learner trained it, so that a false score is told from a false update. Steps that follow
  /// from an update that came to other weights are left out, up to the next checkpoint.
  ///
  /// - Parameters:
  ///   - wanted: Steps of ``steps``, in rising order.
  ///   - progress: Told of each step that is computed.
  ///   - report: Told each verdict.
  /// - Returns: The steps that were left out.
  package func verify(_ wanted: [UInt32], progress: (_ step: UInt32) -> Void, report: (StepVerdict) -> Void) throws -> [UInt32] {
    guard let first = wanted.first else { return [] }
    let judge = try assembly.scoringJudge()
    var walk = try RunWalk(self, from: start(of: first))
    var falseFrom: UInt32?
    var leftOut: [UInt32] = []
    for step in wanted {
      let start = start(of: step)
      if let version = falseFrom {
        guard start >= version else {
          leftOut.append(step)
          continue
        }
        falseFrom = nil
        try walk.goTo(start)
      } else if walk.trainer.version < start {
        try walk.goTo(start)
      }
      while walk.trainer.version < step {
        let next = walk.trainer.version
        progress(next)
        _ = try walk.train(try groups(ofStep: next))
      }
      progress(step)
      let groups = try groups(ofStep: step)
      var verdict = StepVerdict(step: step, start: walk.start)
      try walk.follow(groups, &verdict)
      try verdict.compare(groups, asked: walk.asked, judge: judge, objective: assembly.configuration.objective)
      let update = try walk.train(groups)
      let isTrue = try compare(update, with: walk.trainer, &verdict)
      if !isTrue { falseFrom = step + 1 }
      report(verdict)
    }
    return leftOut
  }

  /// Compares an update and the weights that it made; returns whether these are the run's, as far as that is recorded.
  private func compare(_ update: UpdateReport, with trainer: CheckpointedTrainer, _ verdict: inout StepVerdict) throws -> Bool {
    guard let record = records[verdict.step] else { preconditionFailure("a step that is compared has a record") }
    verdict.compare(record.figures.update, with: update)
    let digest = WeightFrame(trainer.weights(), policyVersion: trainer.version, manifest: trainer.manifest).digest
    if let recorded = record.policyDigest {
      verdict.note(StepVerdict.policy, "XXH3 \(digest)", difference: recorded == digest ? nil : "XXH3 " + told(recorded, digest))
    } else {
      verdict.note(unrecorded: StepVerdict.policy, "no digest of the policy; computed XXH3 \(digest)")
    }
    var isSaved: Bool?
    if let checkpoint = checkpoints[trainer.version] {
      let difference = try checkpointDifference(checkpoint, trainer)
      isSaved = difference == nil
      verdict.note(
        StepVerdict.checkpoint, "of version \(trainer.version), SHA-256 \(trainer.trainer.parameters.sha256())", difference: difference)
    } else {
      verdict.note(unrecorded: StepVerdict.checkpoint, "none of version \(trainer.version) is kept")
    }
    if Int(trainer.version) == assembly.configuration.steps, let recorded = reportedDigest {
      let own = trainer.trainer.parameters.sha256()
      verdict.note("report.json", "policy_sha256 \(own)", difference: recorded == own ? nil : "policy_sha256 " + told(recorded, own))
    }
    return record.policyDigest.map { $0 == digest } ?? isSaved ?? !verdict.findings.contains { $0.isOfUpdate && $0.outcome == .differs }
  }

  /// Where a checkpoint first differs from a trainer that came to its version; nil where it holds the same.
  private func checkpointDifference(_ checkpoint: Checkpoint, _ trainer: CheckpointedTrainer) throws -> String? {
    let policy = trainer.trainer
    let found =
      try policy.parameters.difference(from: assembly.trained.read(from: checkpoint.path))
      ?? policy.optimizer.difference(from: checkpoint.path(of: "optimizer.safetensors"))
    if let found { return "\(checkpoint.path): \(found.name)[\(found.index)]: \(told(found.recorded, found.computed))" }
    let updates = UInt64(policy.optimizer.count)
    return checkpoint.state.optimizerSteps == updates
      ? nil : "\(checkpoint.path): updates of the optimiser: \(told(checkpoint.state.optimizerSteps, updates))"
  }

  /// What report.json says of the final parameters; nil without one.
  private var reportedDigest: String? {
    FileManager.default.contents(atPath: folder.report).flatMap { try? JSONDecoder().decode(Report.self, from: $0).policySHA256 }
  }
}

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
    let judge = try assembly.scoringJudge()
    // One at a time: a walk holds a model with its moments.
    var underway: RunWalk?
    var falseFrom: UInt32?
    var leftOut: [UInt32] = []
    for step in wanted {
      let start = start(of: step)
      if let falseFrom, start < falseFrom {
        leftOut.append(step)
        continue
      }
      if falseFrom != nil || (underway?.trainer.version ?? 0) < start { underway = nil }
      falseFrom = nil
      var walk = try underway.take() ?? self.walk(to: step)
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
      if verdict.difference != nil { walk.isGuardTrue = false }
      let update = try walk.train(groups)
      let isTrue = try compare(update, with: walk, &verdict)
      if !isTrue { falseFrom = step + 1 }
      report(verdict)
      underway = walk
    }
    return leftOut
  }

  /// A walk that begins where a step is computed from. A checkpoint that a learner removes meanwhile is none.
  private func walk(to step: UInt32) throws -> RunWalk {
    while true {
      let start = start(of: step)
      try require(step)
      do {
        return try RunWalk(self, from: start)
      } catch  where start > 0 && !isThere(start) {}
    }
  }

  /// Compares an update and the weights that it made; returns whether these are the run's, as far as that is recorded.
  private func compare(_ update: UpdateReport, with walk: RunWalk, _ verdict: inout StepVerdict) throws -> Bool {
    guard let record = records[verdict.step] else { preconditionFailure("a step that is compared has a record") }
    let trainer = walk.trainer
    verdict.compare(record.figures.update, with: update)
    if walk.isGuardTrue { verdict.compare(record.figures.update.collapse, with: update.collapse, end: trainer.end) }
    let digest = WeightFrame(trainer.weights(), policyVersion: trainer.version, manifest: trainer.manifest).digest
    if let recorded = record.policyDigest {
      verdict.note(StepVerdict.policy, "XXH3 \(digest)", difference: recorded == digest ? nil : "XXH3 " + told(recorded, digest))
    } else {
      verdict.note(unrecorded: StepVerdict.policy, "no digest of the policy; computed XXH3 \(digest)")
    }
    var isSaved: Bool?
    if let found = try comparison(withCheckpointOf: walk) {
      isSaved = found.difference == nil
      let detail = "of version \(trainer.version), SHA-256 \(trainer.trainer.parameters.sha256())"
      verdict.note(StepVerdict.checkpoint, detail, difference: found.difference)
    } else {
      verdict.note(unrecorded: StepVerdict.checkpoint, "none of version \(trainer.version) is kept")
    }
    if trainer.version == trainer.end ?? UInt32(assembly.configuration.steps),
      let content = FileManager.default.contents(atPath: folder.report)
    {
      let own = trainer.trainer.parameters.sha256()
      verdict.note("report.json", "policy_sha256 \(own)", difference: reportDifference(content, steps: Int(trainer.version), policy: own))
    }
    return record.policyDigest.map { $0 == digest } ?? isSaved ?? !verdict.findings.contains { $0.isOfUpdate && $0.outcome == .differs }
  }

  /// What comparing a checkpoint came to.
  private struct CheckpointComparison {
    /// Where it differs first; nil where it holds the same.
    var difference: String?
  }

  /// Compares the checkpoint of the version that a walk came to; nil where there is none, or a learner removes it meanwhile.
  private func comparison(withCheckpointOf walk: RunWalk) throws -> CheckpointComparison? {
    guard let checkpoint = checkpoints[walk.trainer.version] else { return nil }
    do {
      return CheckpointComparison(difference: try difference(of: checkpoint, from: walk))
    } catch  where !isThere(walk.trainer.version) {
      return nil
    }
  }

  private func difference(of checkpoint: Checkpoint, from walk: RunWalk) throws -> String? {
    let policy = walk.trainer.trainer
    let found =
      try policy.parameters.difference(from: assembly.trained.read(from: checkpoint.path))
      ?? policy.optimizer.difference(from: checkpoint.path(of: "optimizer.safetensors"))
    if let found { return "\(checkpoint.path): \(found.name)[\(found.index)]: \(told(found.recorded, found.computed))" }
    let course =
      try walk.trainer.courseDifference(from: checkpoint.state, withGuard: walk.isGuardTrue) ?? walk.planDifference(from: checkpoint)
    return course.map { "\(checkpoint.path): \($0)" }
  }

  /// Where report.json differs from a run that ended with a policy after so many steps; nil where it says the same.
  private func reportDifference(_ content: Data, steps: Int, policy: String) -> String? {
    guard let report = try? JSONDecoder().decode(Report.self, from: content) else { return "it is no report of a run" }
    if report.steps != steps { return "steps \(told(report.steps, steps))" }
    return report.policySHA256 == policy ? nil : "policy_sha256 " + told(report.policySHA256, policy)
  }
}

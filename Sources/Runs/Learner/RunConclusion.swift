import Cluster
import EMPO
import Evaluation
import Foundation
import Training
import Transformer

/// What a finished run leaves and shows: report.json, the learning curve, the table of before and after, and one question
/// answered by both models.
package struct RunConclusion {
  package let assembly: RunAssembly
  package let folder: RunFolder
  package let ledger: Ledger
  private let best: BestCheckpoint

  /// The held-out questions of which one is shown: the first ones, so that it is the same whatever else is held out.
  private static let candidates = 24

  /// Creates one.
  package init(assembly: RunAssembly, folder: RunFolder, ledger: Ledger, best: BestCheckpoint) {
    self.assembly = assembly
    self.folder = folder
    self.ledger = ledger
    self.best = best
  }

  /// Writes the files and returns what there is to show, for a terminal of so many columns. Reads every file of the last checkpoint, which
  /// takes a while for a large model.
  package func write(width: Int) throws -> String {
    guard
      let checkpoint = try CheckpointStore(folder: folder.checkpoints, keep: assembly.configuration.keepCheckpoints).latestValid()
        .checkpoint
    else { throw RunsError(.runFolder, "\(folder.checkpoints) has no whole checkpoint, although the run is done") }
    let policy = try assembly.trained.read(from: checkpoint.path)
    let last = checkpoint.state.step
    let steps = try ledger.steps()
    let best = try best.write()
    let collapse = CollapseFinding(of: checkpoint.state, steps: assembly.configuration.steps)
    let skipped = SkippedQuestions(steps, groupSize: assembly.configuration.groupSize)
    let report = Report(
      before: try scores(ofVersion: 0), after: try scores(ofVersion: last), steps: Int(last),
      seconds: steps.reduce(0) { $0 + $1.figures.pace.seconds }, policySHA256: policy.sha256(), skippedQuestions: skipped?.count,
      savedTokens: skipped?.savedTokens,
      best: best.map { BestModel(policyVersion: $0.policyVersion, measure: $0.measure.rawValue, accuracy: $0.accuracy) },
      collapse: collapse)
    try folder.replace(folder.report, with: try report.json())
    try folder.replace(
      folder.learningCurve, with: try LearningCurvePlot(of: ledger, configuration: assembly.configuration).svg())

    var lines: [String] = []
    if let after = report.after {
      let table = ScoreTable(
        before: report.before, after: after, questionCount: assembly.heldOut.count, majorityCount: HeldOutMeasure.samples)
      lines += [""] + table.lines() + [""]
      if report.before != nil, let comparison = comparison(with: last) { lines += comparison.lines(width: min(width, 120)) + [""] }
    }
    if let warning = RunLesson(of: steps.map(\.figures.update)).warning { lines.append(warning) }
    if let collapse, collapse.hasStopped {
      lines.append("stopped         by the guard after step \(last) of \(assembly.configuration.steps)")
      lines += collapse.alarms.map { "                " + $0 }
    }
    if let skipped { lines.append("\(skipped)") }
    lines += ["run folder      \(folder.path)", "trained model   \(checkpoint.path)"]
    if let best, best.policyVersion != last {
      let path = try CheckpointStore(folder: folder.checkpoints, keep: 1).path(ofStep: best.policyVersion)
      lines.append("best model      \(path) (\(best.words)), which empo export takes")
    }
    if report.after != nil { lines.append("learning curve  \(folder.learningCurve)") }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The scores of a version that was measured in full.
  private func scores(ofVersion version: UInt32) throws -> EvaluationScores? {
    guard let figures = try ledger.evaluations().last(where: { $0.policyVersion == version })?.figures, let mean = figures.mean,
      let majority = figures.majority, let entropy = figures.semanticEntropy, let length = figures.length
    else { return nil }
    return EvaluationScores(greedy: figures.greedy, mean: mean, majority: majority, semanticEntropy: entropy, length: length)
  }

  /// One question answered by both models; nil where one of them was not measured, or its answers were not kept.
  private func comparison(with last: UInt32) -> SideBySide? {
    let answers = EvaluatedAnswers(folder)
    guard let before = answers.read(version: 0, to: assembly.heldOut), let after = answers.read(version: last, to: assembly.heldOut),
      (before + after).allSatisfy({ !$0.samples.isEmpty })
    else { return nil }
    return SideBySide(
      before: EvaluationResult(of: Array(before.prefix(Self.candidates))), beforeTitle: "base model",
      after: EvaluationResult(of: Array(after.prefix(Self.candidates))), afterTitle: "trained model")
  }
}

extension CollapseFinding {
  /// What a guard's last state says of a run of so many steps; nil without a guard.
  init?(of state: CheckpointState, steps: Int) {
    guard let found = state.collapse else { return nil }
    let hasStopped = found.end.map { $0 < steps } ?? false
    let alarms = hasStopped ? found.decision?.alarms ?? [] : found.history
    self.init(hasStopped: hasStopped, decidedAt: hasStopped ? found.decision?.version : nil, alarms: alarms.map(\.description))
  }
}

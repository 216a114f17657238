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

  /// The held-out questions of which one is shown: the first ones, so that it is the same whatever else is held out.
  private static let candidates = 24

  /// Creates one.
  package init(assembly: RunAssembly, folder: RunFolder, ledger: Ledger) {
    self.assembly = assembly
    self.folder = folder
    self.ledger = ledger
  }

  /// Writes the files and returns what there is to show, for a terminal of so many columns. Reads every file of the last checkpoint, which
  /// takes a while for a large model.
  package func write(width: Int) throws -> String {
    guard
      let checkpoint = try CheckpointStore(folder: folder.checkpoints, keep: assembly.configuration.keepCheckpoints).latestValid()
        .checkpoint
    else { throw RunsError(.runFolder, "\(folder.checkpoints) has no whole checkpoint, although the run is done") }
    let policy = try assembly.trained.read(from: checkpoint.path)
    let steps = try ledger.steps()
    let skipped = SkippedQuestions(steps, groupSize: assembly.configuration.groupSize)
    let report = Report(
      before: try scores(ofVersion: 0), after: try scores(ofVersion: lastVersion), steps: assembly.configuration.steps,
      seconds: steps.reduce(0) { $0 + $1.figures.pace.seconds }, policySHA256: policy.sha256(), skippedQuestions: skipped?.count,
      savedTokens: skipped?.savedTokens)
    try folder.replace(folder.report, with: try report.json())
    try folder.replace(
      folder.learningCurve, with: try LearningCurvePlot(of: ledger, configuration: assembly.configuration).svg())

    var lines: [String] = []
    if let after = report.after {
      let table = ScoreTable(
        before: report.before, after: after, questionCount: assembly.heldOut.count, majorityCount: HeldOutMeasure.samples)
      lines += [""] + table.lines() + [""]
      if report.before != nil, let comparison { lines += comparison.lines(width: min(width, 120)) + [""] }
    }
    if let warning = RunLesson(of: steps.map(\.figures.update)).warning { lines.append(warning) }
    if let skipped { lines.append("\(skipped)") }
    lines += ["run folder      \(folder.path)", "trained model   \(checkpoint.path)"]
    if report.after != nil { lines.append("learning curve  \(folder.learningCurve)") }
    return lines.map { $0 + "\n" }.joined()
  }

  private var lastVersion: UInt32 { UInt32(assembly.configuration.steps) }

  /// The scores of a version that was measured in full.
  private func scores(ofVersion version: UInt32) throws -> EvaluationScores? {
    guard let figures = try ledger.evaluations().last(where: { $0.policyVersion == version })?.figures, let mean = figures.mean,
      let majority = figures.majority, let entropy = figures.semanticEntropy, let length = figures.length
    else { return nil }
    return EvaluationScores(greedy: figures.greedy, mean: mean, majority: majority, semanticEntropy: entropy, length: length)
  }

  /// One question answered by both models; nil where one of them was not measured, or its answers were not kept.
  private var comparison: SideBySide? {
    let answers = EvaluatedAnswers(folder)
    guard let before = answers.read(version: 0, to: assembly.heldOut), let after = answers.read(version: lastVersion, to: assembly.heldOut),
      (before + after).allSatisfy({ !$0.samples.isEmpty })
    else { return nil }
    return SideBySide(
      before: EvaluationResult(of: Array(before.prefix(Self.candidates))), beforeTitle: "base model",
      after: EvaluationResult(of: Array(after.prefix(Self.candidates))), afterTitle: "trained model")
  }
}

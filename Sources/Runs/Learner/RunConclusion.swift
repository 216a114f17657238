import Cluster
import EMPO
import Evaluation
import Foundation
import Tensors
import Training
import Transformer

/// What a finished run leaves and shows: report.json, the learning curve, the table of before and after, and one question
/// answered by both models.
package struct RunConclusion {
  package let assembly: RunAssembly
  package let folder: RunFolder
  package let ledger: Ledger

  /// Creates one.
  package init(assembly: RunAssembly, folder: RunFolder, ledger: Ledger) {
    self.assembly = assembly
    self.folder = folder
    self.ledger = ledger
  }

  /// Writes the files and shows the rest.
  package func write() throws {
    guard
      let checkpoint = try CheckpointStore(folder: folder.checkpoints, keep: assembly.configuration.keepCheckpoints).latestValid()
        .checkpoint
    else { throw RunsError(.runFolder, "\(folder.checkpoints) has no whole checkpoint, although the run is done") }
    let policy = try Parameters(safetensors: checkpoint.path(of: "model.safetensors"), configuration: assembly.base.configuration)
    let steps = try ledger.steps()
    let skipped = SkippedQuestions(steps, groupSize: assembly.configuration.groupSize)
    let report = Report(
      before: try scores(ofVersion: 0), after: try scores(ofVersion: UInt32(assembly.configuration.steps)),
      steps: assembly.configuration.steps, seconds: steps.reduce(0) { $0 + $1.figures.pace.seconds },
      policySHA256: policy.sha256(), skippedQuestions: skipped?.count, savedTokens: skipped?.savedTokens)
    try folder.replace(folder.report, with: try report.json())
    try folder.replace(
      folder.learningCurve, with: try LearningCurvePlot(of: ledger, configuration: assembly.configuration).svg())

    let output = Console.output
    if let before = report.before, let after = report.after {
      let table = ScoreTable(
        before: before, after: after, questionCount: assembly.heldOut.count, majorityCount: HeldOutMeasure.samples)
      output.write("\n" + table.lines().joined(separator: "\n") + "\n\n")
      output.write(try comparison(with: policy).lines(width: min(output.width, 120)).joined(separator: "\n") + "\n\n")
    }
    if let warning = RunLesson(of: steps.map(\.figures.update)).warning { output.line(warning) }
    if let skipped { output.line("\(skipped)") }
    output.line("run folder      \(folder.path)")
    output.line("trained model   \(checkpoint.path)")
    if report.after != nil { output.line("learning curve  \(folder.learningCurve)") }
  }

  /// The scores of a version that was measured in full.
  private func scores(ofVersion version: UInt32) throws -> EvaluationScores? {
    guard let figures = try ledger.evaluations().last(where: { $0.policyVersion == version })?.figures, let mean = figures.mean,
      let majority = figures.majority, let entropy = figures.semanticEntropy, let length = figures.length
    else { return nil }
    return EvaluationScores(greedy: figures.greedy, mean: mean, majority: majority, semanticEntropy: entropy, length: length)
  }

  /// One question answered by both models.
  private func comparison(with policy: Parameters) throws -> SideBySide {
    let lanes = Lanes(count: ProcessInfo.processInfo.activeProcessorCount)
    let measure = try HeldOutMeasure(assembly, lanes: lanes)
    let candidates = Array(assembly.heldOut.indices.prefix(24))
    func result(of parameters: Parameters) throws -> EvaluationResult {
      let policy = Policy(parameters, type: assembly.weightType, lanes: lanes)
      return try measure.result(of: Decoder(policy.weights, positions: assembly.positions, lanes: lanes), at: candidates)
    }
    return SideBySide(
      before: try result(of: try assembly.base.parameters()), beforeTitle: "base model", after: try result(of: policy),
      afterTitle: "trained model")
  }
}

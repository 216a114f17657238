import EMPO
import Evaluation
import Foundation
import Tensors
import Training
import Transformer

/// What a finished run leaves and shows: report.json, the learning curve, the table of before and after, and one question
/// answered by both models.
struct RunConclusion {
  let assembly: RunAssembly
  let folder: RunFolder
  let ledger: Ledger

  /// Writes the files and shows the rest.
  func write() throws {
    guard
      let checkpoint = try CheckpointStore(folder: folder.checkpoints, keep: assembly.configuration.keepCheckpoints).latestValid()
        .checkpoint
    else { throw CommandLineError(.runFolder, "\(folder.checkpoints) has no whole checkpoint, although the run is done") }
    let policy = try Parameters(safetensors: checkpoint.path(of: "model.safetensors"), configuration: assembly.base.configuration)
    let steps = try ledger.steps()
    let report = Report(
      before: try scores(ofVersion: 0), after: try scores(ofVersion: UInt32(assembly.configuration.steps)),
      steps: assembly.configuration.steps, seconds: steps.reduce(0) { $0 + ($1.metrics["step_seconds"] ?? 0) },
      policySHA256: policy.sha256())
    try folder.replace(folder.report, with: try report.json())
    try folder.replace(folder.learningCurve, with: try plot(steps).svg())

    let output = Console.output
    if let before = report.before, let after = report.after {
      let table = ScoreTable(
        before: before, after: after, questionCount: assembly.heldOut.count, majorityCount: HeldOutMeasure.samples)
      output.write("\n" + table.lines().joined(separator: "\n") + "\n\n")
      output.write(try comparison(with: policy).lines(width: min(output.width, 120)).joined(separator: "\n") + "\n\n")
    }
    output.line("run folder      \(folder.path)")
    output.line("trained model   \(checkpoint.path)")
    if report.after != nil { output.line("learning curve  \(folder.learningCurve)") }
  }

  /// The scores of a version that was measured in full.
  private func scores(ofVersion version: UInt32) throws -> EvaluationScores? {
    let found = try ledger.evaluations().last { $0.policyVersion == version && $0.name == LedgerStore.heldOut }
    guard let metrics = found?.metrics, let greedy = metrics["greedy"], let mean = metrics["mean"], let majority = metrics["majority"],
      let entropy = metrics["semantic_entropy"], let length = metrics["length"]
    else { return nil }
    return EvaluationScores(greedy: greedy, mean: mean, majority: majority, semanticEntropy: entropy, length: length)
  }

  private func plot(_ steps: [StepRecord]) throws -> LearningCurvePlot {
    var points: [Int: LearningCurve.Point] = [:]
    for record in steps {
      let step = Int(record.step) + 1
      points[step, default: .init(step: step)].reward = record.metrics["reward"]
      points[step, default: .init(step: step)].semanticEntropy = record.metrics["semantic_entropy"]
    }
    for evaluation in try ledger.evaluations() where evaluation.name == LedgerStore.heldOut {
      let step = Int(evaluation.policyVersion)
      points[step, default: .init(step: step)].accuracy = evaluation.metrics["greedy"]
    }
    let configuration = assembly.configuration
    let name = configuration.reward.rawValue
    return LearningCurvePlot(
      title: "Learning curve, reward \(name)",
      subtitle: "\(assembly.questionCount) questions without answers, \(configuration.questionsPerStep) × \(configuration.groupSize) "
        + "responses a step, seed \(configuration.seed)",
      run: LearningCurve(name: name, points: points.keys.sorted().compactMap { points[$0] }))
  }

  /// The question, of the first few, on which the two models differ most.
  private func comparison(with policy: Parameters) throws -> SideBySide {
    let lanes = Lanes(count: ProcessInfo.processInfo.activeProcessorCount)
    let measure = HeldOutMeasure(assembly: assembly)
    let candidates = Array(assembly.heldOut.indices.prefix(24))
    func answers(of parameters: Parameters) throws -> (questions: [JudgedQuestion], responses: [String]) {
      let decoder = try Decoder(parameters, positions: assembly.positions, lanes: lanes)
      let (evaluation, responses) = try measure.result(of: decoder, questions: candidates)
      return (evaluation.questions, responses)
    }
    let base = try answers(of: try assembly.base.parameters())
    let trained = try answers(of: policy)
    func gain(_ index: Int) -> Double { trained.questions[index].meanAccuracy - base.questions[index].meanAccuracy }
    guard let best = candidates.indices.max(by: { gain($0) < gain($1) }) else {
      preconditionFailure("a table was shown, so questions are held out")
    }
    let question = assembly.heldOut[best]
    return SideBySide(
      question: question.text, answer: question.answer,
      left: AnswerTally(title: "base model", question: base.questions[best], response: base.responses[best]),
      right: AnswerTally(title: "trained model", question: trained.questions[best], response: trained.responses[best]))
  }
}

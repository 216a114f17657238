import Cluster
import EMPO

extension LearningCurve {
  /// The curve of a run, as its ledger tells it.
  package init(of ledger: Ledger, name: String) throws {
    var points: [Int: Point] = [:]
    for record in try ledger.steps() {
      let step = Int(record.step) + 1
      points[step, default: .init(step: step)].reward = record.figures.update.meanReward
      points[step, default: .init(step: step)].semanticEntropy = record.figures.update.semanticEntropy
    }
    for evaluation in try ledger.evaluations() {
      let step = Int(evaluation.policyVersion)
      points[step, default: .init(step: step)].accuracy = evaluation.figures.greedy
    }
    self.init(name: name, points: points.keys.sorted().compactMap { points[$0] })
  }
}

extension LearningCurvePlot {
  /// The picture of a run, beside a control run where there is one.
  package init(of ledger: Ledger, configuration: RunConfiguration, control: LearningCurve? = nil) throws {
    let name = configuration.scoring.reward.rawValue
    self.init(
      title: "Learning curve, reward \(name)",
      subtitle: "questions without answers, \(configuration.questionsPerStep) × \(configuration.groupSize) responses a step, "
        + "seed \(configuration.seed)",
      run: try LearningCurve(of: ledger, name: name), control: control)
  }
}

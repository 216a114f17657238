package import Cluster
import EMPO
import Evaluation
import Files

/// What a run saved by leaving out questions on which a group had been unanimous.
package struct SkippedQuestions: Sendable, Equatable {
  /// Questions that came up and were left out.
  package let count: Int

  /// Questions that were asked.
  package let asked: Int

  /// An estimate of the response tokens that sampling those left out would have cost: as many as the mean group has, each.
  package let savedTokens: Int

  /// Sums up the steps of a run; nil where no question is ever left out.
  package init?(_ steps: [StepRecord], groupSize: Int) {
    let skipped = steps.compactMap(\.figures.skippedQuestions)
    guard !skipped.isEmpty else { return nil }
    count = skipped.reduce(0, +)
    var (groups, tokens) = (0, 0.0)
    for update in steps.map(\.figures.update) {
      let asked = update.keptGroups + update.droppedGroups
      groups += asked
      tokens += update.meanLength * Double(asked * groupSize)
    }
    asked = groups
    savedTokens = Int((tokens / Double(max(1, groups)) * Double(count)).rounded())
  }
}

extension SkippedQuestions: CustomStringConvertible {
  /// One line of the run's end.
  package var description: String {
    let share = Figures.percent(Double(count) / Double(max(1, count + asked)))
    return "left out        \(count) of \(counted(count + asked, "question")) (\(share)), as unanimous: about "
      + "\(Figures.grouped(Double(savedTokens))) tokens not sampled"
  }
}

/// The closing table of a run: the held-out scores of the base model, where it was measured, and of the trained model.
public struct ScoreTable: Sendable, Equatable {
  /// The base model's scores; nil where it was not measured.
  public var before: EvaluationScores?
  /// The trained model's scores.
  public var after: EvaluationScores
  /// The number of held-out questions.
  public var questionCount: Int
  /// The number of samples that form a majority.
  public var majorityCount: Int

  /// Creates a table.
  public init(before: EvaluationScores?, after: EvaluationScores, questionCount: Int, majorityCount: Int) {
    self.before = before
    self.after = after
    self.questionCount = questionCount
    self.majorityCount = majorityCount
  }

  /// The lines of the table, 68 columns wide.
  public func lines() -> [String] {
    let heading = "\(questionCount) held-out questions"
    return [
      before == nil ? row(heading, ["after"]) : row(heading, ["before", "after", "change"]),
      String(repeating: "─", count: 68),
      share("greedy accuracy", \.greedy),
      share("temperature-1 accuracy", \.mean),
      share("majority@\(majorityCount) accuracy", \.majority),
      quantity("semantic entropy", \.semanticEntropy, places: 2, unit: "nats"),
      quantity("response length", \.length, places: 1, unit: "tokens"),
    ]
  }

  private func share(_ name: String, _ score: KeyPath<EvaluationScores, Double>) -> String {
    let new = after[keyPath: score]
    guard let old = before?[keyPath: score] else { return row(name, [Figures.percent(new, places: 1)]) }
    return row(
      name, [Figures.percent(old, places: 1), Figures.percent(new, places: 1), Figures.signed((new - old) * 100, places: 1)],
      unit: "points")
  }

  private func quantity(_ name: String, _ score: KeyPath<EvaluationScores, Double>, places: Int, unit: String) -> String {
    let new = after[keyPath: score]
    guard let old = before?[keyPath: score] else { return row(name, [Figures.decimal(new, places: places)], unit: unit) }
    return row(
      name, [Figures.decimal(old, places: places), Figures.decimal(new, places: places), Figures.signed(new - old, places: places)],
      unit: unit)
  }

  private func row(_ name: String, _ figures: [String], unit: String = "") -> String {
    let cells = TextColumns.padded(name, to: 28) + figures.map { TextColumns.rightAligned($0, to: 11) }.joined()
    return unit.isEmpty ? cells : cells + " " + unit
  }
}

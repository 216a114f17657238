internal import Files
internal import Foundation

extension EvaluationComparison {
  /// The figures that are told, in words.
  private static let told: KeyValuePairs<String, String> = [
    "greedy_accuracy": "greedy accuracy", "sampled_accuracy": "accuracy at temperature 1",
    "greedy_answered": "greedy responses with an answer", "sampled_answered": "responses at temperature 1 with an answer",
    "greedy_accuracy_answered": "greedy accuracy among the answered",
    "sampled_accuracy_answered": "accuracy at temperature 1 among the answered",
  ]

  /// The comparison in sentences, a figure with its conclusion after each other.
  public func lines() -> [String] {
    var lines = ["A = \(firstName)", "B = \(secondName)"]
    for row in rows {
      lines += ["", "\(row.name), \(counted(row.questions, "question"))" + (row.disagreements.map(Self.disagreements) ?? "")]
      for (name, title) in Self.told {
        guard let figure = row.figures.first(where: { $0.name == name }) else { continue }
        let values = [figure.first, figure.second].map { SummaryTable.cell($0, figure.unit) }
        lines.append("  \(title): A \(values[0]) %, B \(values[1]) %")
        lines.append("    " + Self.conclusion(figure))
      }
    }
    return lines + (remarks.isEmpty ? [] : [""] + remarks.map { "Note: \($0)." })
  }

  private static func disagreements(_ test: McNemar) -> String {
    "; greedily right only A on \(test.onlyFirst), only B on \(test.onlySecond)"
  }

  /// What can be concluded of a share: `B is better: +12.3 points [8.1, 16.2], p = 0.0003`.
  static func conclusion(_ figure: Figure) -> String {
    guard let value = figure.difference.value, let low = figure.difference.low, let high = figure.difference.high,
      let significance = figure.significance
    else { return "nothing can be said: one of them has no such answer" }
    func points(_ value: Double) -> String { Figures.signed(100 * value, places: 1) }
    let told = "\(points(value)) points [\(points(low)), \(points(high))], \(p(significance))"
    let isClear = significance < level && (low > 0 || high < 0)
    guard isClear else {
      return value == 0 && low == 0 && high == 0 ? "both are the same" : "the data cannot tell them apart: \(told)"
    }
    let isShare = figure.name.hasSuffix("_answered") && !figure.name.hasSuffix("accuracy_answered")
    return "\(value > 0 ? "B" : "A") is \(isShare ? "higher" : "better"): \(told)"
  }

  /// A p-value in words.
  private static func p(_ value: Double) -> String {
    value < 0.0001 ? "p < 0.0001" : "p = " + Figures.decimal(value, places: value < 0.01 ? 4 : value < 0.1 ? 3 : 2)
  }

  /// The comparison as one JSON object, ending in a line end.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document = Document(
      a: firstName, b: secondName,
      benchmarks: rows.map { row in
        Document.Row(
          name: row.name, questions: row.questions, only_a_right: row.disagreements?.onlyFirst, only_b_right: row.disagreements?.onlySecond,
          figures: Dictionary(uniqueKeysWithValues: row.figures.map { ($0.name, Document.Figure($0)) }))
      }, remarks: remarks)
    return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
  }

  private struct Document: Encodable {
    struct Figure: Encodable {
      var a: Estimate
      var b: Estimate
      var difference: Estimate
      var p: Double?
      var test: String

      init(_ figure: EvaluationComparison.Figure) {
        (a, b, difference, p) = (figure.first, figure.second, figure.difference, figure.significance)
        test = figure.isExact ? "mcnemar" : "bootstrap"
      }
    }
    struct Row: Encodable {
      var name: String
      var questions: Int
      var only_a_right: Int?
      var only_b_right: Int?
      var figures: [String: Figure]
    }
    var a: String
    var b: String
    var benchmarks: [Row]
    var remarks: [String]
  }
}

import Files

/// The figures of an evaluation for a terminal: of one benchmark a line a figure, of several a row a benchmark, in as many tables as the width
/// asks for.
public struct SummaryTable: Sendable {
  private let summary: EvaluationSummary

  /// A table of these figures.
  public init(_ summary: EvaluationSummary) {
    self.summary = summary
  }

  private static let gutter = 2

  /// The lines, at most `width` columns wide where one figure fits beside the names.
  public func lines(width: Int) -> [String] {
    guard summary.rows.count > 1 else { return summary.rows.flatMap(figures) }
    let rows = summary.rows + (summary.average.map { [$0] } ?? [])
    let names = ["benchmark"] + rows.map { TextColumns.printable($0.name) }
    let nameWidth = min(32, names.map(\.count).max() ?? 0)
    let columns = summary.columns.enumerated().map { index, column in
      [column.heading] + rows.map { Self.cell($0.estimates[index], column.unit) }
    }
    let widths = columns.map { ($0.map(\.count).max() ?? 0) + Self.gutter }
    var lines: [String] = []
    var start = 0
    while start < columns.count {
      var (end, used) = (start, nameWidth)
      while end < columns.count, end == start || used + widths[end] <= width {
        used += widths[end]
        end += 1
      }
      if start > 0 { lines.append("") }
      for line in names.indices {
        let cells = (start..<end).map { TextColumns.rightAligned(columns[$0][line], to: widths[$0]) }.joined()
        lines.append(TextColumns.padded(String(names[line].prefix(nameWidth)), to: nameWidth) + cells)
        if line == 0 { lines.append(String(repeating: "─", count: used)) }
      }
      start = end
    }
    return lines
  }

  /// The figures of a benchmark, a line each.
  private func figures(of row: EvaluationSummary.Row) -> [String] {
    let titles = summary.columns.map(\.heading)
    let width = titles.map(\.count).max() ?? 0
    let cells = zip(summary.columns, row.estimates).map { Self.cell($1, $0.unit) }
    let aligned = cells.map { $0.prefix { $0 != " " } }.map(\.count).max() ?? 0
    let lines = zip(titles, cells).map { title, cell in
      let value = String(cell.prefix { $0 != " " })
      return TextColumns.padded(title, to: width + Self.gutter) + TextColumns.rightAligned(value, to: aligned) + cell.dropFirst(value.count)
    }
    let heading = "\(TextColumns.printable(row.name)), \(counted(row.questions, "question"))"
    return [heading, String(repeating: "─", count: lines.map(\.count).max() ?? 0)] + lines
  }

  /// A figure with its interval: `41.2 [37.0, 45.5]`.
  static func cell(_ estimate: Estimate, _ unit: Measure.Unit) -> String {
    guard let value = estimate.value else { return Figures.missing }
    func told(_ value: Double) -> String { Figures.decimal(unit.scale * value, places: unit.places) }
    guard let low = estimate.low, let high = estimate.high else { return told(value) }
    return "\(told(value)) [\(told(low)), \(told(high))]"
  }
}

extension EvaluationSummary.Column {
  fileprivate var heading: String {
    switch unit {
    case .share: title + ", %"
    case .area: title
    case .nats: title + ", nats"
    case .tokens: title
    }
  }
}

extension Measure.Unit {
  /// What a figure is multiplied by to be shown.
  var scale: Double { self == .share ? 100 : 1 }

  /// The decimals that are shown.
  var places: Int { self == .area || self == .nats ? 2 : 1 }
}

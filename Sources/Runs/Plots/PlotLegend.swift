/// One row of line samples with their names.
struct PlotLegend: Sendable {
  struct Entry: Sendable {
    let name: String
    let style: PlotStyle
  }

  let entries: [Entry]

  /// Names longer than this are cut: the row has room for four of them.
  static let longestName = 24

  /// The row, from the point to the right on its baseline.
  func elements(at point: PlotPoint) -> [SVGElement] {
    var elements: [SVGElement] = []
    var x = point.x
    for entry in entries {
      let (start, end) = (PlotPoint(x: x, y: point.y - 4), PlotPoint(x: x + 26, y: point.y - 4))
      elements += [.line(from: start, to: end, stroke: entry.style.colour, width: entry.style.width, dashes: entry.style.dashes)]
      if entry.style.hasMarkers { elements.append(entry.style.dot(at: PlotPoint(x: x + 13, y: point.y - 4))) }
      let name = entry.name.count > Self.longestName ? entry.name.prefix(Self.longestName - 1) + "…" : entry.name
      elements.append(.label(name, at: PlotPoint(x: x + 34, y: point.y), size: 12.5, fill: Palette.softInk))
      // 0.62 em a character is enough in all of the usual fonts.
      x += 34 + Double(name.count) * 12.5 * 0.62 + 22
    }
    return elements
  }
}

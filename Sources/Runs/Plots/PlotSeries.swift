/// How a line looks.
struct PlotStyle: Sendable {
  let colour: String
  /// A control run is dashed.
  var isDashed = false
  /// Sparse measurements get dots, so that a reader sees what was measured and what is drawn between.
  var hasMarkers = false

  var dashes: String { isDashed ? "6 4" : "none" }
  var width: Double { isDashed ? 1.75 : 2.25 }

  func dot(at point: PlotPoint) -> SVGElement {
    .dot(at: point, fill: isDashed ? Palette.background : colour, stroke: colour)
  }
}

/// One line of a plot.
struct PlotSeries: Sendable {
  let style: PlotStyle
  let values: [(step: Int, value: Double)]
}

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

/// The colours of the plots: those of the lines are from Okabe & Ito's set, which colour-blind readers can tell apart.
enum Palette {
  static let background = "#ffffff"
  static let ink = "#1f2933"
  static let softInk = "#52606d"
  static let grid = "#e4e7eb"
  static let axis = "#9aa5b1"

  static let blue = "#0072b2"
  static let vermilion = "#d55e00"
  static let green = "#009e73"
}

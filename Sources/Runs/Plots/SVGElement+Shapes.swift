import Evaluation

extension SVGElement {
  enum Anchor: String { case start, middle, end }

  /// A length or coordinate with at most two decimals: "12", "12.5", "12.25".
  static func coordinate(_ value: Double) -> String {
    var text = Figures.decimal(value, places: 2)
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  static func line(from start: PlotPoint, to end: PlotPoint, stroke: String, width: Double = 1, dashes: String = "none") -> SVGElement {
    SVGElement(
      "line",
      [
        "x1": coordinate(start.x), "y1": coordinate(start.y), "x2": coordinate(end.x), "y2": coordinate(end.y), "stroke": stroke,
        "stroke-width": coordinate(width), "stroke-dasharray": dashes,
      ])
  }

  static func path(_ points: [PlotPoint], stroke: String, width: Double, dashes: String) -> SVGElement {
    let steps = points.enumerated().map { ($0.offset == 0 ? "M" : "L") + coordinate($0.element.x) + " " + coordinate($0.element.y) }
    return SVGElement(
      "path",
      [
        "d": steps.joined(separator: " "), "fill": "none", "stroke": stroke, "stroke-width": coordinate(width), "stroke-dasharray": dashes,
        "stroke-linejoin": "round",
      ])
  }

  static func dot(at point: PlotPoint, fill: String, stroke: String) -> SVGElement {
    SVGElement(
      "circle", ["cx": coordinate(point.x), "cy": coordinate(point.y), "r": "3.5", "fill": fill, "stroke": stroke, "stroke-width": "1.75"])
  }

  static func label(
    _ text: String, at point: PlotPoint, size: Double = 13, anchor: Anchor = .start, fill: String = Palette.ink, isBold: Bool = false
  ) -> SVGElement {
    SVGElement(
      "text",
      [
        "x": coordinate(point.x), "y": coordinate(point.y), "font-size": coordinate(size), "text-anchor": anchor.rawValue, "fill": fill,
        "font-weight": isBold ? "600" : "400",
      ], text: text)
  }
}

/// A place in a picture, in pixels from its upper left corner.
struct PlotPoint: Sendable, Equatable {
  var x: Double
  var y: Double
}

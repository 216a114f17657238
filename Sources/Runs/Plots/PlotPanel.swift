import Evaluation

/// One set of axes with its lines: a part of a picture.
struct PlotPanel: Sendable {
  let title: String
  let legend: PlotLegend
  let series: [PlotSeries]
  let steps: Axis
  let values: Axis
  /// The area inside the axes.
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>
  /// Decimals of the values beside the ends of the lines.
  let endPlaces: Int
  /// Whether the steps are written below the axis.
  let hasStepLabels: Bool

  func elements() -> [SVGElement] {
    let heading = SVGElement.label(title, at: PlotPoint(x: x.lowerBound, y: y.lowerBound - 40), size: 14, isBold: true)
    return [heading] + legend.elements(at: PlotPoint(x: x.lowerBound, y: y.lowerBound - 16)) + grid() + series.flatMap(line) + endLabels()
  }

  private func place(_ point: (step: Int, value: Double)) -> PlotPoint {
    PlotPoint(x: across(Double(point.step)), y: height(point.value))
  }

  private func across(_ step: Double) -> Double {
    x.lowerBound + steps.position(of: step) * (x.upperBound - x.lowerBound)
  }

  private func height(_ value: Double) -> Double {
    y.upperBound - values.position(of: value) * (y.upperBound - y.lowerBound)
  }

  private func grid() -> [SVGElement] {
    let horizontal = values.ticks.flatMap { tick -> [SVGElement] in
      let y = height(tick)
      let stroke = tick == values.range.lowerBound ? Palette.axis : Palette.grid
      return [
        .line(from: PlotPoint(x: x.lowerBound, y: y), to: PlotPoint(x: x.upperBound, y: y), stroke: stroke),
        .label(
          Figures.decimal(tick, places: values.places), at: PlotPoint(x: x.lowerBound - 10, y: y + 4.5), anchor: .end, fill: Palette.softInk
        ),
      ]
    }
    let vertical = steps.ticks.flatMap { tick -> [SVGElement] in
      let x = across(tick)
      let mark = SVGElement.line(from: PlotPoint(x: x, y: y.upperBound), to: PlotPoint(x: x, y: y.upperBound + 5), stroke: Palette.axis)
      guard hasStepLabels else { return [mark] }
      return [mark, .label(Figures.grouped(tick), at: PlotPoint(x: x, y: y.upperBound + 21), anchor: .middle, fill: Palette.softInk)]
    }
    return horizontal + vertical
  }

  private func line(_ series: PlotSeries) -> [SVGElement] {
    let points = series.values.map(place)
    guard !points.isEmpty else { return [] }
    let path = SVGElement.path(points, stroke: series.style.colour, width: series.style.width, dashes: series.style.dashes)
    // A single value has no line: its dot must be seen.
    return [path] + (series.style.hasMarkers || points.count == 1 ? points.map(series.style.dot) : [])
  }

  /// The last value of every line at the right of the axes, moved apart where two would overlap.
  private func endLabels() -> [SVGElement] {
    let ends = series.compactMap { series in series.values.last.map { (series: series, value: $0.value, height: height($0.value)) } }
      .sorted { $0.height < $1.height }
    let heights = Spreading.spread(ends.map(\.height), apart: 17, within: y)
    return zip(ends, heights).map { end, height in
      .label(
        Figures.decimal(end.value, places: endPlaces), at: PlotPoint(x: x.upperBound + 12, y: height + 4.5), fill: end.series.style.colour,
        isBold: !end.series.style.isDashed)
    }
  }
}

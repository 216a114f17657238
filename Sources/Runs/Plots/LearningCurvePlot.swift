/// The learning curve of a run as a picture: held-out accuracy and mean reward above, semantic entropy below, by step.
public struct LearningCurvePlot: Sendable, Equatable {
  /// The heading: what was run.
  public var title: String

  /// A line below the heading in smaller type; empty for none.
  public var subtitle: String

  /// The run.
  public var run: LearningCurve

  /// Another run to compare it with, drawn dashed.
  public var control: LearningCurve?

  /// Creates a plot.
  public init(title: String, subtitle: String = "", run: LearningCurve, control: LearningCurve? = nil) {
    self.title = title
    self.subtitle = subtitle
    self.run = run
    self.control = control
  }

  static let width = 880.0
  static let height = 660.0

  /// The picture as a stand-alone SVG document; equal plots give equal text.
  public func svg() -> String {
    let (width, height) = (SVGElement.coordinate(Self.width), SVGElement.coordinate(Self.height))
    let root = SVGElement(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height, "viewBox": "0 0 \(width) \(height)", "role": "img",
        "font-family": "'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif",
      ], children: elements())
    return root.rendered()
  }

  private func elements() -> [SVGElement] {
    let x = 76.0...800.0
    var elements = [
      SVGElement("title", text: title),
      SVGElement("rect", ["width": "100%", "height": "100%", "fill": Palette.background]),
      .label(title, at: PlotPoint(x: 24, y: 40), size: 20, isBold: true),
    ]
    if !subtitle.isEmpty { elements.append(.label(subtitle, at: PlotPoint(x: 24, y: 64), fill: Palette.softInk)) }
    elements += sharesPanel(x: x, y: 146...364).elements() + entropyPanel(x: x, y: 456...594).elements()
    let middle = (x.lowerBound + x.upperBound) / 2
    elements.append(.label("optimiser step", at: PlotPoint(x: middle, y: 638), anchor: .middle, fill: Palette.softInk))
    return elements
  }

  private func sharesPanel(x: ClosedRange<Double>, y: ClosedRange<Double>) -> PlotPanel {
    let accuracy = PlotStyle(colour: Palette.blue, hasMarkers: true)
    let reward = PlotStyle(colour: Palette.vermilion)
    // Without held-out questions there is none.
    let measured = series(\.accuracy, accuracy).filter { !$0.values.isEmpty }
    let legend = PlotLegend(
      entries: (measured.isEmpty ? [] : [PlotLegend.Entry(name: "accuracy", style: accuracy)])
        + [PlotLegend.Entry(name: "mean reward", style: reward)] + (control == nil ? [] : runEntries(colour: Palette.softInk)))
    let lines = measured + series(\.reward, reward)
    let lowest = min(0, lines.flatMap(\.values).map(\.value).min() ?? 0)
    return PlotPanel(
      title: "\(measured.isEmpty ? "Mean" : "Greedy accuracy on held-out questions and mean") reward (\(lowest < 0 ? "up" : "0") to 1)",
      legend: legend, series: lines,
      steps: stepAxis(), values: .enclosing(lowest...1, ticks: 5), x: x, y: y, endPlaces: 3, hasStepLabels: false)
  }

  private func entropyPanel(x: ClosedRange<Double>, y: ClosedRange<Double>) -> PlotPanel {
    let style = PlotStyle(colour: Palette.green)
    let lines = series(\.semanticEntropy, style)
    let highest = lines.flatMap(\.values).map(\.value).max() ?? 1
    let names = control == nil ? [PlotLegend.Entry(name: "semantic entropy", style: style)] : runEntries(colour: Palette.green)
    return PlotPanel(
      title: "Semantic entropy of the answers to a question (nats)", legend: PlotLegend(entries: names), series: lines, steps: stepAxis(),
      values: .enclosing(0...max(highest, 0.1), ticks: 5), x: x, y: y, endPlaces: 2, hasStepLabels: true)
  }

  private func stepAxis() -> Axis {
    let steps = (run.points + (control?.points ?? [])).map(\.step)
    return .counting(from: min(0, steps.min() ?? 0), through: max(1, steps.max() ?? 1), ticks: 10)
  }

  /// What tells the two runs apart: the dashes.
  private func runEntries(colour: String) -> [PlotLegend.Entry] {
    [run, control].compactMap { $0 }.enumerated().map { index, curve in
      PlotLegend.Entry(name: curve.name, style: PlotStyle(colour: colour, isDashed: index > 0))
    }
  }

  /// A measure of the run and, where there is one, of the control.
  private func series(_ measure: KeyPath<LearningCurve.Point, Double?>, _ style: PlotStyle) -> [PlotSeries] {
    [run, control].compactMap { $0 }.enumerated().map { index, curve in
      PlotSeries(
        style: PlotStyle(colour: style.colour, isDashed: index > 0, hasMarkers: style.hasMarkers), values: curve.values(of: measure))
    }
  }
}

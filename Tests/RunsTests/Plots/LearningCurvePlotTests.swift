import Foundation
import Runs
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct LearningCurvePlotTests {
  @Test("The picture is well formed and always the same") func thePictureIsWellFormedAndAlwaysTheSame() throws {
    let plot = LearningCurvePlot(title: "A <run> & \"more\"", subtitle: "seed 0", run: SampleCurves.run, control: SampleCurves.control)
    #expect(plot.svg() == plot.svg())
    _ = try XMLDocument(xmlString: plot.svg())
    #expect(plot.svg().contains("A &lt;run&gt; &amp; &quot;more&quot;</text>"))
  }

  @Test("Every line of both runs is drawn and named") func everyLineOfBothRunsIsDrawnAndNamed() {
    let alone = LearningCurvePlot(title: "Run", run: SampleCurves.run).svg()
    #expect(alone.components(separatedBy: "<path").count - 1 == 3)
    #expect(alone.contains(">semantic entropy<") && !alone.contains("random rewards"))
    let both = LearningCurvePlot(title: "Run", run: SampleCurves.run, control: SampleCurves.control).svg()
    #expect(both.components(separatedBy: "<path").count - 1 == 6)
    #expect(both.contains(">random rewards<") && both.contains(">EMPO<"))
  }

  @Test("Values at the ends are written out") func valuesAtTheEndsAreWrittenOut() {
    let svg = LearningCurvePlot(title: "Run", run: SampleCurves.run).svg()
    #expect(svg.contains(">0.984<") && svg.contains(">0.35<"))
  }

  @Test("Rewards below zero stay in the picture") func rewardsBelowZeroStayInThePicture() {
    let curve = LearningCurve(name: "", points: [LearningCurve.Point(step: 0, reward: -0.4), LearningCurve.Point(step: 1, reward: 0.2)])
    let svg = LearningCurvePlot(title: "", run: curve).svg()
    #expect(svg.contains(">Mean reward (up to 1)<") && svg.contains(">-0.5<"))
    #expect(!svg.contains("accuracy"), "nobody measured it")
    #expect(LearningCurvePlot(title: "", run: SampleCurves.run).svg().contains("mean reward (0 to 1)"))
  }

  @Test(
    "Few or broken values still make a picture",
    arguments: [
      [], [LearningCurve.Point(step: 0)], [LearningCurve.Point(step: 3, accuracy: .nan, reward: .infinity, semanticEntropy: -.infinity)],
      [LearningCurve.Point(step: 0, accuracy: 0.5)], [LearningCurve.Point(step: 1_000_000, semanticEntropy: 0)],
    ])
  func fewOrBrokenValuesStillMakeAPicture(points: [LearningCurve.Point]) throws {
    let svg = LearningCurvePlot(title: "", run: LearningCurve(name: "", points: points)).svg()
    _ = try XMLDocument(xmlString: svg)
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test("Labels beside each other do not touch") func labelsBesideEachOtherDoNotTouch() throws {
    var near = SampleCurves.control
    near.points = SampleCurves.run.points
    let svg = LearningCurvePlot(title: "Run", run: SampleCurves.run, control: near).svg()
    let heights = svg.components(separatedBy: "\n").filter { $0.contains("<text x=\"812\"") }.compactMap { line in
      line.components(separatedBy: "y=\"").last?.components(separatedBy: "\"").first.flatMap(Double.init)
    }
    .sorted()
    #expect(heights.count == 6)
    #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 >= 16 })
  }
}

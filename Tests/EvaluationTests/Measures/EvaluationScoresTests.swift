import Evaluation
import Foundation
import Testing

@Suite struct EvaluationScoresTests {
  @Test("Scores are means over questions") func scoresAreMeansOverQuestions() throws {
    let result = EvaluationResult(of: [try judged(["5", "5", "7", ""], right: "5"), try judged(["1", "2", "2", "2"], right: "5")])
    #expect(result.scores.greedy == 0.5)
    #expect(result.scores.mean == 0.25)
    #expect(result.scores.majority == 0.5)
    #expect(result.scores.length == 10.875)
    #expect(result.boxedShare == 7 / 8.0)
    #expect(result.passRate(at: 4) == 0.5)
    #expect(result.majorityCount == 4)
  }

  @Test("The report has the keys that readers expect") func theReportHasTheKeysThatReadersExpect() throws {
    let before = EvaluationScores(greedy: 0.337, mean: 0.253, majority: 0.782, semanticEntropy: 2.3, length: 24)
    let after = EvaluationScores(greedy: 0.984, mean: 0.895, majority: 0.984, semanticEntropy: 0.31, length: 42)
    let report = Report(before: before, after: after, steps: 50, seconds: 133.5, policySHA256: "ab12")
    let json = try report.json()
    #expect(
      json == """
        {
          "after" : {
            "greedy" : 0.984,
            "length" : 42,
            "majority" : 0.984,
            "mean" : 0.895,
            "semantic_entropy" : 0.31
          },
          "before" : {
            "greedy" : 0.337,
            "length" : 24,
            "majority" : 0.782,
            "mean" : 0.253,
            "semantic_entropy" : 2.3
          },
          "policy_sha256" : "ab12",
          "seconds" : 133.5,
          "steps" : 50
        }

        """)
    #expect(try JSONDecoder().decode(Report.self, from: Data(json.utf8)) == report)
  }

  @Test("A report without a measurement leaves it out") func aReportWithoutAMeasurementLeavesItOut() throws {
    let json = try Report(before: nil, after: nil, steps: 6, seconds: 1, policySHA256: "").json()
    #expect(!json.contains("before") && !json.contains("after"))
  }
}

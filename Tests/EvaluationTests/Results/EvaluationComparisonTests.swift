import Evaluation
import Questions
import Testing

@Suite struct EvaluationComparisonTests {
  /// Results on one benchmark: a letter a question, of which R is right, W is wrong and a dot is no answer; greedy and both samples alike.
  private static func results(_ verdicts: [(String, String)], prompt: String = "p") -> EvaluationResults {
    let header = EvaluationHeader(
      model: "m", identity: "i", arithmetic: nil, samples: 2, seed: 0,
      benchmarks: verdicts.map { name, letters in
        EvaluationHeader.Benchmark(
          name: name, source: name, questions: letters.count, leftOut: 0, questionsDigest: "", promptsDigest: "", prompt: prompt,
          system: nil, judge: "exact", maximumTokens: 9)
      })
    var results = EvaluationResults(header: header)
    for (_, letters) in verdicts {
      for (index, letter) in letters.enumerated() {
        let answer = SampledAnswer(text: letter == "." ? "" : "x", isBoxed: true, tokenCount: 4)
        let sample = JudgedQuestion.Sample(answer: answer, cluster: 0, isCorrect: letter == "R")
        results.append(
          JudgedQuestion(
            question: Question(id: "\(index)", text: "\(index)?", answers: ["1"]), greedy: answer, isGreedyCorrect: letter == "R",
            samples: [sample, sample]))
      }
    }
    return results
  }

  private static func compare(
    _ first: [(String, String)], _ second: [(String, String)], prompts: (String, String) = ("p", "p")
  ) throws -> EvaluationComparison {
    try EvaluationComparison(
      results(first, prompt: prompts.0), results(second, prompt: prompts.1), names: ("a", "b"), bootstrap: Bootstrap(resamples: 500))
  }

  private static let weak = String(repeating: "RWW", count: 20)
  private static let strong = String(repeating: "RRW", count: 20)

  @Test("A clear difference is told with its test") func aClearDifferenceIsToldWithItsTest() throws {
    let comparison = try Self.compare([("x", Self.weak)], [("x", Self.strong)])
    let lines = comparison.lines()
    #expect(lines.prefix(2) == ["A = a", "B = b"])
    #expect(lines.contains("x, 60 questions; greedily right only A on 0, only B on 20"))
    let told = try #require(lines.first { $0.contains("B is better: +33.3 points [") })
    #expect(told.hasSuffix("p < 0.0001"))
    #expect(comparison.rows[0].figures.first { $0.name == "greedy_accuracy" }?.isExact == true)
    #expect(try Self.compare([("x", Self.strong)], [("x", Self.weak)]).lines().contains { $0.contains("A is better: -33.3 points [") })
  }

  @Test("A difference that chance makes is not told as one") func aDifferenceThatChanceMakesIsNotToldAsOne() throws {
    let lines = try Self.compare([("x", "RWRWRW.WRW")], [("x", "WRRWRWRWR.")]).lines()
    #expect(lines.contains { $0.contains("the data cannot tell them apart: +10.0 points [") && $0.hasSuffix("p = 1.00") })
    #expect(!lines.contains { $0.contains("better") })
  }

  @Test("The same answers are the same") func theSameAnswersAreTheSame() throws {
    let lines = try Self.compare([("x", Self.weak)], [("x", Self.weak)]).lines()
    #expect(lines.count { $0.hasSuffix("both are the same") } == 6)
  }

  @Test("Several benchmarks have a macro average, each weighing the same") func severalBenchmarksHaveAMacroAverage() throws {
    let comparison = try Self.compare([("x", "RRRR"), ("y", Self.weak)], [("x", "RRRR"), ("y", Self.strong), ("z", "R")])
    #expect(comparison.rows.map(\.name) == ["x", "y", "macro average"])
    let macro = try #require(comparison.rows.last?.figures.first { $0.name == "greedy_accuracy" })
    #expect(abs((macro.difference.value ?? 0) - 1.0 / 6) < 1e-12)
    #expect(!macro.isExact)
    #expect(comparison.remarks == ["only b has answers to z"])
    #expect(try comparison.json().hasSuffix("}\n"))
  }

  @Test("Questions that only one answered are left out and counted, and other settings are told") func remarks() throws {
    let comparison = try Self.compare([("x", "RRWW")], [("x", "RRW")], prompts: ("p", "q"))
    #expect(comparison.rows[0].questions == 3)
    #expect(
      comparison.remarks == ["1 question of x is not in both and left out", "the two differ on x by their prompts, too"])
  }

  @Test("Models without a question in common cannot be compared") func modelsWithoutAQuestionInCommon() {
    #expect(throws: EvaluationError.self) { try Self.compare([("x", "R")], [("y", "R")]) }
  }

  @Test("A summary has a row a benchmark, and tables as wide as the terminal") func aSummaryHasARowABenchmark() throws {
    let results = Self.results([("x", Self.weak), ("long-name", Self.strong)])
    let summary = EvaluationSummary(results, bootstrap: Bootstrap(resamples: 200))
    let lines = SummaryTable(summary).lines(width: 72)
    #expect(lines.allSatisfy { $0.count <= 72 })
    #expect(lines[0].hasPrefix("benchmark") && lines[0].contains("greedy, %"))
    #expect(lines.contains { $0.hasPrefix("x             ") && $0.contains("33.3 [") })
    #expect(lines.contains { $0.hasPrefix("macro average ") && $0.contains("50.0 [") })
    #expect(SummaryTable(EvaluationSummary(results, bootstrap: Bootstrap(resamples: 10))).lines(width: 400).count == 5)
    let one = SummaryTable(EvaluationSummary(Self.results([("x", Self.weak)]), bootstrap: Bootstrap(resamples: 200))).lines(width: 72)
    #expect(one[0] == "x, 60 questions" && one[2].hasPrefix("greedy, %  ") && one[2].contains(" 33.3 ["))
    #expect(try summary.json().contains(#""macro_average":{"#))
  }
}

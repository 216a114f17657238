import Evaluation
import Foundation
import Meaning
import Questions
import Testing

@Suite struct JudgedQuestionTests {
  /// Rounding of a few additions and divisions.
  static let tolerance = 1e-12

  @Test("Plurality decides the majority") func pluralityDecidesTheMajority() throws {
    #expect(try judged(["5", "7", "5", "", "", ""], right: "5").majorityAccuracy(of: 6) == 1)
    #expect(try judged(["5", "7", "7", "", "", ""], right: "5").majorityAccuracy(of: 6) == 0)
  }

  @Test("Of equally frequent answers the first wins") func ofEquallyFrequentAnswersTheFirstWins() throws {
    #expect(try judged(["5", "7", "7", "5"], right: "5").majorityAccuracy(of: 4) == 1)
    #expect(try judged(["7", "5", "5", "7"], right: "5").majorityAccuracy(of: 4) == 0)
    #expect(try judged(["", "5", "7", ""], right: "5").majorityAccuracy(of: 4) == 1)
  }

  @Test("Without answers there is no majority") func withoutAnswersThereIsNoMajority() throws {
    #expect(try judged(["", "", ""], right: "5").majorityAccuracy(of: 3) == 0)
  }

  @Test("More samples make more majorities") func moreSamplesMakeMoreMajorities() throws {
    // Two blocks of three, one right; the seventh sample is left out.
    #expect(try judged(["5", "5", "7", "7", "7", "5", "5"], right: "5").majorityAccuracy(of: 3) == 0.5)
  }

  @Test(
    "Pass rate counts the draws with a right sample",
    arguments: [
      // 1 - C(3,1)/C(4,1), 1 - C(3,2)/C(4,2), 1 - C(3,3)/C(4,3), and no way to draw four without the right one
      (1, 0.25), (2, 0.5), (3, 0.75), (4, 1.0),
    ])
  func passRateCountsTheDrawsWithARightSample(count: Int, rate: Double) throws {
    #expect(try abs(judged(["5", "7", "", "8"], right: "5").passRate(at: count) - rate) < Self.tolerance)
  }

  @Test("Pass rate is the share of subsets with a right sample") func passRateIsTheShareOfSubsetsWithARightSample() throws {
    let samples = ["5", "7", "5", "8", "9", ""]
    let question = try judged(samples, right: "5")
    for count in 1...6 {
      let subsets = (0..<1 << 6).filter { $0.nonzeroBitCount == count }
      let passing = subsets.count { subset in samples.indices.contains { subset >> $0 & 1 == 1 && samples[$0] == "5" } }
      #expect(abs(question.passRate(at: count) - Double(passing) / Double(subsets.count)) < Self.tolerance)
    }
  }

  @Test("Semantic entropy is in nats and empty answers stand alone") func semanticEntropyIsInNatsAndEmptyAnswersStandAlone() throws {
    #expect(try judged(["5", "5", "5", "5"], right: "5").semanticEntropy == 0)
    #expect(try abs(judged(["5", "5", "7", "7"], right: "5").semanticEntropy - log(2)) < Self.tolerance)
    #expect(try abs(judged(["", "", "", ""], right: "5").semanticEntropy - log(4)) < Self.tolerance)
  }

  @Test("The meaning decides and not the spelling") func theMeaningDecidesAndNotTheSpelling() throws {
    let question = try judged(["5.0", "5", "7"], right: "5")
    #expect(question.samples.map(\.isCorrect) == [true, true, false])
    #expect(question.samples.map(\.cluster) == [0, 0, 1])
    #expect(abs(question.meanAccuracy - 2.0 / 3) < Self.tolerance)
  }

  @Test("Without a right answer nothing is right") func withoutARightAnswerNothingIsRight() throws {
    let question = try judged(["5", ""], right: nil)
    #expect(question.samples.allSatisfy { !$0.isCorrect })
    #expect(!question.isGreedyCorrect)
  }

  @Test("An empty answer is never right") func anEmptyAnswerIsNeverRight() throws {
    #expect(try judged(["", "5"], right: "").samples.allSatisfy { !$0.isCorrect })
  }
}

/// Answers as an exact judge judges them; the first is the greedy one too. A response writes its answer and its place.
func judged(_ answers: [String], right: String?, question: String = "How many?") throws -> JudgedQuestion {
  let samples = answers.enumerated().map { index, answer in
    SampledAnswer(text: answer, isBoxed: !answer.isEmpty, tokenCount: 10 + answer.count, response: "\(index): \(answer)")
  }
  let question = Question(id: "q", text: question, answers: right.map { [$0] } ?? [])
  return try JudgedQuestion(SampledQuestion(question: question, greedy: samples[0], samples: samples), judge: ExactJudge())
}

import Evaluation
import Foundation
import Questions
import TestSupport
import Testing

/// What `scripts/fixtures/statistics.py` found by numpy, scipy and scikit-learn.
struct StatisticsFixture: Decodable {
  /// Two orders of summation, and interpolation, of numbers of a few hundred at most.
  static let tolerance = 1e-12

  /// One invented question; a letter an answer, of which A is right and a dot is none.
  struct Question: Decodable {
    var greedy: String
    var samples: String
    var cut: String
    var tokens: [Int]

    /// The question with verdicts as its letters have them.
    var judged: JudgedQuestion {
      let responses = (greedy + samples).enumerated().map { index, letter in
        SampledAnswer(
          text: letter == "." ? "" : String(letter), isBoxed: true, tokenCount: tokens[index],
          isTruncated: cut[cut.index(cut.startIndex, offsetBy: index)] == "1")
      }
      var clusters: [String: Int] = [:]
      var count = 0
      let samples = responses.dropFirst().map { answer in
        let known = answer.text.isEmpty ? nil : clusters[answer.text]
        let cluster = known ?? count
        if known == nil { count += 1 }
        if !answer.text.isEmpty { clusters[answer.text] = cluster }
        return JudgedQuestion.Sample(answer: answer, cluster: cluster, isCorrect: answer.text == "A")
      }
      return JudgedQuestion(
        question: Questions.Question(id: "q", text: "Which?", answers: ["A"]), greedy: responses[0], isGreedyCorrect: greedy == "A",
        samples: samples)
    }
  }

  var seed: String
  var resamples: Int
  var models: [[Question]]
  var draws: [[Int]]
  var figures: [[String: [Double]]]
  var differences: [String: [Double]]
  var macro: [String: [Double]]
  var mcnemar: [[Double]]
  var pass: [[Double]]

  static func read() throws -> StatisticsFixture {
    try JSONDecoder().decode(StatisticsFixture.self, from: TestFiles.data("statistics.json"))
  }

  var bootstrap: Bootstrap { Bootstrap(seed: UInt64(seed) ?? 0, resamples: resamples) }

  /// The measures of a model's first questions.
  func measures(ofModel model: Int, count: Int? = nil) -> [Measure] {
    let questions = models[model].map(\.judged)
    return Measure.all(of: Array(questions.prefix(count ?? questions.count)))
  }
}

/// Compares an estimate with value, low and high.
func expectEqual(_ estimate: Estimate, _ expected: [Double], _ name: String) {
  for (found, expected) in zip([estimate.value, estimate.low, estimate.high], expected) {
    #expect(abs((found ?? .nan) - expected) <= StatisticsFixture.tolerance * max(1, abs(expected)), "\(name)")
  }
}

import EMPO
import Foundation
import Meaning
import Rollouts
import Testing

struct GroupScorerTests {
  private static let question = "Why does the speed of light in vacuum not depend on its source?"

  /// A scorer to which token t of a sample is the response `responses[t]`.
  private func scorer(
    _ responses: [String], judge: any AnswerJudge = TextJudge(), options: ScoringOptions = ScoringOptions(),
    extraction: ExtractionOptions = ExtractionOptions(), rejectsRepetition: Bool = false
  ) -> GroupScorer {
    let reading = AnswerReading(extraction: extraction, rejectsRepetition: rejectsRepetition)
    return GroupScorer(ResponseScorer(judge: judge, reading: reading, options: options)) { tokens in
      tokens.map { responses[Int($0)] }.joined()
    }
  }

  private func score(_ scorer: GroupScorer, count: Int, logProbabilities: [[Float]]? = nil) throws -> ScoredGroup {
    let samples = (0..<count).map { Sample(tokens: [Int32($0)], logProbabilities: logProbabilities?[$0] ?? [-1]) }
    return try scorer.score(samples, of: GroupScorer.Subject(question: Self.question, seed: 1, step: 2, slot: 3))
  }

  @Test func `Only boxes and phrases are answers unless more is asked for`() throws {
    let responses = ["so 5", "\\fbox{5}", "The answer is five.", "about 5 or (B)"]
    let plain = try score(scorer(responses), count: 4)
    #expect(plain.responses.map(\.answer) == ["", "5", "five", ""])
    #expect(plain.responses.map(\.reward) == [0, 0.5, 0.5, 0])
    let numbers = try score(scorer(responses, extraction: ExtractionOptions(fallback: .number)), count: 4)
    #expect(numbers.responses.map(\.answer) == ["5", "5", "five", "5"])
    #expect(numbers.responses.map(\.reward) == [1, 1, 1, 1])
    let choices = try score(scorer(responses, judge: ChoiceJudge(), extraction: ExtractionOptions(fallback: .choice)), count: 4)
    #expect(choices.responses.map(\.answer) == ["", "5", "five", "B"])
  }

  @Test func `Answers that repeat the question earn nothing where that is asked for`() throws {
    let repetition = "#### the speed of light in vacuum"
    let responses = [repetition, repetition, "#### Lorentz invariance", ""]
    #expect(try score(scorer(responses), count: 4).responses.map(\.reward) == [0.5, 0.5, 0.25, 0])
    let options = ScoringOptions(emptyReward: -0.5)
    let guarded = try score(scorer(responses, options: options, rejectsRepetition: true), count: 4)
    #expect(guarded.responses.map(\.reward) == [0, 0, 0.25, -0.5])
    #expect(guarded.responses.map(\.cluster) == [0, 0, 1, 2])
    #expect(guarded.isKept)
  }

  @Test func `Of responses that agree the one in other words earns the most under EVOL-RL's reward`() throws {
    let same = "It has 5 left. #### 5"
    let responses = [same, "Take 2 from 7, so #### 5", same, "<think>It has 5 left.</think>Perhaps #### 6", "none"]
    let rewards = try score(scorer(responses, options: ScoringOptions(reward: .evol)), count: 5).responses.map(\.reward)
    #expect(rewards == [0.5, 1, 0.5, -0.5, -1])
  }

  /// Means of -1, -1 and -3 against sums of -1, -4 and -3.
  @Test func `Likelihoods are those of the samples' tokens`() throws {
    let responses = ["#### a", "#### b", "#### c"]
    let logProbabilities: [[Float]] = [[-1], [-1, -1, -1, -1], [-3]]
    func entropy(_ options: ScoringOptions) throws -> Double {
      try score(scorer(responses, options: options), count: 3, logProbabilities: logProbabilities).semanticEntropy
    }
    let likelihood = ScoringOptions(entropy: .likelihood)
    #expect(try abs(entropy(ScoringOptions()) - log(3.0)) < 1e-12)
    #expect(try entropy(likelihood) == semanticEntropy(clusters: [0, 1, 2], logProbabilities: [-1, -1, -3]))
    var sums = likelihood
    sums.normalizesLength = false
    #expect(try entropy(sums) == semanticEntropy(clusters: [0, 1, 2], logProbabilities: [-1, -4, -3]))
  }
}

import EMPO
import Foundation
import Meaning
import Rollouts
import Testing

@Suite struct ResponseScorerTests {
  private let responses = ["I say \\boxed{1/2}.", "the answer is 0.5", "\\boxed{3}", "I don't know 7"]

  @Test("Answers are clustered and rewarded") func answersAreClusteredAndRewarded() throws {
    let scored = try ResponseScorer(judge: ExactJudge()).score(responses, question: "q")
    #expect(scored.answers == ["1/2", "0.5", "3", ""])
    #expect(scored.score.clusters == [0, 0, 1, 2])
    #expect(scored.score.probabilities == [0.5, 0.25, 0.25])
    #expect(scored.score.rewards == [0.5, 0.5, 0.25, 0])
    #expect(abs(scored.score.semanticEntropy - 1.5 * log(2)) < 1e-12)
    #expect(scored.score.isKept)
  }

  @Test("What counts as an answer is a setting") func whatCountsAsAnAnswerIsASetting() throws {
    func answers(_ reading: AnswerReading) throws -> [String] {
      try ResponseScorer(judge: ExactJudge(), reading: reading).score(responses, question: "q").answers
    }
    #expect(try answers(AnswerReading(extraction: ExtractionOptions(fallback: .number))) == ["1/2", "0.5", "3", "7"])
    #expect(try answers(AnswerReading(takesWholeResponse: true)) == responses)
    let blank = try ResponseScorer(judge: ExactJudge(), reading: AnswerReading(takesWholeResponse: true))
      .score([" \n\t ", "\u{3000}", " a\n"], question: "q")
    #expect(blank.answers == ["", "", "a"] && blank.score.clusters == [0, 1, 2])
  }

  @Test("An answer that repeats the question earns nothing where asked") func anAnswerThatRepeatsTheQuestionEarnsNothingWhereAsked() throws
  {
    let question = "How many apples does Tom have?"
    let responses = ["\\boxed{How many apples does Tom have}", "\\boxed{3}", "\\boxed{3}", "\\boxed{3}"]
    for rejects in [false, true] {
      let scorer = ResponseScorer(judge: ExactJudge(), reading: AnswerReading(rejectsRepetition: rejects))
      #expect(try scorer.score(responses, question: question).score.rewards == [rejects ? 0 : 0.25, 0.75, 0.75, 0.75])
    }
  }

  @Test("Only the reward for accuracy looks at the answer") func onlyTheRewardForAccuracyLooksAtTheAnswer() throws {
    let accuracy = ResponseScorer(judge: ExactJudge(), options: ScoringOptions(reward: .accuracy, emptyReward: -0.5))
    #expect(try accuracy.score(responses, question: "q", accepted: ["50\\%"]).score.rewards == [1, 1, 0, -0.5])
    #expect(throws: EMPOError.self) { try accuracy.score(responses, question: "q") }
    // Any of several accepted answers is right.
    #expect(try accuracy.score(responses, question: "q", accepted: ["7", "3.0", "1/2"]).score.rewards == [1, 1, 1, -0.5])
  }

  @Test("The likelihood entropy reads log probabilities") func theLikelihoodEntropyReadsLogProbabilities() throws {
    let scorer = ResponseScorer(judge: ExactJudge(), options: ScoringOptions(entropy: .likelihood))
    let scored = try scorer.score(["\\boxed{1}", "\\boxed{2}"], question: "", logProbabilities: [log(0.75), log(0.25)])
    #expect(zip(scored.score.probabilities, [0.75, 0.25]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(abs(scored.score.semanticEntropy - (-0.75 * log(0.75) - 0.25 * log(0.25))) < 1e-12)
    #expect(throws: EMPOError.self) { try scorer.score(["a"], question: "") }
  }
}

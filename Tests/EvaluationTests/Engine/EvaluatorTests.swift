import Evaluation
import Meaning
import NumericTestSupport
import Questions
import Rollouts
import Testing

/// A small random model answers with a number made of its first token.
@Suite struct EvaluatorTests {
  static let questions = (0..<9).map { Question(id: "q\($0)", text: "\($0)", answers: ["\($0 % 3)"]) }

  static func evaluator(judge: any AnswerJudge = ExactJudge(), maximumPromptTokens: Int = 12, majorityCount: Int = 5) -> Evaluator {
    Evaluator(
      options: EvaluationOptions(
        samplesPerQuestion: 6, majorityCount: majorityCount, maximumPromptTokens: maximumPromptTokens, maximumNewTokens: 7, seed: 3),
      judge: judge, stopTokens: [1, 2, 3], prompt: { TinyModel.tokens(4 + (Int($0.text) ?? 0), seed: 5) }, decode: text)
  }

  static func text(of tokens: [Int32]) -> String {
    tokens[0] < 6 ? "No idea." : "The answer is \\boxed{\(tokens[0] % 3)}."
  }

  static func engine(maximumSequences: Int = 64, seed: UInt64 = 1) throws -> GenerationEngine {
    GenerationEngine(try TinyModel.decoder(seed: seed), maximumSequences: maximumSequences, maximumLength: 40)
  }

  @Test("Scores follow from what the engine generates") func scoresFollowFromWhatTheEngineGenerates() throws {
    let result = try Self.evaluator().evaluate(Self.questions, with: try Self.engine())
    let engine = try Self.engine()
    var right = 0
    for (index, question) in Self.questions.enumerated() {
      let request = GenerationRequest(
        promptTokens: TinyModel.tokens(4 + index, seed: 5), sampleCount: 1, seed: 99, options: .greedy(maximumNewTokens: 7),
        stopTokens: [1, 2, 3])
      let tokens = engine.generate([request])[0][0].tokens
      if extractAnswer(from: Self.text(of: tokens)).text == question.answers.first { right += 1 }
    }
    #expect(result.scores.greedy == Double(right) / 9)
    #expect(result.questions.map(\.question) == Self.questions)
    #expect(result.questions.allSatisfy { $0.samples.count == 6 })
    #expect(result.majorityCount == 5)
    #expect(result.boxedShare > 0 && result.boxedShare <= 1)
    #expect((1...7).contains(result.scores.length))
  }

  @Test("Scores do not depend on the engines batch") func scoresDoNotDependOnTheEnginesBatch() throws {
    let result = try Self.evaluator().evaluate(Self.questions, with: try Self.engine())
    #expect(try Self.evaluator().evaluate(Self.questions, with: try Self.engine(maximumSequences: 5)) == result)
    #expect(try Self.evaluator().evaluate(Self.questions, with: try Self.engine(seed: 2)) != result)
  }

  @Test("A question is answered alone as it is among all") func aQuestionIsAnsweredAloneAsItIsAmongAll() throws {
    let (evaluator, engine) = (Self.evaluator(), try Self.engine())
    let all = try evaluator.evaluate(Self.questions, with: engine)
    #expect(try evaluator.evaluate(Self.questions, at: [7, 2], with: engine).questions == [all.questions[7], all.questions[2]])
  }

  @Test("The look in passing sees the same greedy accuracy") func theLookInPassingSeesTheSameGreedyAccuracy() throws {
    let (evaluator, engine) = (Self.evaluator(), try Self.engine())
    let result = try evaluator.evaluate(Self.questions, with: engine)
    #expect(try evaluator.greedyAccuracy(on: Self.questions, with: engine) == result.scores.greedy)
  }

  @Test("A prompt that does not fit is named") func aPromptThatDoesNotFitIsNamed() throws {
    let error = try #require(throws: EvaluationError.self) {
      try Self.evaluator(maximumPromptTokens: 11).evaluate(Self.questions, with: try Self.engine())
    }
    #expect(error.code == .prompt)
    #expect(error.message == "the held-out question q8 has a prompt of 12 tokens, expected 1 to 11")
  }

  @Test("Without questions or answers there is nothing to measure") func withoutQuestionsOrAnswersThereIsNothingToMeasure() throws {
    #expect(throws: EvaluationError.self) { try Self.evaluator().evaluate([], with: try Self.engine()) }
    let error = try #require(throws: EvaluationError.self) {
      try Self.evaluator().greedyAccuracy(on: [Question(id: "q0", text: "0")], with: try Self.engine())
    }
    #expect(error.message == "the held-out question q0 has no answer to measure with")
  }

  private struct BrokenJudge: AnswerJudge {
    struct Broken: Error {}
    func clusters(of answers: [String], question: String) throws -> [Int] { throw Broken() }
    func verdict(on first: String, and second: String, question: String) throws -> Verdict { throw Broken() }
  }

  @Test("A judge that fails is reported with its cause") func aJudgeThatFailsIsReportedWithItsCause() throws {
    let error = try #require(throws: EvaluationError.self) {
      try Self.evaluator(judge: BrokenJudge()).evaluate(Self.questions, with: try Self.engine())
    }
    #expect(error.code == .judge)
    #expect(error.cause is BrokenJudge.Broken)
  }
}

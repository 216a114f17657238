import Evaluation
import Meaning
import NumericTestSupport
import Questions
import Rollouts
import Testing

/// A small random model answers with a number made of its first token.
@Suite struct EvaluatorTests {
  static let questions = (0..<9).map { Question(id: "q\($0)", text: "\($0)", answers: ["\($0 % 3)"]) }

  static func request(_ index: Int, responseCount: Int = 7, given: [[Int32]]? = nil) -> EvaluationRequest {
    EvaluationRequest(
      promptTokens: TinyModel.tokens(4 + index, seed: 5), responseCount: responseCount, seed: 3, place: UInt32(index), maximumNewTokens: 7,
      stopTokens: [1, 2, 3], given: given)
  }

  static func evaluator(judge: any AnswerJudge = ExactJudge()) -> Evaluator { Evaluator(judge: judge) }

  static func told(_ tokens: [[Int32]]) -> [ModelResponse] {
    tokens.map { ModelResponse(text: text(of: $0), tokenCount: $0.count, isTruncated: false) }
  }

  static func text(of tokens: [Int32]) -> String {
    tokens[0] < 6 ? "No idea." : "The answer is \\boxed{\(tokens[0] % 3)}."
  }

  static func engine(maximumSequences: Int = 64, seed: UInt64 = 1) throws -> GenerationEngine {
    GenerationEngine(try TinyModel.decoder(seed: seed), maximumSequences: maximumSequences, maximumLength: 40)
  }

  /// The responses to all questions, all parts of all requests in one piece.
  static func responses(_ requests: [EvaluationRequest], with engine: GenerationEngine) -> [[Sample]] {
    var samples = engine.generate(requests.flatMap(\.parts))[...]
    return requests.map { request in
      let parts = samples.prefix(request.parts.count)
      samples = samples.dropFirst(request.parts.count)
      return parts.flatMap { $0 }
    }
  }

  static func result(with engine: GenerationEngine) throws -> EvaluationResult {
    let responses = responses(questions.indices.map { request($0) }, with: engine)
    return EvaluationResult(
      of: try zip(questions, responses).map { try evaluator().judged(told($1.map(\.tokens)), to: $0) }, majorityCount: 5)
  }

  @Test("Scores follow from what the engine generates") func scoresFollowFromWhatTheEngineGenerates() throws {
    let result = try Self.result(with: try Self.engine())
    let engine = try Self.engine()
    var right = 0
    for (index, question) in Self.questions.enumerated() {
      let request = GenerationRequest(
        promptTokens: TinyModel.tokens(4 + index, seed: 5), sampleCount: 1, seed: 99, options: .greedy(maximumNewTokens: 7),
        stopTokens: [1, 2, 3])
      let tokens = engine.generate([request])[0][0].tokens
      if extractAnswer(from: Self.text(of: tokens)).text == question.answers.first { right += 1 }
      #expect(result.questions[index].greedy.response == Self.text(of: tokens))
    }
    #expect(result.scores.greedy == Double(right) / 9)
    #expect(result.questions.map(\.question) == Self.questions)
    #expect(result.questions.allSatisfy { $0.samples.count == 6 })
    #expect(result.majorityCount == 5)
    #expect(result.boxedShare > 0 && result.boxedShare <= 1)
    #expect((1...7).contains(result.scores.length))
  }

  @Test("Responses do not depend on the engine's batch") func responsesDoNotDependOnTheEnginesBatch() throws {
    let requests = Self.questions.indices.map { Self.request($0) }
    let responses = Self.responses(requests, with: try Self.engine())
    #expect(Self.responses(requests, with: try Self.engine(maximumSequences: 5)) == responses)
    #expect(Self.responses(requests, with: try Self.engine(seed: 2)) != responses)
    let engine = try Self.engine()
    #expect(requests.indices.map { Self.responses([requests[$0]], with: engine)[0] } == responses)
  }

  @Test("The greedy response is the same without samples") func theGreedyResponseIsTheSameWithoutSamples() throws {
    let engine = try Self.engine()
    let full = Self.responses([Self.request(4)], with: engine)[0]
    let alone = Self.responses([Self.request(4, responseCount: 1)], with: engine)[0]
    #expect(alone == Array(full.prefix(1)))
    let judged = try Self.evaluator().judged(Self.told(alone.map(\.tokens)), to: Self.questions[4])
    #expect(judged.samples.isEmpty)
    #expect(judged.isGreedyCorrect == (try Self.evaluator().judged(Self.told(full.map(\.tokens)), to: Self.questions[4]).isGreedyCorrect))
  }

  @Test("Responses that are followed come out as they were, and end where another token is drawn")
  func responsesThatAreFollowedComeOutAsTheyWere() throws {
    let engine = try Self.engine()
    let responses = Self.responses([Self.request(2)], with: engine)[0]
    var given = responses.map(\.tokens)
    #expect(Self.responses([Self.request(2, given: given)], with: engine)[0] == responses)
    given[3][0] = (given[3][0] + 1) % 7 + 4
    let followed = Self.responses([Self.request(2, given: given)], with: engine)[0]
    #expect(followed[3].tokens == Array(responses[3].tokens.prefix(1)))
    #expect(followed[0] == responses[0])
  }

  @Test("Without its answer a question cannot be judged") func withoutItsAnswerAQuestionCannotBeJudged() throws {
    let error = try #require(throws: EvaluationError.self) {
      try Self.evaluator().judged(Self.told([[7]]), to: Question(id: "q0", text: "0"))
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
      try Self.evaluator(judge: BrokenJudge()).judged(Self.told([[7], [8]]), to: Self.questions[0])
    }
    #expect(error.code == .judge)
    #expect(error.cause is BrokenJudge.Broken)
  }
}

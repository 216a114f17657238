import Evaluation
import Meaning
import NumericTestSupport
import Questions
import Rollouts
import Testing

@Suite struct EvaluationResponderTests {
  /// Answers from the last question to the first.
  private struct Backwards: EvaluationResponder {
    var missing: Int?

    func responses(to places: Range<Int>) -> AsyncThrowingStream<AnsweredPlace, any Error> {
      AsyncThrowingStream { continuation in
        for place in places.reversed() where place != missing {
          let response = ModelResponse(text: "\\boxed{\(place)}", tokenCount: place, isTruncated: false)
          continuation.yield(AnsweredPlace(place: place, responses: [response, response]))
        }
        continuation.finish()
      }
    }
  }

  private static let questions = (0..<6).map {
    BenchmarkQuestion(benchmark: "b", question: Question(id: "\($0)", text: "?", answers: ["\($0 / 2 * 2)"]))
  }

  @Test("Judged questions come in order, whichever was answered first") func judgedQuestionsComeInOrder() async throws {
    var taken: [Int] = []
    var right: [Bool] = []
    try await Backwards().judged(Self.questions, from: 2, evaluator: { _ in Evaluator(judge: ExactJudge()) }) { place, judged in
      taken.append(place)
      right.append(judged.isGreedyCorrect)
      #expect(judged.question == Self.questions[place].question && judged.samples.count == 1)
    }
    #expect(taken == [2, 3, 4, 5])
    #expect(right == [true, false, true, false])
  }

  @Test("A responder that leaves a question out is an error") func aResponderThatLeavesAQuestionOutIsAnError() async throws {
    await #expect(throws: EvaluationError.self) {
      try await Backwards(missing: 3).judged(Self.questions, from: 0, evaluator: { _ in Evaluator(judge: ExactJudge()) }) { _, _ in }
    }
  }

  @Test("An engine answers the same, however many responses are under way", arguments: [1, 7, 64])
  func anEngineAnswersTheSame(maximumSequences: Int) async throws {
    let requests = EvaluatorTests.questions.indices.map { EvaluatorTests.request($0) }
    let expected = EvaluatorTests.responses(requests, with: try EvaluatorTests.engine())
    let decoder = try TinyModel.decoder(seed: 1)
    let responder = EngineResponder(
      requests, maximumSequences: maximumSequences,
      makeEngine: { GenerationEngine(decoder, maximumSequences: maximumSequences, maximumLength: 40) }, decode: EvaluatorTests.text)
    var found: [Int: [ModelResponse]] = [:]
    for try await answered in responder.responses(to: 3..<9) { found[answered.place] = answered.responses }
    #expect(Set(found.keys) == Set(3..<9))
    for place in 3..<9 {
      #expect(
        found[place]
          == expected[place].map {
            ModelResponse(text: EvaluatorTests.text(of: $0.tokens), tokenCount: $0.tokens.count, isTruncated: $0.isTruncated)
          })
    }
  }

  @Test("A request that does not fit the engine is an error") func aRequestThatDoesNotFitIsAnError() async throws {
    let decoder = try TinyModel.decoder(seed: 1)
    let responder = EngineResponder(
      [EvaluatorTests.request(0)], maximumSequences: 4,
      makeEngine: { GenerationEngine(decoder, maximumSequences: 4, maximumLength: 6) }, decode: EvaluatorTests.text)
    await #expect(throws: RolloutsError.self) {
      for try await _ in responder.responses(to: 0..<1) {}
    }
  }
}

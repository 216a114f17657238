public import Questions

/// A question of a benchmark.
public struct BenchmarkQuestion: Sendable, Equatable {
  /// The benchmark's name.
  public var benchmark: String
  /// The question, with its accepted answers.
  public var question: Question

  /// Creates one.
  public init(benchmark: String, question: Question) {
    self.benchmark = benchmark
    self.question = question
  }
}

extension EvaluationResponder {
  /// Has the questions from a place on answered, judges the responses, and hands the judged questions on in the questions' order, whichever
  /// was answered first.
  ///
  /// - Parameters:
  ///   - questions: All questions; their indices are the responder's places.
  ///   - evaluator: The judge of a benchmark, by its name.
  ///   - take: Gets each judged question.
  public func judged(
    _ questions: [BenchmarkQuestion], from start: Int, evaluator: (_ benchmark: String) -> Evaluator,
    take: (_ place: Int, JudgedQuestion) throws -> Void
  ) async throws {
    var next = start
    var early: [Int: JudgedQuestion] = [:]
    guard start < questions.count else { return }
    for try await answered in responses(to: start..<questions.count) {
      let asked = questions[answered.place]
      early[answered.place] = try evaluator(asked.benchmark).judged(answered.responses, to: asked.question)
      while let judged = early.removeValue(forKey: next) {
        try take(next, judged)
        next += 1
      }
    }
    guard next == questions.count else {
      throw EvaluationError(.model, "the responder answered \(next) of \(questions.count) questions")
    }
  }
}

/// The scores of a question set, with the details that report.json leaves out.
public struct EvaluationResult: Sendable, Equatable {
  /// The scores.
  public let scores: EvaluationScores

  /// The share of samples with a boxed answer.
  public let boxedShare: Double

  /// Every question with its judged answers, in the order of the set.
  public let questions: [JudgedQuestion]

  /// The number of samples that formed each majority.
  public let majorityCount: Int

  /// Averages the measures over questions, each question weighing the same.
  ///
  /// - Parameter majorityCount: the number of samples that form a majority; all of them when nil.
  public init(of questions: [JudgedQuestion], majorityCount: Int? = nil) {
    precondition(!questions.isEmpty && questions.allSatisfy { !$0.samples.isEmpty }, "an evaluation needs questions with samples")
    let majorityCount = majorityCount ?? questions[0].samples.count
    func mean(_ measure: (JudgedQuestion) -> Double) -> Double {
      questions.reduce(0) { $0 + measure($1) } / Double(questions.count)
    }
    self.questions = questions
    self.majorityCount = majorityCount
    boxedShare = mean(\.boxedShare)
    scores = EvaluationScores(
      greedy: mean { $0.isGreedyCorrect ? 1 : 0 }, mean: mean(\.meanAccuracy), majority: mean { $0.majorityAccuracy(of: majorityCount) },
      semanticEntropy: mean(\.semanticEntropy), length: mean(\.meanLength))
  }

  /// The mean of the questions' pass@`count`, at most the number of samples.
  public func passRate(at count: Int) -> Double {
    questions.reduce(0) { $0 + $1.passRate(at: count) } / Double(questions.count)
  }
}

public import EMPO
public import Meaning

/// Turns the texts of a group's responses into answers, meaning clusters and rewards.
public struct ResponseScorer: Sendable {
  /// What the responses of a group say, and how they are rewarded.
  public struct Scored: Sendable, Equatable {
    /// The answers, in sample order, empty where a response gives none. Shape [G].
    public var answers: [String]

    /// Clusters, rewards and the rest.
    public var score: GroupScore
  }

  /// The judge of equal meaning.
  public let judge: any AnswerJudge

  /// What counts as an answer.
  public let reading: AnswerReading

  /// The reward and the bounds for keeping a group.
  public let options: ScoringOptions

  /// Creates a scorer.
  public init(judge: any AnswerJudge, reading: AnswerReading = AnswerReading(), options: ScoringOptions = ScoringOptions()) {
    self.judge = judge
    self.reading = reading
    self.options = options
  }

  /// Scores the responses to a question. Throws what the judge throws, and for options that do not fit the group.
  ///
  /// - Parameters:
  ///   - answer: the reference answer; needed for the accuracy reward only.
  ///   - logProbabilities: of each response; needed for the likelihood-weighted entropy only.
  ///   - uniforms: one number a response; needed for the random reward only.
  public func score(
    _ responses: [String], question: String, answer: String? = nil, logProbabilities: [Double]? = nil, uniforms: [Double] = []
  ) throws -> Scored {
    let answers = responses.map(reading.answer(in:))
    let texts = answers.map(\.text)
    let evidence = GroupEvidence(
      clusters: try judge.clusters(of: texts, question: question), isEmpty: texts.map(\.isEmpty), isFormatted: answers.map(\.isBoxed),
      isCorrect: try answer.map { try correctness(of: texts, answer: $0, question: question) }, uniforms: uniforms,
      isRepetition: reading.rejectsRepetition ? texts.map { repeatsQuestion($0, question: question) } : nil,
      logProbabilities: logProbabilities)
    return Scored(answers: texts, score: try EMPO.score(evidence, options: options))
  }

  /// Which answers mean what the reference answer means.
  private func correctness(of answers: [String], answer: String, question: String) throws -> [Bool] {
    let clusters = try judge.clusters(of: answers + [answer], question: question)
    return clusters.dropLast().map { $0 == clusters.last }
  }
}

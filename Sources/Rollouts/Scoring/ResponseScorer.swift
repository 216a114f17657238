public import EMPO
public import Meaning

/// Turns the texts of a group's responses into answers, meaning clusters and rewards.
public struct ResponseScorer: Sendable {
  /// The answers of a group's responses, and their rewards.
  public struct Scored: Sendable, Equatable {
    /// The answers, in sample order, empty where a response gives none. Shape [G].
    public var answers: [String]

    /// Clusters, rewards and the rest.
    public var score: GroupScore
  }

  /// The judge of equal meaning.
  public let judge: any AnswerJudge

  /// How answers are read.
  public let reading: AnswerReading

  /// The reward and the bounds for keeping a group.
  public let options: ScoringOptions

  /// Creates a scorer.
  public init(judge: any AnswerJudge, reading: AnswerReading = AnswerReading(), options: ScoringOptions = ScoringOptions()) {
    self.judge = judge
    self.reading = reading
    self.options = options
  }

  /// Scores the responses to a question. Throws the judge's errors, and an error for options that do not fit the group.
  ///
  /// - Parameters:
  ///   - accepted: the reference answers, of which any is right; needed for the accuracy reward only.
  ///   - logProbabilities: of each response; needed for the likelihood-weighted entropy only.
  ///   - uniforms: one number a response; needed for rewards that toss coins only.
  public func score(
    _ responses: [String], question: String, accepted: [String] = [], logProbabilities: [Double]? = nil, uniforms: [Double] = []
  ) throws -> Scored {
    let answers = responses.map(reading.answer(in:))
    let texts = answers.map(\.text)
    let evidence = GroupEvidence(
      clusters: try judge.clusters(of: texts, question: question), isEmpty: texts.map(\.isEmpty), isFormatted: answers.map(\.isBoxed),
      isCorrect: accepted.isEmpty ? nil : try correctness(of: texts, accepted: accepted, question: question), uniforms: uniforms,
      isRepetition: reading.rejectsRepetition ? texts.map { repeatsQuestion($0, question: question) } : nil,
      logProbabilities: logProbabilities, similarities: options.reward == .evol ? responseSimilarities(responses) : nil)
    return Scored(answers: texts, score: try EMPO.score(evidence, options: options))
  }

  /// Whether each answer means the same as one of the reference answers.
  private func correctness(of answers: [String], accepted: [String], question: String) throws -> [Bool] {
    let clusters = try judge.clusters(of: answers + accepted, question: question)
    let right = Set(clusters.suffix(accepted.count))
    return clusters.prefix(answers.count).map(right.contains)
  }
}

public import Meaning
public import Questions
internal import Rollouts

/// A sampled question after its answers were compared with one another and with the accepted ones.
public struct JudgedQuestion: Sendable, Equatable {
  /// One sampled answer with the verdicts about it.
  public struct Sample: Sendable, Equatable {
    /// The sampled answer.
    public var answer: SampledAnswer

    /// The index of its meaning cluster among the question's samples, numbered by first appearance; an empty answer is alone in its own.
    public var cluster: Int

    /// Whether it equals an accepted answer.
    public var isCorrect: Bool

    /// Creates a judged sample.
    public init(answer: SampledAnswer, cluster: Int, isCorrect: Bool) {
      self.answer = answer
      self.cluster = cluster
      self.isCorrect = isCorrect
    }
  }

  /// The question, with its accepted answers.
  public var question: Question

  /// The greedy answer.
  public var greedy: SampledAnswer

  /// Whether the greedy answer equals an accepted one.
  public var isGreedyCorrect: Bool

  /// The samples, in sample order.
  public var samples: [Sample]

  /// Creates a judged question.
  public init(question: Question, greedy: SampledAnswer, isGreedyCorrect: Bool, samples: [Sample]) {
    self.question = question
    self.greedy = greedy
    self.isGreedyCorrect = isGreedyCorrect
    self.samples = samples
  }

  /// Judges a sampled question. Throws the judge's errors.
  public init(_ sampled: SampledQuestion, judge: some AnswerJudge) throws {
    try self.init(sampled) { try judge.clusters(of: $0, question: $1) }
  }

  /// Judges a sampled question by the meaning clusters of answers, numbered by first appearance.
  ///
  /// The samples are clustered without the accepted answers, so that the label can't change the clusters. Then each distinct answer is
  /// compared with the accepted ones.
  public init(_ sampled: SampledQuestion, clusters: (_ answers: [String], _ question: String) throws -> [Int]) rethrows {
    var verdicts: [String: Bool] = ["": false]
    func isCorrect(_ answer: String) throws -> Bool {
      if let verdict = verdicts[answer] { return verdict }
      let verdict = try sampled.question.answers.contains { accepted in
        guard !accepted.isEmpty else { return false }
        let both = try clusters([accepted, answer], sampled.question.text)
        return both[0] == both[1]
      }
      verdicts[answer] = verdict
      return verdict
    }
    let indices = try clusters(sampled.samples.map(\.text), sampled.question.text)
    precondition(indices.count == sampled.samples.count, "every answer has a cluster")
    question = sampled.question
    greedy = sampled.greedy
    isGreedyCorrect = try isCorrect(sampled.greedy.text)
    samples = try zip(sampled.samples, indices).map { answer, cluster in
      Sample(answer: answer, cluster: cluster, isCorrect: try isCorrect(answer.text))
    }
  }
}

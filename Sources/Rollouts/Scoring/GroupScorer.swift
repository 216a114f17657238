public import EMPO
public import Meaning
internal import Tensors

/// Turns the samples of one question into a scored group: text, answers, meaning clusters, rewards.
public struct GroupScorer: Sendable {
  /// What a group answers, and where its random numbers come from.
  public struct Subject: Sendable {
    /// The question, for judges whose decision depends on it.
    public var question: String
    /// The reference answer; needed for the accuracy reward only.
    public var answer: String?
    /// The run's seed.
    public var seed: UInt64
    /// The step.
    public var step: UInt32
    /// The slot.
    public var slot: UInt32

    /// Creates a subject.
    public init(question: String, answer: String?, seed: UInt64, step: UInt32, slot: UInt32) {
      self.question = question
      self.answer = answer
      self.seed = seed
      self.step = step
      self.slot = slot
    }
  }

  /// The judge of equal meaning.
  public let judge: any AnswerJudge

  /// The reward and the bounds for keeping a group.
  public let options: ScoringOptions

  /// How answers are found.
  public let extraction: ExtractionOptions

  /// Whether an answer that only repeats the question earns 0: the guard of EMPO's authors for free-form answers.
  public let rejectsRepetition: Bool

  private let decode: @Sendable ([Int32]) -> String

  /// A scorer that reads responses through `decode`, which leaves special tokens out.
  public init(
    judge: any AnswerJudge, options: ScoringOptions, extraction: ExtractionOptions = ExtractionOptions(),
    rejectsRepetition: Bool = false, decode: @escaping @Sendable ([Int32]) -> String
  ) {
    self.judge = judge
    self.options = options
    self.extraction = extraction
    self.rejectsRepetition = rejectsRepetition
    self.decode = decode
  }

  /// The scored group of all samples of a question. Throws what the judge throws, and for options that do not fit the group.
  public func score(_ samples: [Sample], of subject: Subject) throws -> ScoredGroup {
    let answers = samples.map { extractAnswer(from: decode($0.tokens), options: extraction) }
    let texts = answers.map(\.text)
    let clusters = try judge.clusters(of: texts, question: subject.question)
    let score = try EMPO.score(
      GroupEvidence(
        clusters: clusters, isEmpty: texts.map(\.isEmpty), isFormatted: answers.map(\.isBoxed),
        isCorrect: try subject.answer.map { try correctness(of: texts, answer: $0, question: subject.question) },
        uniforms: options.reward == .random ? uniforms(count: samples.count, subject) : [],
        isRepetition: rejectsRepetition ? texts.map { repeatsQuestion($0, question: subject.question) } : nil,
        logProbabilities: options.entropy == .likelihood ? samples.map { options.logProbability(ofTokens: $0.logProbabilities) } : nil),
      options: options)
    let responses = samples.indices.map { index in
      ScoredResponse(
        tokens: samples[index].tokens, tokenLogProbabilities: samples[index].logProbabilities, isTruncated: samples[index].isTruncated,
        answer: texts[index], cluster: clusters[index], reward: score.rewards[index])
    }
    return ScoredGroup(responses: responses, semanticEntropy: score.semanticEntropy, isKept: score.isKept)
  }

  /// Which answers mean what the reference answer means.
  private func correctness(of answers: [String], answer: String, question: String) throws -> [Bool] {
    let clusters = try judge.clusters(of: answers + [answer], question: question)
    return clusters.dropLast().map { $0 == clusters.last }
  }

  /// A uniform number a sample, at a counter that no token position reaches.
  private func uniforms(count: Int, _ subject: Subject) -> [Double] {
    (0..<count).map { sample in
      let stream = Philox.Stream(step: subject.step, slot: subject.slot, sample: UInt32(sample))
      return Double(Philox(seed: subject.seed, stream: stream).uniform(at: .max))
    }
  }
}

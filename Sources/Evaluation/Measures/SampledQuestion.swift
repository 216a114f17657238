public import Questions

/// One response, as far as the measures need it.
public struct SampledAnswer: Sendable, Equatable {
  /// The extracted answer; empty when the response gives none.
  public var text: String

  /// Whether the answer came out of a complete `\boxed{}`.
  public var isBoxed: Bool

  /// Response tokens, the stop token included where one was sampled; nil where nobody counted them.
  public var tokenCount: Int?

  /// Whether the response ended at its length limit.
  public var isTruncated: Bool

  /// The whole response, as the model wrote it; empty where nobody will read it.
  public var response: String

  /// Creates a sampled answer.
  public init(text: String, isBoxed: Bool, tokenCount: Int?, isTruncated: Bool = false, response: String = "") {
    self.text = text
    self.isBoxed = isBoxed
    self.tokenCount = tokenCount
    self.isTruncated = isTruncated
    self.response = response
  }
}

/// One question with its greedy answer and its answers sampled at temperature 1.
public struct SampledQuestion: Sendable, Equatable {
  /// The question, with its accepted answers.
  public var question: Question

  /// The answer of the greedy response.
  public var greedy: SampledAnswer

  /// The answers of the sampled responses, in sample order.
  public var samples: [SampledAnswer]

  /// Creates a sampled question.
  public init(question: Question, greedy: SampledAnswer, samples: [SampledAnswer]) {
    self.question = question
    self.greedy = greedy
    self.samples = samples
  }
}

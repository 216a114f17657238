/// A response as a model gave it.
public struct ModelResponse: Sendable, Equatable {
  /// The text, without special tokens.
  public var text: String

  /// Its tokens, the stop token included where one was sampled; nil where whoever answered did not count them.
  public var tokenCount: Int?

  /// Whether it ended at its length limit.
  public var isTruncated: Bool

  /// Creates a response.
  public init(text: String, tokenCount: Int?, isTruncated: Bool) {
    self.text = text
    self.tokenCount = tokenCount
    self.isTruncated = isTruncated
  }
}

/// Whoever answers the questions of a measurement: a model on this host, or a server.
public protocol EvaluationResponder: Sendable {
  /// The responses to some of the questions, by their places among all that there are, in any order; of each the first response is the greedy
  /// one. Ending the iteration ends the work.
  func responses(to places: Range<Int>) -> AsyncThrowingStream<AnsweredPlace, any Error>
}

/// The responses to one question.
public struct AnsweredPlace: Sendable, Equatable {
  /// The question's place.
  public var place: Int
  /// The responses, of which the first is the greedy one.
  public var responses: [ModelResponse]

  /// Creates one.
  public init(place: Int, responses: [ModelResponse]) {
    self.place = place
    self.responses = responses
  }
}

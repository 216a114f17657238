/// The events of a request, in order: its prompt's scores where it asks for them, then its continuations' tokens, and each continuation's
/// end.
public enum CompletionEvent: Sendable, Equatable {
  /// The prompt's tokens with their scores; the first token has none. Sent once, first, where the request asks for it.
  case prompt([ScoredToken])

  /// A token of a continuation, and the text that is certain with it: without half a character or the possible beginning of a stop text.
  case token(sample: Int, ScoredToken, text: String)

  /// The end of a continuation, with the text that was still held back. The stream ends after the last one's.
  case finished(sample: Int, FinishReason, text: String)
}

/// Why a continuation ended.
public enum FinishReason: String, Sendable {
  /// At a stop token or stop text.
  case stop
  /// At its length limit.
  case length
}

/// A token and its probability under the model.
public struct ScoredToken: Sendable, Equatable {
  /// Another token at the same place.
  public struct Alternative: Sendable, Equatable {
    /// The token.
    public var id: Int32
    /// ln p, in nats.
    public var logProbability: Float

    /// Creates an alternative.
    public init(id: Int32, logProbability: Float) {
      self.id = id
      self.logProbability = logProbability
    }
  }

  /// The token.
  public var id: Int32

  /// ln p over the whole vocabulary at temperature 1, in nats; nil for a prompt's first token.
  public var logProbability: Float?

  /// The most probable tokens in its place, from the most probable on; of equal ones, the lower id first.
  public var alternatives: [Alternative]

  /// Creates a scored token.
  public init(id: Int32, logProbability: Float?, alternatives: [Alternative] = []) {
    self.id = id
    self.logProbability = logProbability
    self.alternatives = alternatives
  }
}

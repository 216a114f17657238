/// How a folder of sentence-transformers makes one vector of a text's tokens.
///
/// A folder without such files is an encoder whose tokens are averaged, as sentence-transformers has it.
public struct SentenceConfiguration: Sendable, Equatable {
  /// How the vectors of a text's tokens become one.
  public enum Pooling: String, Sendable, CaseIterable {
    /// The mean over all tokens, those around the text included.
    case mean
    /// The first token's.
    case cls
  }

  /// The folder of the encoder and its tokenizer: the folder itself, or one in it.
  public var encoderFolder: String

  /// How the vectors of a text's tokens become one.
  public var pooling = Pooling.mean

  /// Whether embeddings have length 1.
  public var normalizes = false

  /// Tokens of the longest text, those around it included, where a file says so.
  public var maximumTokens: Int?

  /// Whether texts become lower case, by the tokenizer or before it.
  public var lowercases = false
}

/// The tokens of one sequence as an encoder reads it, each with its type.
public struct EncodedText: Sendable, Equatable {
  /// The token ids.
  public var tokens: [Int32]

  /// Which of two texts each token belongs to, 0 or 1; empty where all are of type 0.
  public var types: [UInt8]

  /// Creates a sequence.
  public init(tokens: [Int32], types: [UInt8] = []) {
    self.tokens = tokens
    self.types = types
  }
}

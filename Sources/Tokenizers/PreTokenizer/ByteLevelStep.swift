/// `ByteLevel`: GPT-2's cut into words, numbers, punctuation and white space.
///
/// The bytes stay bytes here; the alphabet for them is only the spelling of the vocabulary in tokenizer.json. Later steps see the spelling,
/// though: ``SpellingStep``.
struct ByteLevelStep: PreTokenizerStep {
  /// Whether a piece that does not begin with a space gets one.
  var addsPrefixSpace: Bool

  /// Whether pieces are cut by GPT-2's expression; if not, they stay as they are.
  var usesExpression: Bool

  func apply(to text: inout SplitText) {
    if addsPrefixSpace {
      text.replacePieces { piece, bytes in
        if piece.first != UInt8(ascii: " ") { bytes.append(UInt8(ascii: " ")) }
        bytes.append(contentsOf: piece)
      }
    }
    if usesExpression { Self.split.apply(to: &text) }
  }

  /// https://github.com/openai/gpt-2, src/encoder.py
  private static let split: SplitStep = {
    let pattern = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    guard let expression = try? ExpressionCompiler.compile(pattern) else { preconditionFailure("GPT-2's expression") }
    return SplitStep(pattern: .expression(expression), behavior: .isolated)
  }()
}

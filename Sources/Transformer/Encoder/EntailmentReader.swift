internal import Tokenizers

/// Turns pairs of texts into sequences of bounded length.
struct EntailmentReader: Sendable {
  /// A pair as the encoder reads it.
  struct Input: Sendable {
    var text: EncodedText
    /// Whether a text was cut, and what is left of both is the same.
    var isBlind: Bool
  }

  private let tokenizer: PairTokenizer

  /// Tokens of both texts.
  private let room: Int

  init(_ tokenizer: PairTokenizer, maximumTokens: Int) {
    self.tokenizer = tokenizer
    room = maximumTokens - tokenizer.specialTokenCount
  }

  /// The sequences of pairs, each text with the context and a space in front of it unless that is empty.
  func read(_ pairs: [EntailmentClassifier.Pair], context: String) -> [Input] {
    let context = context.isEmpty ? [] : tokenizer.tokens(of: context)
    // By the bytes: strings that are equal in Swift can have different tokens.
    var known: [[UInt8]: [Int32]] = [:]
    func tokens(_ text: String) -> [Int32] {
      let text = context.isEmpty ? text : " " + text
      let key = Array(text.utf8)
      if let tokens = known[key] { return tokens }
      let tokens = tokenizer.tokens(of: text)
      known[key] = tokens
      return tokens
    }
    return pairs.map { pair in input(context: context, tokens(pair.premise), tokens(pair.hypothesis)) }
  }

  /// Without room for all, the context loses its beginning: what is asked mostly stands at its end, and the texts are what differs.
  private func input(context: [Int32], _ first: [Int32], _ second: [Int32]) -> Input {
    let kept = context.suffix(max(0, (room - first.count - second.count) / 2))
    let counts = PairTokenizer.lengths(kept.count + first.count, kept.count + second.count, room: room)
    let (first, second) = (kept + first, kept + second)
    let (a, b) = (first.prefix(counts.first), second.prefix(counts.second))
    let areBothCut = a.count < first.count && b.count < second.count
    let isEitherCut = a.count < first.count || b.count < second.count
    // Of two long texts, one may have a token more.
    let isBlind = areBothCut ? a.starts(with: b) || b.starts(with: a) : isEitherCut && a == b
    return Input(text: tokenizer.joined(a, b), isBlind: isBlind)
  }
}

internal import Tokenizers

/// Turns a question and two answers into a verifier's prompt of bounded length.
struct VerifierReader: Sendable {
  private let tokenizer: Tokenizer
  private let prompt: VerifierPrompt
  private let maximumLength: Int
  private let maximumAnswerTokens: Int
  private let maximumQuestionTokens: Int

  /// At most this many bytes of a text are read for each of its tokens; tokens of almost every text have fewer than eight.
  private static let bytesPerToken = 32

  /// The reader of a model. Throws where the options leave no room.
  init(_ tokenizer: Tokenizer, options: VerifierJudge.Options) throws(RolloutsError) {
    self.tokenizer = tokenizer
    prompt = options.prompt
    maximumLength = options.maximumLength
    maximumAnswerTokens = options.maximumAnswerTokens
    maximumQuestionTokens = options.maximumQuestionTokens
    let bounds: [(name: String, value: Int, range: ClosedRange<Int>)] = [
      ("tokens of an answer", maximumAnswerTokens, 1...Self.maximum), ("tokens of the question", maximumQuestionTokens, 0...Self.maximum),
      ("tokens of a prompt", maximumLength, 1...Self.maximum), ("tokens at a time", options.rows, 1...Self.maximumRows),
      ("bytes of remembered opinions", options.cacheBytes, 0...Int.max),
    ]
    for bound in bounds where !bound.range.contains(bound.value) {
      throw RolloutsError(
        .request, "the verifier is set to \(bound.value) \(bound.name), expected \(bound.range.lowerBound) to \(bound.range.upperBound)")
    }
    guard !options.threshold.isNaN else { throw RolloutsError(.request, "the verifier's threshold is not a number, expected one") }
    let own = encode(question: "", reference: "", answer: "").count
    guard own > 0 else { throw RolloutsError(.request, "the verifier's prompt has no words of its own, expected a text with places") }
    let least = own + maximumQuestionTokens + 2 * maximumAnswerTokens
    guard least <= maximumLength else {
      throw RolloutsError(
        .request,
        "the verifier's prompt of \(own) tokens, a question of up to \(maximumQuestionTokens) and two answers of up to \(maximumAnswerTokens) "
          + "do not fit into \(maximumLength) tokens: expected room for \(least), or lower limits")
    }
  }

  /// The most tokens of anything: more than models read, and far from overflow.
  private static let maximum = 1 << 20

  /// The most tokens at a time: their activations take memory.
  private static let maximumRows = 1 << 14

  /// The first tokens of the two answers that the model chooses between. Throws unless they differ.
  func answerTokens() throws(RolloutsError) -> (yes: Int32, no: Int32) {
    guard let yes = tokenizer.encode(prompt.yes).first, let no = tokenizer.encode(prompt.no).first else {
      throw RolloutsError(
        .request, "the verifier's answers are '\(prompt.yes)' and '\(prompt.no)': expected texts that its tokenizer has tokens for")
    }
    guard yes != no else {
      throw RolloutsError(
        .request, "the verifier's answers '\(prompt.yes)' and '\(prompt.no)' begin with the same token \(yes): expected different ones")
    }
    return (yes, no)
  }

  /// The beginning of a question that is read.
  func question(_ text: String) -> String { beginning(of: text, tokens: maximumQuestionTokens) }

  /// The beginning of an answer that is read.
  func answer(_ text: String) -> String { beginning(of: text, tokens: maximumAnswerTokens) }

  /// The prompt for texts, of which only the beginnings are read.
  func tokens(question: String, reference: String, answer: String) -> [Int32] {
    var texts = (question: question, reference: reference, answer: answer)
    var tokens = encode(question: question, reference: reference, answer: answer)
    // Texts side by side may, rarely, have more tokens than by themselves.
    var room = max(maximumQuestionTokens, maximumAnswerTokens)
    while tokens.count > maximumLength, room > 0 {
      room /= 2
      texts.question = beginning(of: texts.question, tokens: room)
      texts.reference = beginning(of: texts.reference, tokens: room)
      texts.answer = beginning(of: texts.answer, tokens: room)
      tokens = encode(question: texts.question, reference: texts.reference, answer: texts.answer)
    }
    return tokens
  }

  private func encode(question: String, reference: String, answer: String) -> [Int32] {
    tokenizer.encode(
      prompt.text(question: question, reference: reference, answer: answer), addingSpecialTokens: prompt.addsSpecialTokens)
  }

  private func beginning(of text: String, tokens count: Int) -> String {
    guard count > 0 else { return "" }
    // A token has a byte at least.
    guard text.utf8.count > count else { return text }
    var text = text
    if text.utf8.count > count * Self.bytesPerToken {
      text = Self.whole(String(decoding: text.utf8.prefix(count * Self.bytesPerToken), as: UTF8.self))
    }
    let tokens = tokenizer.encode(text)
    return tokens.count > count ? Self.whole(tokenizer.decode(Array(tokens.prefix(count)))) : text
  }

  /// A text that was cut, without the part of a character at its end.
  private static func whole(_ text: String) -> String {
    var scalars = text.unicodeScalars
    while scalars.last == "\u{FFFD}" { scalars.removeLast() }
    return String(scalars)
  }
}

internal import HuggingFace
public import Meaning
internal import Synchronization
public import Tokenizers
public import Transformer

/// Asks a language model whether two answers to a question mean the same.
///
/// The model says yes where ln p(yes) − ln p(no) for its next token after the prompt is above a threshold. Texts that are identical apart from
/// white space at their ends are the same without being asked; an empty one agrees with nobody. Opinions are remembered. They are a
/// function of the model, the options and the three texts. Other pairs, their order and the number of lanes play no part.
///
/// The model reads the answers, so an answer can try to persuade it, and a special token that is spelt out in an answer is read as one.
/// Callable from any thread; callers wait for one another while the model computes.
public final class VerifierJudge: AnswerJudge {
  /// Which answer of a pair is shown as the reference.
  public enum Direction: String, Sendable, CaseIterable {
    /// Each in turn, and both times the model must say yes: a symmetric relation. The second question is asked only after a yes.
    case both
    /// The earlier one only, as in EMPO's code: half the work at most, and the verdict may depend on the order.
    case one
  }

  /// How the model is asked.
  public struct Options: Sendable {
    /// The question to the model.
    public var prompt: VerifierPrompt

    /// Which answer is the reference.
    public var direction: Direction

    /// How opinions on pairs become clusters.
    public var rule: ClusterRule

    /// ln p(yes) − ln p(no) must be above it, in nats.
    public var threshold: Float

    /// Tokens of the longest prompt: at most the decoder's positions.
    public var maximumLength: Int

    /// An answer is read as far as its first so many tokens.
    public var maximumAnswerTokens: Int

    /// The question is read as far as its first so many tokens.
    public var maximumQuestionTokens: Int

    /// The most tokens that the model computes at a time.
    public var rows: Int

    /// The most bytes of remembered opinions.
    public var cacheBytes: Int

    /// Creates options.
    public init(
      prompt: VerifierPrompt = .generalVerifier, direction: Direction = .both, rule: ClusterRule = .components, threshold: Float = 0,
      maximumLength: Int = 2048, maximumAnswerTokens: Int = 256, maximumQuestionTokens: Int = 1024, rows: Int = 512,
      cacheBytes: Int = 64 << 20
    ) {
      self.prompt = prompt
      self.direction = direction
      self.rule = rule
      self.threshold = threshold
      self.maximumLength = maximumLength
      self.maximumAnswerTokens = maximumAnswerTokens
      self.maximumQuestionTokens = maximumQuestionTokens
      self.rows = rows
      self.cacheBytes = cacheBytes
    }
  }

  /// How the model is asked.
  public let options: Options

  /// The model's side: one caller at a time.
  private let verifier: Mutex<Verifier>

  /// A judge that asks a model. Throws a ``RolloutsError`` where the options don't fit the model.
  public init(_ decoder: Decoder, tokenizer: Tokenizer, options: Options = Options()) throws(RolloutsError) {
    let reader = try VerifierReader(tokenizer, options: options)
    let (yes, no) = try reader.answerTokens()
    guard tokenizer.vocabularySize <= decoder.configuration.vocabularySize else {
      throw RolloutsError(
        .request,
        "the verifier's tokenizer has tokens up to \(tokenizer.vocabularySize - 1), but its model's vocabulary ends at "
          + "\(decoder.configuration.vocabularySize - 1): expected those of one model")
    }
    guard options.maximumLength <= decoder.configuration.maximumPositions else {
      throw RolloutsError(
        .request,
        "prompts of \(options.maximumLength) tokens for a verifier of \(decoder.configuration.maximumPositions) positions: expected no more"
      )
    }
    self.options = options
    let (maximumLength, rows, cacheBytes) = (options.maximumLength, options.rows, options.cacheBytes)
    verifier = Mutex(
      Verifier(
        reader: reader, pass: VerifierPass(decoder, yes: yes, no: no, maximumLength: maximumLength, rows: rows),
        cache: OpinionCache(bytes: cacheBytes)))
  }

  /// Clusters answers by the options' rule; a round of pairs is one batch of the model, or two in both directions.
  public func clusters(of answers: [String], question: String) throws -> [Int] {
    try DistinctAnswers(answers).clusters(by: options.rule) { pairs in try agreements(pairs, question: question) }
  }

  /// The model's verdict. Its basis is `text` for identical answers, and `empty` where one is.
  public func verdict(on first: String, and second: String, question: String) throws -> Verdict {
    try DistinctAnswers.verdict(on: first, and: second, basis: .verifier) { try agreements([($0, $1)], question: question)[0] }
  }

  /// ln p(yes) − ln p(no) of each pair with its first answer as the reference, in nats: the value that is compared with the threshold.
  public func logOdds(of pairs: [(reference: String, answer: String)], question: String) throws -> [Float] {
    try verifier.withLock { verifier in try verifier.logOdds(pairs, question: question) }
  }

  private func agreements(_ pairs: [(String, String)], question: String) throws -> [Bool] {
    var agree = try logOdds(of: pairs.map { ($0.0, $0.1) }, question: question).map { $0 > options.threshold }
    guard options.direction == .both else { return agree }
    let open = agree.indices.filter { agree[$0] }
    let back = try logOdds(of: open.map { (pairs[$0].1, pairs[$0].0) }, question: question)
    for (index, odds) in zip(open, back) { agree[index] = odds > options.threshold }
    return agree
  }
}

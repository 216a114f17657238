/// Reads the tokens of an answer as mathematics.
///
/// A recursive descent over one array of tokens. Each token is taken once, apart from look-aheads over a bracket; depth is bounded.
struct MathParser {
  /// Nothing that can be read as mathematics. The whole answer is taken for text then.
  struct Failure: Error {}

  /// The deepest nesting of brackets, fractions and powers.
  static let maximumDepth = 48

  /// The most tokens of an answer that is taken for mathematics.
  static let maximumTokens = 1024

  let lexemes: [Lexeme]
  private(set) var position = 0
  private(set) var end: Int
  private(set) var depth = 0
  /// Which of the two values a `±` has in this reading.
  let signOfPlusMinus: Int
  /// How many bars `|` are open, each of which the next bar closes.
  private(set) var openBars = 0
  /// Whether commas part items here, since brackets are open, and not digits.
  private(set) var isInBrackets = false
  /// Whether the answer is more than names.
  let hasOperators: Bool
  /// Whether there is a sign between two terms.
  let isSum: Bool
  /// Whether there are matrices, and commas.
  let hasMatrices: Bool
  let hasCommas: Bool
  /// For each opening bracket the index of the one that closes it.
  let closes: [Int]
  /// What is left of the work that sums and matrices may take.
  var allowance = Allowance()

  private init(_ lexemes: [Lexeme], signOfPlusMinus: Int) {
    self.lexemes = lexemes
    end = lexemes.count
    hasOperators = Self.hasOperators(lexemes)
    isSum = Self.isSum(lexemes)
    hasMatrices = lexemes.contains { $0.token == .begin(.matrix) }
    hasCommas = lexemes.contains { $0.token == .symbol(.comma) || $0.token == .symbol(.digitComma) }
    closes = Self.closes(of: lexemes)
    self.signOfPlusMinus = signOfPlusMinus
  }

  // MARK: - Tokens

  /// The next token; nil at the end.
  var next: MathToken? { position < end ? lexemes[position].token : nil }

  /// The token `offset` behind the next one.
  func token(_ offset: Int) -> MathToken? { position + offset < end ? lexemes[position + offset].token : nil }

  /// Whether white space stands before the next token.
  var isNextSpaced: Bool { position < end && lexemes[position].isSpaced }

  /// Whether the next token is `symbol`.
  func nextIs(_ symbol: MathToken.Symbol) -> Bool { next == .symbol(symbol) }

  /// Takes so many tokens.
  mutating func advance(by count: Int = 1) { position += count }

  /// Goes on at an index: back where what was tried did not stand there, or ahead where it was looked at already.
  mutating func move(to index: Int) { position = index }

  /// Takes the next token if it is `symbol`.
  mutating func take(_ symbol: MathToken.Symbol) -> Bool {
    guard nextIs(symbol) else { return false }
    advance()
    return true
  }

  /// Takes the next token, which must be `symbol`.
  mutating func expect(_ symbol: MathToken.Symbol) throws(Failure) {
    guard take(symbol) else { throw Failure() }
  }

  // MARK: - Depth

  /// Runs `body` one level deeper.
  mutating func nested<Value>(_ body: (inout MathParser) throws(Failure) -> Value) throws(Failure) -> Value {
    guard depth < Self.maximumDepth else { throw Failure() }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  /// Runs `body` where commas part items and bars opened outside don't close.
  mutating func inBrackets<Value>(_ body: (inout MathParser) throws(Failure) -> Value) throws(Failure) -> Value {
    try parting(true, body)
  }

  /// Runs `body` in braces, where commas don't part items and bars opened outside don't close.
  mutating func inBraces<Value>(_ body: (inout MathParser) throws(Failure) -> Value) throws(Failure) -> Value {
    try parting(false, body)
  }

  private mutating func parting<Value>(
    _ isInBrackets: Bool, _ body: (inout MathParser) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let (outerBars, wasInBrackets) = (openBars, self.isInBrackets)
    (openBars, self.isInBrackets) = (0, isInBrackets)
    defer { (openBars, self.isInBrackets) = (outerBars, wasInBrackets) }
    return try body(&self)
  }

  /// Runs `body` between two bars, the first of which is taken.
  mutating func inBars<Value>(_ body: (inout MathParser) throws(Failure) -> Value) throws(Failure) -> Value {
    openBars += 1
    defer { openBars -= 1 }
    return try body(&self)
  }

  // MARK: - Answers

  /// The answer that the tokens spell; nil where they aren't mathematics. With `±` both of its readings, one after the other.
  static func node(of lexemes: [Lexeme]) -> AnswerNode? {
    guard !isRange(lexemes), let lexemes = BarPairs.paired(lexemes) else { return nil }
    guard let node = reading(of: lexemes, sign: 1) else { return nil }
    let hasTwo = lexemes.contains { $0.token == .symbol(.plusMinus) || $0.token == .symbol(.minusPlus) }
    guard hasTwo else { return node }
    guard let other = reading(of: lexemes, sign: -1) else { return nil }
    switch (node, other) {
    case (.set(let items), .set(let others)): return .set(items + others)
    case (.list(let items, let conjunction), .list(let others, _)): return .list(items + others, conjunction)
    default: return .list([node, other], .or)
    }
  }

  /// Whether the answer is `3--5`, from 3 to 5 in TeX, and no difference.
  private static func isRange(_ lexemes: [Lexeme]) -> Bool {
    guard let dash = lexemes.firstIndex(where: { $0.token == .symbol(.minus) }), dash > 0, dash + 2 < lexemes.count,
      lexemes[dash + 1] == Lexeme(token: .symbol(.minus), isSpaced: false), !lexemes[dash].isSpaced, !lexemes[dash + 2].isSpaced
    else { return false }
    return lexemes.enumerated().allSatisfy { index, lexeme in
      if case .digit = lexeme.token { true } else { index == dash || index == dash + 1 || lexeme.token == .symbol(.period) }
    }
  }

  private static func reading(of lexemes: [Lexeme], sign: Int) -> AnswerNode? {
    var parser = MathParser(lexemes, signOfPlusMinus: sign)
    return try? parser.answer()
  }

  /// The whole answer.
  private mutating func answer() throws(Failure) -> AnswerNode {
    guard end <= Self.maximumTokens else { throw Failure() }
    // What is in bold from end to end.
    while end > position + 1, nextIs(.caret), lexemes[end - 1].token == .symbol(.caret) { (position, end) = (position + 1, end - 1) }
    skipFillers()
    while end > position, isIgnorableEnd(lexemes[end - 1].token) { end -= 1 }
    guard position < end else { throw Failure() }
    for _ in 0..<Self.maximumDepth where isWholeInParentheses { (position, end) = (position + 1, end - 1) }
    guard position < end else { throw Failure() }
    if let node = wholePhrase() { return node }
    let node = try list()
    guard position == end else { throw Failure() }
    return node
  }

  private func isIgnorableEnd(_ token: MathToken) -> Bool {
    token == .symbol(.period) || token == .symbol(.semicolon) || token == .symbol(.comma)
  }
}

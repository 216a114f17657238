/// What is told by looking ahead, with no token taken. O(n) each.
extension MathParser {
  /// For each opening bracket the index of the one that closes it, whatever their shapes, and -1 for any other token.
  static func closes(of lexemes: [Lexeme]) -> [Int] {
    var closes = [Int](repeating: -1, count: lexemes.count)
    var open: [Int] = []
    for (index, lexeme) in lexemes.enumerated() {
      if opens(lexeme.token) {
        open.append(index)
      } else if Self.closes(lexeme.token), let last = open.popLast() {
        closes[last] = index
      }
    }
    return closes
  }

  private static func opens(_ token: MathToken) -> Bool {
    switch token {
    case .symbol(.openParenthesis), .symbol(.openBracket), .symbol(.openSet), .symbol(.openBrace), .symbol(.openAngle), .begin: true
    default: false
    }
  }

  private static func closes(_ token: MathToken) -> Bool {
    switch token {
    case .symbol(.closeParenthesis), .symbol(.closeBracket), .symbol(.closeSet), .symbol(.closeBrace), .symbol(.closeAngle), .end: true
    default: false
    }
  }

  /// Where the bracket at `index` closes; nil where none opens there, or it doesn't close.
  func close(of index: Int) -> Int? {
    guard index < end, closes[index] > index, closes[index] < end else { return nil }
    return closes[index]
  }

  /// Whether a token in the bracket at `open`, and in none within that, is wanted.
  private func contains(in open: Int, _ isWanted: (MathToken) -> Bool) -> Bool {
    guard let close = close(of: open) else { return false }
    var index = open + 1
    while index < close {
      if isWanted(lexemes[index].token) { return true }
      index = (self.close(of: index) ?? index) + 1
    }
    return false
  }

  /// Whether the parenthesis at `open` holds parts that commas part.
  func opensRow(at open: Int) -> Bool {
    guard let close = close(of: open), lexemes[close].token == .symbol(.closeParenthesis) else { return false }
    return contains(in: open) { $0 == .symbol(.comma) || $0 == .symbol(.digitComma) }
  }

  /// Whether a matrix stands in the bracket at `open`.
  func holdsMatrix(inGroupAt open: Int) -> Bool {
    guard hasMatrices, let close = close(of: open) else { return false }
    return lexemes[open..<close].contains { $0.token == .begin(.matrix) }
  }

  /// Whether the operand at the front holds a matrix: what stands before the next separator, relation or operation of sets.
  func operandHoldsMatrix() -> Bool {
    guard hasMatrices else { return false }
    var index = position
    while index < end {
      let token = lexemes[index].token
      if token == .begin(.matrix) { return true }
      if Self.endsOperand(token) || Self.closes(token) { return false }
      if let close = close(of: index) {
        if lexemes[index..<close].contains(where: { $0.token == .begin(.matrix) }) { return true }
        index = close
      }
      index += 1
    }
    return false
  }

  private static func endsOperand(_ token: MathToken) -> Bool {
    guard case .symbol(let symbol) = token else { return false }
    switch symbol {
    case .comma, .semicolon, .digitComma, .ampersand, .newRow, .element, .union, .intersection, .without, .and, .or: return true
    default: return relation(of: token) != nil
    }
  }

  /// Whether the operand at the front calculates with tuples and can mean nothing else: `(1,2) + t(3,4)`, `2(3,4)`, `-(1,2,3)`.
  ///
  /// Every term must end in a tuple. A letter right before it may be a function, `f(1,2)`, unless another term is without one; and
  /// `(1,2) - (3,4)` is the difference of intervals.
  func combinesTuples() -> Bool {
    guard hasCommas else { return false }
    var terms = 0
    var (hasPlus, hasSignBefore, hasTriple, hasFactor, hasClearTerm) = (false, false, false, false, false)
    var (start, hasTuple) = (position, false)
    var index = position
    scan: while index < end {
      let token = lexemes[index].token
      switch token {
      case .symbol(.plus), .symbol(.minus):
        if hasTuple {
          start = index + 1
          hasTuple = false
        } else {
          guard index == start else { return false }
          start = index + 1
        }
        hasSignBefore = hasSignBefore || terms == 0
        hasPlus = hasPlus || token == .symbol(.plus)
      case .symbol(.openParenthesis) where opensRow(at: index), .symbol(.openAngle):
        guard !hasTuple, let close = close(of: index) else { return false }
        (hasTuple, terms) = (true, terms + 1)
        let isAngle = token == .symbol(.openAngle)
        hasFactor = hasFactor || index > start
        // No interval has angles or three ends.
        hasTriple = hasTriple || isAngle || parts(at: index) > 2
        hasClearTerm = hasClearTerm || index == start || isAngle || isClearFactor(lexemes[index - 1].token)
        index = close
      case .symbol(.openParenthesis), .symbol(.openBrace), .symbol(.openBracket):
        guard !hasTuple, let close = close(of: index) else { return false }
        index = close
      case .digit, .letter, .constant, .fraction, .squareRoot, .symbol(.times), .symbol(.divide), .symbol(.caret), .symbol(.period):
        guard !hasTuple else { return false }
      case let token where Self.endsOperand(token) || Self.closes(token): break scan
      default: return false
      }
      index += 1
    }
    guard hasTuple, hasClearTerm else { return false }
    return terms == 1 ? hasSignBefore || hasFactor : hasPlus || hasSignBefore || hasTriple || hasFactor
  }

  /// Whether a token before a tuple can't be a function's name.
  private func isClearFactor(_ token: MathToken) -> Bool {
    switch token {
    case .digit, .constant, .symbol(.times), .symbol(.closeParenthesis), .symbol(.closeBrace): true
    default: false
    }
  }

  /// The parts that commas part in the bracket at `open`.
  private func parts(at open: Int) -> Int {
    guard let close = close(of: open) else { return 0 }
    var count = 1
    var index = open + 1
    while index < close {
      if lexemes[index].token == .symbol(.comma) || lexemes[index].token == .symbol(.digitComma) { count += 1 }
      index = (self.close(of: index) ?? index) + 1
    }
    return count
  }

  /// Whether the bracket at the front holds something that is no expression by itself: a tuple, a set, an interval, a relation, with any
  /// number of brackets around it.
  ///
  /// So `(1, 2)`, `{1, 2}`, `((x > 3))` and `(\{1\})` are brackets, `(1+2)` and `(a+b)(a-b)` are expressions.
  func opensTuple() -> Bool {
    var open = position
    while let outer = close(of: open), let inner = close(of: open + 1), inner == outer - 1 { open += 1 }
    guard let close = close(of: open) else { return false }
    switch lexemes[open].token {
    case .symbol(.openSet), .symbol(.openAngle): return true
    case .symbol(.openBracket), .symbol(.openBrace): break
    case .symbol(.openParenthesis): if lexemes[close].token == .symbol(.closeBracket) { return true }
    default: return false
    }
    if open + 2 == close, lexemes[open + 1].token == .symbol(.reals) || lexemes[open + 1].token == .symbol(.emptySet) { return true }
    return contains(in: open) { token in
      switch token {
      case .symbol(.comma), .symbol(.semicolon), .symbol(.digitComma), .symbol(.union), .symbol(.intersection), .symbol(.without),
        .symbol(.element):
        true
      default: Self.relation(of: token) != nil
      }
    }
  }

  /// Whether parentheses stand around all that is left, and no comma parts what is in them.
  var isWholeInParentheses: Bool {
    guard nextIs(.openParenthesis), close(of: position) == end - 1, lexemes[end - 1].token == .symbol(.closeParenthesis) else {
      return false
    }
    return !contains(in: position) { [.symbol(.comma), .symbol(.semicolon), .symbol(.digitComma)].contains($0) }
  }
}

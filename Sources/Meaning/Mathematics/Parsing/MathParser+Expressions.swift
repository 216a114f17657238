extension MathParser {
  /// Terms joined by `+`, `-`, `±` and `∓`.
  mutating func expression() throws(Failure) -> Expression {
    try nested { parser throws(Failure) in
      var terms = [try parser.signedTerm()]
      while let sign = parser.takeSign() {
        // The term may have a sign of its own: `3 + -2`.
        let term = try parser.signedTerm()
        terms.append(sign < 0 ? .negation(term) : term)
      }
      return terms.count == 1 ? terms[0] : .sum(terms)
    }
  }

  /// A term with any number of signs before it.
  private mutating func signedTerm() throws(Failure) -> Expression {
    var sign = 1
    while let next = takeSign() { sign *= next }
    let term = try term()
    return sign < 0 ? .negation(term) : term
  }

  /// The sign at the front as 1 or -1.
  mutating func takeSign() -> Int? {
    switch next {
    case .symbol(.plus):
      advance()
      return 1
    case .symbol(.minus):
      advance()
      return -1
    case .symbol(.plusMinus):
      advance()
      return signOfPlusMinus
    case .symbol(.minusPlus):
      advance()
      return -signOfPlusMinus
    default: return nil
    }
  }

  /// Factors joined by signs of multiplication and division, or by nothing.
  mutating func term() throws(Failure) -> Expression {
    var result = try factor()
    while let token = next {
      switch token {
      case .symbol(.times):
        advance()
        result = Self.times(result, try signedFactor())
      case .symbol(.divide):
        // A slash behind a unit belongs to the unit.
        advance()
        result = .quotient(result, try signedFactor())
      case .function(.modulo):
        advance()
        result = .function(.modulo, [result, try signedFactor()])
      case .function(.min) where isUnitAtEnd, .function(.sec) where isUnitAtEnd, .logarithm where isUnitAtEnd:
        advance()
      case let token where startsFactor(token):
        result = Self.times(result, try factor())
      case .word, .run:
        guard try skipUnits() else { return result }
      default:
        return result
      }
    }
    return result
  }

  /// Whether a token at this place starts a factor that multiplies the one before without a sign.
  func startsFactor(_ token: MathToken) -> Bool {
    switch token {
    case .letter, .constant, .function, .logarithm, .squareRoot, .cubeRoot, .fraction, .binomial, .begin, .determinant, .series: true
    case .digit: position > 0 && closesFactor(lexemes[position - 1].token)
    case .run(let run): !isUnit(run) && (Self.looksLikeProduct(run) || !Self.looksLikeUnit(run) && run.utf8.count <= 3)
    case .symbol(.openParenthesis), .symbol(.openBrace), .symbol(.openBar), .symbol(.openFloor), .symbol(.openCeiling),
      .symbol(.openBracket):
      true
    case .symbol(.bar): openBars == 0
    default: false
    }
  }

  /// Whether a number behind this token is a factor of its own: `(x)2`, but not `3 4`.
  private func closesFactor(_ token: MathToken) -> Bool {
    switch token {
    case .symbol(.closeParenthesis), .symbol(.closeBracket), .symbol(.closeBrace), .symbol(.closeBar), .symbol(.exclamation), .letter,
      .constant:
      true
    default: false
    }
  }

  private static func times(_ left: Expression, _ right: Expression) -> Expression {
    if case .product(let factors) = left { return .product(factors + [right]) }
    return .product([left, right])
  }

  /// A factor that may have a sign.
  mutating func signedFactor() throws(Failure) -> Expression {
    try nested { parser throws(Failure) in
      guard let sign = parser.takeSign() else { return try parser.factor() }
      let factor = try parser.signedFactor()
      return sign < 0 ? .negation(factor) : factor
    }
  }

  /// A primary with its powers, factorials, percent and degree signs.
  mutating func factor() throws(Failure) -> Expression {
    try nested { parser throws(Failure) in
      if case .run(let run)? = parser.next, parser.isProduct(run) { return try parser.product(of: run) }
      let primary = try parser.primary()
      return try parser.withPostfixes(primary)
    }
  }

  /// Letters in a row, of which the last alone has the subscript and the powers that follow: `xy^2` is x times y².
  private mutating func product(of run: String) throws(Failure) -> Expression {
    if let number = try numberWithLetterDigits() { return number }
    advance()
    var factors = run.map { Self.value(ofName: String($0)) }
    let last = try named(String(run.suffix(1)))
    factors[factors.count - 1] = try withPostfixes(last)
    return .product(factors)
  }

  /// `base` with what follows it.
  mutating func withPostfixes(_ base: Expression) throws(Failure) -> Expression {
    var result = base
    let start = position
    while let token = next {
      // Nobody writes so many; each is a level of the expression.
      guard position - start <= Self.maximumDepth else { throw Failure() }
      switch token {
      case .symbol(.caret):
        advance()
        if takeDegreeSign() {
          result = .degrees(result)
        } else {
          result = .power(result, try exponent())
        }
      case .symbol(.degree):
        advance()
        result = .degrees(result)
      case .word("degrees"), .word("degree"), .word("deg"):
        advance()
        result = .degrees(result)
      case .symbol(.exclamation):
        advance()
        guard !nextIs(.exclamation) else { throw Failure() }
        result = .function(.factorial, [result])
      case .symbol(.percent):
        advance()
        guard !nextIs(.percent) else { throw Failure() }
        result = .quotient(result, .number(Rational(100)))
      case .symbol(.prime):
        // A derivative's name is no number that could be known.
        throw Failure()
      default:
        return result
      }
    }
    return result
  }

  /// `\circ` or `{\circ}` behind a caret.
  private mutating func takeDegreeSign() -> Bool {
    if take(.degree) { return true }
    guard nextIs(.openBrace), token(1) == .symbol(.degree), token(2) == .symbol(.closeBrace) else { return false }
    advance(by: 3)
    return true
  }

  /// What stands behind a caret: a group, a number, or one factor with its own power.
  mutating func exponent() throws(Failure) -> Expression {
    try nested { parser throws(Failure) in
      if let sign = parser.takeSign() {
        let value = try parser.exponent()
        return sign < 0 ? .negation(value) : value
      }
      let base: Expression
      if case .digit = parser.next {
        base = try parser.number()
      } else {
        base = try parser.primary()
      }
      guard parser.take(.caret) else { return base }
      return .power(base, try parser.exponent())
    }
  }
}

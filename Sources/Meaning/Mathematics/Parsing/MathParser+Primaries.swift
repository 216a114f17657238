extension MathParser {
  /// A number, a name, a group, a fraction, a root or a function with its argument.
  mutating func primary() throws(Failure) -> Expression {
    guard let token = next else { throw Failure() }
    if let number = try numberWithLetterDigits() { return number }
    switch token {
    case .digit, .symbol(.period):
      return try number()
    case .letter(let name):
      advance()
      return try named(name)
    case .word(let word) where word.utf8.count == 1:
      advance()
      return try named(word)
    case .run(let run):
      guard isProduct(run) else { throw Failure() }
      advance()
      return .product(run.map { Self.value(ofName: String($0)) })
    case .constant(let constant):
      advance()
      return .constant(constant)
    case .symbol(.openParenthesis):
      if let number = try numberWithBaseInParentheses() { return number }
      return try group(to: .closeParenthesis)
    case .symbol(.openBracket):
      return try group(to: .closeBracket)
    case .symbol(.openBrace):
      return try braced()
    case .symbol(.openBar) where isBarBeforeMatrix, .symbol(.bar) where isBarBeforeMatrix:
      return try barredMatrix()
    case .begin(.determinant):
      advance()
      return try determinant()
    case .determinant:
      advance()
      return try operandOfDeterminant()
    case .series(let kind):
      advance()
      return try series(kind)
    case .symbol(.openBar):
      return .function(.abs, [try group(to: .closeBar)])
    case .symbol(.bar):
      return try absoluteValue()
    case .symbol(.openFloor):
      return .function(.floor, [try group(to: .closeFloor)])
    case .symbol(.openCeiling):
      return .function(.ceil, [try group(to: .closeCeiling)])
    case .fraction:
      advance()
      return .quotient(try argument(), try argument())
    case .binomial:
      advance()
      return .function(.binomial, [try argument(), try argument()])
    case .squareRoot:
      advance()
      return try root()
    case .cubeRoot:
      advance()
      return .root(degree: .number(Rational(3)), radicand: try radicand())
    case .logarithm:
      advance()
      return try logarithm()
    case .function(let function):
      advance()
      return try call(function)
    case .overline:
      throw Failure()
    default:
      throw Failure()
    }
  }

  /// The value of a name: a constant or a variable.
  static func value(ofName name: String) -> Expression {
    switch name {
    case "e": .constant(.e)
    case "i": .constant(.i)
    default: .variable(name)
    }
  }

  /// A variable with its subscript, or a constant.
  mutating func named(_ name: String) throws(Failure) -> Expression {
    if name == "C", nextIs(.openParenthesis), opensTuple() { return try chosen() }
    guard take(.underscore) else { return Self.value(ofName: name) }
    return .variable(name + "_" + (try subscriptName()))
  }

  /// `(n, k)` behind a C.
  private mutating func chosen() throws(Failure) -> Expression {
    try expect(.openParenthesis)
    return try inBrackets { parser throws(Failure) in
      let upper = try parser.expression()
      try parser.expect(.comma)
      let lower = try parser.expression()
      try parser.expect(.closeParenthesis)
      return .function(.binomial, [upper, lower])
    }
  }

  /// The text of a subscript: one token, or the tokens of a group.
  private mutating func subscriptName() throws(Failure) -> String {
    guard nextIs(.openBrace) else {
      guard let token = next, let text = Self.text(of: token) else { throw Failure() }
      advance()
      return text
    }
    advance()
    var name = ""
    while let token = next, token != .symbol(.closeBrace) {
      guard let text = Self.text(of: token) else { throw Failure() }
      name += text
      advance()
    }
    try expect(.closeBrace)
    return name
  }

  private static func text(of token: MathToken) -> String? {
    switch token {
    case .digit(let digit): String(digit)
    case .letter(let name), .run(let name), .word(let name): name
    case .symbol(.comma): ","
    case .symbol(.plus): "+"
    case .symbol(.minus): "-"
    case .constant(.infinity): "infinity"
    case .function(let function): function.rawValue
    default: nil
    }
  }

  /// An expression in brackets.
  mutating func group(to close: MathToken.Symbol) throws(Failure) -> Expression {
    advance()
    return try inBrackets { parser throws(Failure) in
      let value = try parser.expression()
      guard parser.take(close) || (close == .closeBar && parser.take(.bar)) else { throw Failure() }
      return value
    }
  }

  /// `{…}`: an expression, `a \over b` or `n \choose k`.
  private mutating func braced() throws(Failure) -> Expression {
    advance()
    return try inBraces { parser throws(Failure) in
      let first = try parser.expression()
      let infix = parser.next
      if infix == .over || infix == .choose {
        parser.advance()
        let second = try parser.expression()
        try parser.expect(.closeBrace)
        return infix == .over ? .quotient(first, second) : .function(.binomial, [first, second])
      }
      try parser.expect(.closeBrace)
      return first
    }
  }

  /// `|…|`.
  private mutating func absoluteValue() throws(Failure) -> Expression {
    advance()
    return try inBars { parser throws(Failure) in
      let value = try parser.expression()
      guard parser.take(.bar) || parser.take(.closeBar) else { throw Failure() }
      return .function(.abs, [value])
    }
  }

  /// An argument of a command: a group, or one token.
  mutating func argument() throws(Failure) -> Expression {
    try nested { parser throws(Failure) in
      if case .digit(let digit) = parser.next {
        parser.advance()
        return .number(Rational(Int(digit)))
      }
      if case .run(let run) = parser.next {
        // One letter is the argument and the rest stands behind it, which a run of letters can't tell apart.
        guard run.utf8.count == 1 else { throw Failure() }
      }
      return try parser.primary()
    }
  }
}

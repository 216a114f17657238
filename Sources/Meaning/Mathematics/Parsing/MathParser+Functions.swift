extension MathParser {
  /// Behind `\sqrt`: an optional degree and the radicand.
  mutating func root() throws(Failure) -> Expression {
    var degree = Expression.number(Rational(2))
    if nextIs(.openBracket) { degree = try group(to: .closeBracket) }
    return .root(degree: degree, radicand: try radicand())
  }

  /// What a root applies to: a whole number rather than its first digit, which is what is meant by those who leave out the braces.
  mutating func radicand() throws(Failure) -> Expression {
    if case .digit = next { return try number() }
    return try argument()
  }

  /// Behind `\log`: an optional base, a power of the value, and the argument. Without a base it is the common logarithm.
  mutating func logarithm() throws(Failure) -> Expression {
    var base = Expression.number(Rational(10))
    if take(.underscore) { base = try argument() }
    let exponent = try power()
    let value = Expression.function(.log, [base, try operandOfFunction()])
    return exponent.map { .power(value, $0) } ?? value
  }

  /// A function's name is taken; its power, if any, and its arguments follow.
  mutating func call(_ function: Expression.Function) throws(Failure) -> Expression {
    switch function {
    case .gcd, .lcm, .min, .max:
      return .function(function, try arguments())
    case .modulo, .binomial:
      throw Failure()
    default: break
    }
    guard let exponent = try power() else { return .function(function, [try operandOfFunction()]) }
    if case .negation(.number(let one)) = exponent, one == Rational(1), let inverse = function.inverse {
      return .function(inverse, [try operandOfFunction()])
    }
    return .power(.function(function, [try operandOfFunction()]), exponent)
  }

  /// The exponent of a caret at the front.
  mutating func power() throws(Failure) -> Expression? {
    guard take(.caret) else { return nil }
    guard nextIs(.openBrace) else { return try signedArgument() }
    return try argument()
  }

  private mutating func signedArgument() throws(Failure) -> Expression {
    take(.minus) ? .negation(try argument()) : try argument()
  }

  /// Two arguments or more in parentheses.
  mutating func arguments() throws(Failure) -> [Expression] {
    try expect(.openParenthesis)
    return try inBrackets { parser throws(Failure) in
      var values = [try parser.expression()]
      while parser.take(.comma) { values.append(try parser.expression()) }
      try parser.expect(.closeParenthesis)
      return values
    }
  }

  /// What a function without parentheses applies to: factors up to a sign, a slash or another function; or what stands in parentheses.
  mutating func operandOfFunction() throws(Failure) -> Expression {
    try nested { parser throws(Failure) in
      if parser.nextIs(.openParenthesis) { return try parser.primary() }
      if parser.take(.minus) { return .negation(try parser.operandOfFunction()) }
      var factors = [try parser.factor()]
      while let token = parser.next, Self.continuesOperand(token) { factors.append(try parser.factor()) }
      return factors.count == 1 ? factors[0] : .product(factors)
    }
  }

  private static func continuesOperand(_ token: MathToken) -> Bool {
    switch token {
    case .letter, .constant, .squareRoot, .fraction, .symbol(.openBrace): true
    default: false
    }
  }
}

extension Expression.Function {
  /// The inverse function, for those whose power -1 means it.
  var inverse: Self? {
    switch self {
    case .sin: .arcsin
    case .cos: .arccos
    case .tan: .arctan
    case .cot: .arccot
    case .sec: .arcsec
    case .csc: .arccsc
    default: nil
    }
  }
}

internal import BigInt

extension MathParser {
  /// The value of digits in the base that stands behind them as a subscript or in words.
  mutating func takeBase(of digits: [UInt8], from start: Int) throws(Failure) -> Rational? {
    if case .run("base")? = next { return try takeBaseInWords(of: digits, width: 1) }
    if case .word("base")? = next { return try takeBaseInWords(of: digits, width: 1) }
    guard take(.underscore) else { return nil }
    return try Self.value(of: digits, base: try subscriptBase())
  }

  private mutating func takeBaseInWords(of digits: [UInt8], width: Int) throws(Failure) -> Rational? {
    advance(by: width)
    guard let base = Self.integer(takeDigits()) else { throw Failure() }
    return try Self.value(of: digits, base: base)
  }

  /// `(52)_8`, with nothing but digits in the parentheses.
  mutating func numberWithBaseInParentheses() throws(Failure) -> Expression? {
    let start = position
    advance()
    let digits = takeDigits()
    if !digits.isEmpty, take(.closeParenthesis), nextIs(.underscore) {
      advance()
      return .number(try Self.value(of: digits, base: try subscriptBase()))
    }
    move(to: start)
    return nil
  }

  /// `3AF_{16}`, in a base that needs letters as digits.
  mutating func numberWithLetterDigits() throws(Failure) -> Expression? {
    var digits: [UInt8] = []
    var hasLetters = false
    var index = position
    scan: while index < end, digits.count <= 64 {
      switch lexemes[index].token {
      case .digit(let digit): digits.append(digit)
      case .letter(let run), .word(let run), .run(let run):
        guard run.utf8.allSatisfy({ (65...90).contains($0) }) else { return nil }
        digits += run.utf8.map { $0 - 55 }
        hasLetters = true
      default: break scan
      }
      index += 1
    }
    guard hasLetters, index + 2 < end, lexemes[index].token == .symbol(.underscore), lexemes[index + 1].token == .symbol(.openBrace),
      case .digit = lexemes[index + 2].token
    else { return nil }
    let start = position
    move(to: index + 1)
    let base = try subscriptBase()
    guard base > 10, digits.allSatisfy({ Int($0) < base }) else {
      move(to: start)
      return nil
    }
    return .number(try Self.value(of: digits, base: base))
  }

  private mutating func subscriptBase() throws(Failure) -> Int {
    let base: Int?
    if take(.openBrace) {
      let isParenthesized = take(.openParenthesis)
      base = takeBaseName()
      if isParenthesized { try expect(.closeParenthesis) }
      try expect(.closeBrace)
    } else if case .digit(let digit)? = next {
      advance()
      base = Int(digit)
    } else {
      base = takeBaseName()
    }
    guard let base else { throw Failure() }
    return base
  }

  private mutating func takeBaseName() -> Int? {
    switch next {
    case .digit: return Self.integer(takeDigits())
    case .word(let word), .run(let word):
      advance()
      return NumberWords.value(of: [word.lowercased()])
    default: return nil
    }
  }

  private static func value(of digits: [UInt8], base: Int) throws(Failure) -> Rational {
    guard (2...36).contains(base), !digits.isEmpty, digits.count <= 256, digits.allSatisfy({ Int($0) < base }) else { throw Failure() }
    var value = BigInt(0)
    for digit in digits { value = value * BigInt(base) + BigInt(digit) }
    guard let rational = Rational(value) else { throw Failure() }
    return rational
  }
}

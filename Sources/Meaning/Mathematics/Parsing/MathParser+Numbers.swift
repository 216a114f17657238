extension MathParser {
  /// The most digits of a number that is taken for one.
  static let maximumDigits = 1000

  /// A number at the front: with separators, a fraction part, repeating digits, an exponent, a base, or a fraction behind it.
  mutating func number() throws(Failure) -> Expression {
    let start = position
    var digits = takeDigits()
    let isWhole = !nextIs(.period) || isFinalPeriod
    if isWhole, let value = try takeBase(of: digits, from: start) { return .number(value) }
    if (1...3).contains(digits.count), digits[0] != 0 { takeGroups(into: &digits) }
    var scale = 0
    var repeating: [UInt8] = []
    let isDecimalComma = nextIs(.digitComma) && !isInBrackets
    if (nextIs(.period) && !isFinalPeriod) || isDecimalComma {
      advance()
      let fraction = takeDigits()
      digits += fraction
      scale = fraction.count
      repeating = try takeRepeatingDigits(after: fraction)
    }
    if isWhole, nextIs(.period), token(1) == .symbol(.divide) || token(1) == .symbol(.times) { advance() }
    guard !digits.isEmpty || !repeating.isEmpty, digits.count <= Self.maximumDigits else { throw Failure() }
    if position == start + digits.count, let fraction = takeFractionBehindWhole() {
      guard let whole = Rational.decimal(digits, scale: 0, exponent: 0), let sum = whole + fraction else { throw Failure() }
      return .number(sum)
    }
    let exponent = try takeExponent()
    guard var value = Rational.decimal(digits, scale: scale, exponent: exponent) else { throw Failure() }
    if !repeating.isEmpty {
      guard exponent == 0, let tail = Rational.repeating(repeating, behind: scale), let sum = value + tail else { throw Failure() }
      value = sum
    }
    return .number(takeMagnitude().flatMap { value * $0 } ?? value)
  }

  /// Whether the period at the front ends the answer or is followed by no digit.
  private var isFinalPeriod: Bool {
    if case .digit? = token(1) { return lexemes[position + 1].isSpaced }
    return token(1) != .overline
  }

  /// The digits at the front, not parted by blanks.
  mutating func takeDigits() -> [UInt8] {
    var digits: [UInt8] = []
    while case .digit(let digit)? = next, digits.isEmpty || !isNextSpaced {
      digits.append(digit)
      advance()
    }
    return digits
  }

  /// Groups of three digits behind commas or blanks, of one kind; in brackets a plain comma parts items.
  private mutating func takeGroups(into digits: inout [UInt8]) {
    var separator: Int?
    while true {
      let width: Int
      let kind: Int
      switch next {
      case .symbol(.comma) where !isInBrackets: (width, kind) = (1, 0)
      case .symbol(.digitComma): (width, kind) = (1, 1)
      case .digit where isNextSpaced: (width, kind) = (0, 2)
      default: return
      }
      guard separator == nil || separator == kind, let group = groupOfThree(at: position + width, isPlain: kind == 0) else { return }
      separator = kind
      digits += group
      advance(by: width + 3)
    }
  }

  /// Exactly three digits at `index`; behind a plain comma without a blank.
  private func groupOfThree(at index: Int, isPlain: Bool) -> [UInt8]? {
    guard index + 3 <= end, !(isPlain && lexemes[index].isSpaced) else { return nil }
    var group: [UInt8] = []
    for offset in 0..<3 {
      guard case .digit(let digit) = lexemes[index + offset].token, offset == 0 || !lexemes[index + offset].isSpaced else { return nil }
      group.append(digit)
    }
    if index + 3 < end, case .digit = lexemes[index + 3].token, !lexemes[index + 3].isSpaced { return nil }
    return group
  }

  /// The digits that repeat: under a bar, or before an ellipsis at least twice.
  private mutating func takeRepeatingDigits(after fraction: [UInt8]) throws(Failure) -> [UInt8] {
    if next == .overline {
      advance()
      let isBraced = take(.openBrace)
      let digits = takeDigits()
      if isBraced { try expect(.closeBrace) }
      guard !digits.isEmpty, digits.count <= 64 else { throw Failure() }
      return digits
    }
    guard take(.ellipsis) else { return [] }
    for period in 1...6 where fraction.count >= max(3, 2 * period) {
      let tail = fraction.suffix(period)
      if Array(fraction.dropLast(period).suffix(period)) == Array(tail) { return Array(tail) }
    }
    return []
  }

  /// The exponent of `e-3` or `E+11`; 0 without one.
  private mutating func takeExponent() throws(Failure) -> Int {
    guard next == .letter("e") || next == .letter("E"), !isNextSpaced else { return 0 }
    var offset = 1
    var sign = 1
    if token(1) == .symbol(.minus) || token(1) == .symbol(.plus) {
      sign = token(1) == .symbol(.minus) ? -1 : 1
      offset = 2
    }
    guard case .digit? = token(offset), !lexemes[position + 1].isSpaced, !lexemes[position + offset].isSpaced else { return 0 }
    advance(by: offset)
    let digits = takeDigits()
    guard digits.count <= 4 else { throw Failure() }
    return sign * digits.reduce(0) { $0 * 10 + Int($1) }
  }

  /// `million` and the like.
  private mutating func takeMagnitude() -> Rational? {
    let power: Int
    switch next {
    case .word(let word), .run(let word):
      switch word.lowercased() {
      case "hundred": power = 2
      case "thousand": power = 3
      case "million": power = 6
      case "billion": power = 9
      case "trillion": power = 12
      default: return nil
      }
    default: return nil
    }
    advance()
    return Rational.decimal([1], scale: 0, exponent: power)
  }

  /// The fraction of a mixed number: `\frac{1}{2}` or, behind a blank, `1/2`, with whole parts and less than one.
  private mutating func takeFractionBehindWhole() -> Rational? {
    let start = position
    var numerator: [UInt8] = []
    var denominator: [UInt8] = []
    if next == .fraction {
      advance()
      numerator = takeDigitsOfArgument()
      denominator = takeDigitsOfArgument()
    } else if case .digit? = next, isNextSpaced {
      numerator = takeDigits()
      if take(.divide) { denominator = takeDigits() }
      if nextIs(.caret) || nextIs(.period) { denominator = [] }
    }
    guard let above = Self.integer(numerator), let below = Self.integer(denominator), above > 0, above < below,
      let fraction = Rational(above, over: below)
    else {
      move(to: start)
      return nil
    }
    return fraction
  }

  /// The digits of an argument that holds nothing else.
  private mutating func takeDigitsOfArgument() -> [UInt8] {
    if take(.openBrace) {
      let digits = takeDigits()
      return take(.closeBrace) ? digits : []
    }
    guard case .digit(let digit)? = next else { return [] }
    advance()
    return [digit]
  }

  static func integer(_ digits: [UInt8]) -> Int? {
    (1...9).contains(digits.count) ? digits.reduce(0) { $0 * 10 + Int($1) } : nil
  }
}

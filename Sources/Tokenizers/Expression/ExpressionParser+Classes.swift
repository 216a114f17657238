extension ExpressionParser {
  /// The meaning of an escape.
  enum ClassItem {
    case scalar(Unicode.Scalar)
    /// `isFolded` says that the set holds with each letter its other cases.
    case set(ScalarSet, isFolded: Bool)
  }

  /// A class, from behind its `[` to behind its `]`.
  mutating func parseClass(_ options: Options) throws(ExpressionError) -> ScalarSet {
    let start = position - 1
    try descend()
    let isNegated = take("^")
    var current: [ScalarSet] = []
    var intersected: ScalarSet?
    if isNext("]") { throw failure("an empty class, or a ']' that should be '\\]'") }
    while !take("]") {
      guard let scalar = next else { throw failure("a '[' without its ']'", at: start) }
      if take("&&") {
        let united = Self.united(current)
        intersected = intersected?.intersection(united) ?? united
        current = []
      } else if isNext("[:") {
        current.append(try parsePosixClass())
      } else if scalar == "[" {
        position += 1
        // Its own letters were folded inside.
        current.append(try parseClass(options))
      } else {
        current.append(try parseClassRange(options))
      }
    }
    depth -= 1
    var set = Self.united(current)
    if let intersected { set = intersected.intersection(set) }
    return isNegated ? set.inverted : set
  }

  private static func united(_ sets: [ScalarSet]) -> ScalarSet { ScalarSet(sets.flatMap(\.ranges)) }

  /// One character, a range of characters, or an escape.
  private mutating func parseClassRange(_ options: Options) throws(ExpressionError) -> ScalarSet {
    let start = position
    let low: Unicode.Scalar
    switch try parseClassItem() {
    case .set(let set, let isFolded):
      guard options.ignoresCase else { return set }
      guard isFolded else { throw failure("letters of one case without regard to case", at: start) }
      return set.foldingCase
    case .scalar(let scalar): low = scalar
    }
    var high = low
    if isNext("-"), position + 1 < pattern.count, pattern[position + 1] != "]" {
      position += 1
      guard !isNext("["), !isNext("&&"), case .scalar(let scalar) = try parseClassItem() else {
        throw failure("a range that ends in a class", at: start)
      }
      guard low.value <= scalar.value else { throw failure("a range that ends before it begins", at: start) }
      high = scalar
    }
    let set = ScalarSet([low.value...high.value])
    guard options.ignoresCase else { return set }
    try refuseCase(low.value...high.value, at: start)
    return set.foldingCase
  }

  private mutating func parseClassItem() throws(ExpressionError) -> ClassItem {
    guard let scalar = next else { throw failure("a '[' without its ']'") }
    if scalar == "\\" { return try parseClassEscape() }
    position += 1
    return .scalar(scalar)
  }

  /// An escape that means the same inside and outside of a class; the reader stands at its backslash.
  mutating func parseClassEscape() throws(ExpressionError) -> ClassItem {
    let start = position
    position += 1
    guard let scalar = next else { throw failure("the expression ends at a '\\'", at: start) }
    position += 1
    switch scalar {
    case "t": return .scalar("\t")
    case "n": return .scalar("\n")
    case "r": return .scalar("\r")
    case "f": return .scalar("\u{C}")
    case "v": return .scalar("\u{B}")
    case "a": return .scalar("\u{7}")
    case "e": return .scalar("\u{1B}")
    case "s": return .set(.whitespace, isFolded: true)
    case "S": return .set(ScalarSet.whitespace.inverted, isFolded: true)
    case "d": return .set(.digits, isFolded: true)
    case "D": return .set(ScalarSet.digits.inverted, isFolded: true)
    case "h": return .set(.hexadecimalDigits, isFolded: true)
    case "H": return .set(ScalarSet.hexadecimalDigits.inverted, isFolded: true)
    case "w": return .set(.wordInClass, isFolded: true)
    case "W": return .set(ScalarSet.wordInClass.inverted, isFolded: true)
    case "p", "P":
      guard isNext("{") else { throw failure("'\\\(scalar)' without '{'", at: start) }
      return try parseProperty(isNegated: scalar == "P", at: start)
    case "x": return .scalar(try parseHexadecimal(braces: take("{"), digits: 2, at: start))
    case "u": return .scalar(try parseHexadecimal(braces: false, digits: 4, at: start))
    case "0" where !(next.map { ("0"..."7").contains($0) } ?? false): return .scalar("\0")
    default:
      let isLetterOrDigit = scalar.isASCII && ScalarSet.wordInClass.contains(scalar) && scalar != "_"
      guard !isLetterOrDigit else { throw failure("the escape '\\\(scalar)'", at: start) }
      return .scalar(scalar)
    }
  }

  private mutating func parseHexadecimal(braces: Bool, digits: Int, at start: Int) throws(ExpressionError) -> Unicode.Scalar {
    var value: UInt32 = 0
    var count = 0
    while count < (braces ? 8 : digits), let scalar = next, scalar.isASCII, let digit = Character(scalar).hexDigitValue {
      guard value < 0x1000_0000 else { break }
      value = value << 4 | UInt32(digit)
      count += 1
      position += 1
    }
    // Two digits above 7F would be a byte of a character.
    guard braces ? count > 0 && take("}") : count == digits && (digits > 2 || value < 0x80), let scalar = Unicode.Scalar(value) else {
      throw failure("an escape that is no character", at: start)
    }
    return scalar
  }
}

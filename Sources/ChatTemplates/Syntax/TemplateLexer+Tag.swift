import Files

extension TemplateLexer {
  private static let longSymbols: Set<String> = ["**", "//", "==", "!=", ">=", "<="]
  private static let symbols: Set<Unicode.Scalar> = [
    "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";",
  ]

  /// Reads the content of a tag's braces, and its end.
  mutating func readTag(isBlock: Bool) throws {
    let opening = line
    var brackets: [Unicode.Scalar] = []
    while position < source.count {
      if brackets.isEmpty, try takeEnd(isBlock: isBlock) { return }
      let scalar = source[position]
      if scalar.isTemplateSpace {
        skipSpace()
      } else if scalar.isDecimalDigit {
        try readNumber()
      } else if scalar.isNamePart {
        try readName()
      } else if scalar == "'" || scalar == "\"" {
        try readString(quote: scalar)
      } else {
        try readSymbol(&brackets)
      }
    }
    line = opening
    throw failure("a tag without its end, expected \"\(isBlock ? "%}" : "}}")\"")
  }

  /// Takes the tag's end, if it is here.
  private mutating func takeEnd(isBlock: Bool) throws -> Bool {
    let startLine = line
    if isBlock {
      guard try takeBlockEnd() else { return false }
    } else if isAt("-}}") {
      advance(to: position + 3)
      skipSpace()
    } else if isAt("}}") {
      advance(to: position + 2)
    } else {
      return false
    }
    tokens.append(TemplateToken(form: isBlock ? .blockEnd : .variableEnd, line: startLine))
    return true
  }

  private mutating func readName() throws {
    let start = position
    var end = start
    while end < source.count, source[end].isNamePart { end += 1 }
    let name = TemplateText(scalars: source[start..<end])
    guard name.isIdentifier else { throw failure("the name \(Representation.quoted(name)) has characters that names cannot have") }
    append(.name(name.string))
    position = end
  }

  private mutating func readSymbol(_ brackets: inout [Unicode.Scalar]) throws {
    let first = source[position]
    let pair = String(String.UnicodeScalarView(source[position..<min(position + 2, source.count)]))
    let isLong = Self.longSymbols.contains(pair)
    guard isLong || Self.symbols.contains(first) else { throw failure("the character '\(first)' is not part of the template language") }
    switch first {
    case "{": brackets.append("}")
    case "(": brackets.append(")")
    case "[": brackets.append("]")
    case "}", ")", "]":
      guard let expected = brackets.popLast() else { throw failure("unexpected '\(first)'") }
      guard expected == first else { throw failure("unexpected '\(first)', expected '\(expected)'") }
    default: break
    }
    append(.symbol(isLong ? pair : String(first)))
    position += isLong ? 2 : 1
  }

  /// Reads an integer of any base or a number with fraction or exponent; `_` may stand between digits.
  private mutating func readNumber() throws {
    let start = position
    if source[start] == "0", let radix = radix(at: start + 1) {
      let end = endOfDigits(from: start + 2, radix: radix, mayBeginWithSeparator: true)
      if end > start + 2 {
        append(.integer(try integer(digits(start + 2, end), radix: radix)))
        position = end
        return
      }
    }
    // After a point, digits are an index: `x.0.1`.
    let followsPoint = start > 0 && source[start - 1] == "."
    let wholeEnd = endOfDigits(from: start, radix: 10)
    if !followsPoint, let end = endOfFloat(wholeEnd: wholeEnd) {
      guard let value = Double(digits(start, end)) else { throw failure("the number \(digits(start, end)) cannot be read") }
      append(.float(value))
      position = end
      return
    }
    // 007 is no integer: the zeros are one, and 7 is the next.
    let end = source[start] == "0" ? endOfZeros(from: start) : wholeEnd
    append(.integer(try integer(digits(start, end), radix: 10)))
    position = end
  }

  private func radix(at place: Int) -> Int? {
    guard place < source.count else { return nil }
    return switch source[place] {
    case "b", "B": 2
    case "o", "O": 8
    case "x", "X": 16
    default: nil
    }
  }

  private func isDigit(at place: Int, radix: Int) -> Bool {
    guard place < source.count, source[place].isASCII else { return false }
    return Character(source[place]).hexDigitValue.map { $0 < radix } ?? false
  }

  private func endOfDigits(from start: Int, radix: Int, mayBeginWithSeparator: Bool = false) -> Int {
    var end = start
    while true {
      if isDigit(at: end, radix: radix) {
        end += 1
      } else if end < source.count, source[end] == "_", end > start || mayBeginWithSeparator, isDigit(at: end + 1, radix: radix) {
        end += 2
      } else {
        return end
      }
    }
  }

  private func endOfZeros(from start: Int) -> Int {
    var end = start + 1
    while end < source.count {
      if source[end] == "0" {
        end += 1
      } else if source[end] == "_", end + 1 < source.count, source[end + 1] == "0" {
        end += 2
      } else {
        break
      }
    }
    return end
  }

  /// Where a number's fraction or exponent ends, if it has one.
  private func endOfFloat(wholeEnd: Int) -> Int? {
    var end = wholeEnd
    if end < source.count, source[end] == ".", isDigit(at: end + 1, radix: 10) { end = endOfDigits(from: end + 1, radix: 10) }
    if end < source.count, source[end] == "e" || source[end] == "E" {
      let sign = end + 1 < source.count && (source[end + 1] == "+" || source[end + 1] == "-") ? 1 : 0
      if isDigit(at: end + 1 + sign, radix: 10) { end = endOfDigits(from: end + 1 + sign, radix: 10) }
    }
    return end > wholeEnd ? end : nil
  }

  private func digits(_ start: Int, _ end: Int) -> String {
    String(String.UnicodeScalarView(source[start..<end].filter { $0 != "_" }))
  }

  private func integer(_ digits: String, radix: Int) throws -> Int {
    guard let value = Int(digits, radix: radix) else {
      throw failure("the integer \(digits.prefix(40)) is beyond 64 bits", .unsupported)
    }
    return value
  }
}

extension Unicode.Scalar {
  var isDecimalDigit: Bool { value >= 0x30 && value <= 0x39 }

  /// Whether names can have the scalar in them.
  var isNamePart: Bool {
    guard isASCII else { return properties.isXIDContinue }
    return isDecimalDigit || self == "_" || value | 0x20 >= 0x61 && value | 0x20 <= 0x7A
  }
}

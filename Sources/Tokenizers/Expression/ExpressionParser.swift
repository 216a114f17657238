/// Reads regular expressions in the syntax of Oniguruma (https://github.com/kkos/oniguruma, doc/RE), which Hugging Face's library uses, as
/// far as pre-tokenizers need it: no back-references, no calls, no conditions.
struct ExpressionParser {
  /// Expressions longer than this are refused.
  static let maximumLength = 10_000
  /// Groups and quantifiers nested deeper than this are refused, which bounds the stack.
  static let maximumDepth = 50
  /// The highest count in a quantifier.
  static let maximumCount = 1000

  /// The options that groups such as `(?i:…)` switch.
  struct Options {
    var ignoresCase = false
    var dotTakesLineBreaks = false
  }

  let pattern: [Unicode.Scalar]
  var position = 0
  var depth = 0

  /// The parts of an expression.
  static func parse(_ pattern: String) throws(ExpressionError) -> ExpressionNode {
    var parser = ExpressionParser(pattern: Array(pattern.unicodeScalars))
    guard parser.pattern.count <= maximumLength else {
      throw ExpressionError(position: maximumLength + 1, problem: "an expression of more than \(maximumLength) characters")
    }
    let node = try parser.parseAlternation(Options())
    if parser.position < parser.pattern.count { throw parser.failure("a ')' without its '('") }
    return node
  }

  func failure(_ problem: String, at position: Int? = nil) -> ExpressionError {
    ExpressionError(position: (position ?? self.position) + 1, problem: problem)
  }

  var next: Unicode.Scalar? { position < pattern.count ? pattern[position] : nil }

  func isNext(_ text: String) -> Bool { pattern[position...].starts(with: text.unicodeScalars) }

  mutating func take(_ text: String) -> Bool {
    guard isNext(text) else { return false }
    position += text.unicodeScalars.count
    return true
  }

  mutating func descend() throws(ExpressionError) {
    depth += 1
    guard depth <= Self.maximumDepth else { throw failure("parts nested deeper than \(Self.maximumDepth)") }
  }

  /// Alternatives, up to the end or the `)` of the group.
  mutating func parseAlternation(_ options: Options) throws(ExpressionError) -> ExpressionNode {
    try descend()
    var alternatives = [try parseSequence(options)]
    while take("|") { alternatives.append(try parseSequence(options)) }
    depth -= 1
    return alternatives.count == 1 ? alternatives[0] : .alternation(alternatives)
  }

  private mutating func parseSequence(_ options: Options) throws(ExpressionError) -> ExpressionNode {
    var parts: [ExpressionNode] = []
    var lastLetter: Unicode.Scalar?
    while let scalar = next, scalar != "|", scalar != ")" {
      let start = position
      if isNext("(?"), let switched = try parseSwitch(options) {
        // The options hold up to the end of the group, its other alternatives included.
        parts.append(try parseAlternation(switched))
        break
      }
      let atom = try parseAtom(options)
      let letter = options.ignoresCase && position == start + 1 ? scalar : nil
      if let first = lastLetter, let letter { try refuseLigature(first, letter, at: start) }
      lastLetter = letter
      parts.append(try parseQuantifiers(atom, at: start))
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  /// Oniguruma lets one character such as "ß" match two where case is ignored; this does not.
  private func refuseLigature(_ first: Unicode.Scalar, _ second: Unicode.Scalar, at position: Int) throws(ExpressionError) {
    let pair = String(String.UnicodeScalarView([first, second])).lowercased()
    guard !["ss", "st", "ff", "fi", "fl"].contains(pair) else {
      throw failure("\"\(pair)\" without regard to case, which one character may match", at: position)
    }
  }

  /// `(?i)`: the options from here on; nil where a group begins.
  private mutating func parseSwitch(_ options: Options) throws(ExpressionError) -> Options? {
    let start = position
    position += 2
    let switched = try parseOptions(options)
    if let switched, take(")") { return switched }
    position = start
    return nil
  }

  /// Letters such as `i-m`; nil where there are none.
  mutating func parseOptions(_ options: Options) throws(ExpressionError) -> Options? {
    let start = position
    var options = options
    var value = true
    while let scalar = next {
      switch scalar {
      case "i": options.ignoresCase = value
      case "m": options.dotTakesLineBreaks = value
      case "-" where value: value = false
      default: return position > start ? options : nil
      }
      position += 1
    }
    return nil
  }
}

/// Why a regular expression is refused.
struct ExpressionError: Error {
  /// Where, in characters from the beginning, counted from 1.
  var position: Int

  /// The fault.
  var problem: String
}

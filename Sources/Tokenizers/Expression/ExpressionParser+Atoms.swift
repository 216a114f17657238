extension ExpressionParser {
  /// One character, class, group or assertion.
  mutating func parseAtom(_ options: Options) throws(ExpressionError) -> ExpressionNode {
    guard let scalar = next else { throw failure("the expression ends where a part is expected") }
    switch scalar {
    case "(": return try parseGroup(options)
    case "[":
      position += 1
      return .set(try parseClass(options))
    case "\\": return try parseEscape(options)
    case ".":
      position += 1
      return .set(options.dotTakesLineBreaks ? .all : ScalarSet("\n").inverted)
    case "^":
      position += 1
      return .assertion(.lineStart)
    case "$":
      position += 1
      return .assertion(.lineEnd)
    case "*", "+", "?": throw failure("a quantifier with nothing before it")
    case "{": break
    default: break
    }
    let start = position
    position += 1
    return .set(try folded(scalar, options, at: start))
  }

  private mutating func parseGroup(_ options: Options) throws(ExpressionError) -> ExpressionNode {
    let start = position
    position += 1
    var inner = options
    var wrap: (ExpressionNode) throws(ExpressionError) -> ExpressionNode = { node throws(ExpressionError) in node }
    if take("?:") {
    } else if take("?=") {
      wrap = { node throws(ExpressionError) in .lookahead(node, isNegated: false) }
    } else if take("?!") {
      wrap = { node throws(ExpressionError) in .lookahead(node, isNegated: true) }
    } else if take("?>") {
      wrap = { node throws(ExpressionError) in .atomic(node) }
    } else if isNext("?<=") || isNext("?<!") {
      let isNegated = isNext("?<!")
      position += 3
      let failure = failure("a lookbehind of no fixed length", at: start)
      wrap = { node throws(ExpressionError) in
        guard let lookbehind = ExpressionNode.lookbehind(node, isNegated: isNegated) else { throw failure }
        return lookbehind
      }
    } else if take("?#") {
      while let scalar = next, scalar != ")" { position += scalar == "\\" ? 2 : 1 }
      guard take(")") else { throw failure("a comment without its ')'", at: start) }
      return .empty
    } else if isNext("?<"), let end = pattern[position...].firstIndex(of: ">") {
      // A name changes nothing, because nothing refers to it.
      position = end + 1
    } else if take("?") {
      guard let switched = try parseOptions(options), take(":") else { throw failure("a group that is not known here", at: start) }
      inner = switched
    } else if isNext("*") {
      throw failure("a callout", at: start)
    }
    let node = try parseAlternation(inner)
    guard take(")") else { throw failure("a '(' without its ')'", at: start) }
    return try wrap(node)
  }

  private mutating func parseEscape(_ options: Options) throws(ExpressionError) -> ExpressionNode {
    let start = position
    position += 1
    guard let scalar = next else { throw failure("the expression ends at a '\\'", at: start) }
    position += 1
    switch scalar {
    case "A": return .assertion(.textStart)
    case "z": return .assertion(.textEnd)
    case "Z": return .assertion(.textEndOrLastLineBreak)
    case "b": return .assertion(.wordBoundary)
    case "B": return .assertion(.noWordBoundary)
    case "N": return .set(ScalarSet("\n").inverted)
    case "O": return .set(.all)
    case "w": return .set(.word)
    case "W": return .set(ScalarSet.word.inverted)
    default: position = start
    }
    switch try parseClassEscape() {
    case .set(let set, _): return .set(set)
    case .scalar(let scalar): return .set(try folded(scalar, options, at: start))
    }
  }

  /// The characters that a written character matches.
  func folded(_ scalar: Unicode.Scalar, _ options: Options, at position: Int) throws(ExpressionError) -> ScalarSet {
    guard options.ignoresCase else { return ScalarSet(scalar) }
    try refuseCase(scalar.value...scalar.value, at: position)
    return ScalarSet(scalar).foldingCase
  }

  /// Characters outside ASCII that have a case are not folded here.
  func refuseCase(_ range: ClosedRange<UInt32>, at position: Int) throws(ExpressionError) {
    let beyond = ScalarSet([range]).intersection(ScalarSet([0x80...0x10FFFF]))
    guard beyond.intersection(.cased).ranges.isEmpty else {
      throw failure("letters beyond ASCII without regard to case", at: position)
    }
  }
}

extension ScalarSet {
  /// Characters that may have a case or combine with one that has: letters except those without case, and marks.
  static let cased = letters.union(marks).intersection((category("Lo") ?? ScalarSet()).inverted)

  /// The set with the other cases of its characters, where these are in ASCII; two letters beyond ASCII belong to `s` and `k`, and
  /// one mark to letters.
  var foldingCase: ScalarSet {
    var extra: [ClosedRange<UInt32>] = []
    for range in ranges {
      if range.overlaps(0x41...0x5A) {
        let upper = range.clamped(to: 0x41...0x5A)
        extra.append(upper.lowerBound + 32...upper.upperBound + 32)
      }
      if range.overlaps(0x61...0x7A) {
        let lower = range.clamped(to: 0x61...0x7A)
        extra.append(lower.lowerBound - 32...lower.upperBound - 32)
      }
    }
    var folded = union(ScalarSet(extra))
    for family in Self.families where !folded.intersection(family).ranges.isEmpty { folded = folded.union(family) }
    return folded
  }

  private static let families = [
    ScalarSet("s", "S", "\u{17F}"), ScalarSet("k", "K", "\u{212A}"), ScalarSet("\u{345}", "\u{399}", "\u{3B9}", "\u{1FBE}"),
  ]
}

/// A part of a regular expression, as the parser understands it.
indirect enum ExpressionNode {
  /// Matches nothing, everywhere.
  case empty
  /// One character of a set.
  case set(ScalarSet)
  case sequence([ExpressionNode])
  /// The first of several that leads to a match.
  case alternation([ExpressionNode])
  case repetition(ExpressionNode, minimum: Int, maximum: Int?, Greed)
  /// A part that is not retried once it has matched.
  case atomic(ExpressionNode)
  case lookahead(ExpressionNode, isNegated: Bool)
  /// The text that ends here, of a fixed number of characters.
  case lookbehind(ExpressionNode, width: Int, isNegated: Bool)
  case assertion(Assertion)

  /// The greed of a repetition.
  enum Greed: Sendable {
    /// As often as possible, and less often where the rest needs it.
    case greedy
    /// As seldom as possible, and more often where the rest needs it.
    case lazy
    /// As often as possible, and never less often.
    case possessive
  }

  /// A condition on a place in the text.
  enum Assertion: Sendable {
    case textStart, textEnd, textEndOrLastLineBreak, lineStart, lineEnd, wordBoundary, noWordBoundary
  }

  /// Whether the part may match without taking a character.
  var isNullable: Bool {
    switch self {
    case .empty, .lookahead, .lookbehind, .assertion: true
    case .set: false
    case .sequence(let parts): parts.allSatisfy(\.isNullable)
    case .alternation(let parts): parts.contains(where: \.isNullable)
    case .repetition(let part, let minimum, _, _): minimum == 0 || part.isNullable
    case .atomic(let part): part.isNullable
    }
  }

  private static let maximumWidth = 1000

  /// The number of characters, if all matches have the same number, of at most a thousand.
  var width: Int? {
    switch self {
    case .empty, .lookahead, .lookbehind, .assertion: return 0
    case .set: return 1
    case .sequence(let parts):
      var sum = 0
      for part in parts {
        guard let width = part.width, sum + width <= Self.maximumWidth else { return nil }
        sum += width
      }
      return sum
    case .alternation(let parts):
      let widths = Set(parts.map(\.width))
      return widths.count == 1 ? widths.first ?? nil : nil
    case .repetition(let part, let minimum, let maximum, _):
      guard minimum == maximum, let width = part.width, width * minimum <= Self.maximumWidth else { return nil }
      return width * minimum
    case .atomic(let part): return part.width
    }
  }

  /// A lookbehind whose alternatives may differ in length; nil where one has no fixed length.
  static func lookbehind(_ node: ExpressionNode, isNegated: Bool) -> ExpressionNode? {
    if let width = node.width { return .lookbehind(node, width: width, isNegated: isNegated) }
    guard case .alternation(let parts) = node else { return nil }
    let each = parts.compactMap { lookbehind($0, isNegated: isNegated) }
    guard each.count == parts.count else { return nil }
    return isNegated ? .sequence(each) : .alternation(each)
  }
}

extension Expression {
  /// The expression with its large constant powers, factorials and binomials, and functions of numbers, as the numbers that they are, so that an
  /// expression in variables doesn't compute them anew at every point. The same where there are none.
  func folded() -> Expression {
    var steps = Survey.steps
    return folded(&steps)
  }

  /// The expression folded within the steps that an answer has left, which fall below 0 where there are too few.
  func folded(_ steps: inout Int) -> Expression {
    guard hasConstantsToFold else { return self }
    return folding(&steps)
  }

  private var hasConstantsToFold: Bool {
    switch self {
    case .number, .constant, .variable: false
    case .power(.number, .number), .function(.factorial, _), .function(.binomial, _): true
    case .function(_, let parts) where parts.allSatisfy(\.isNumber): true
    case .sum(let parts), .product(let parts), .function(_, let parts): parts.contains(where: \.hasConstantsToFold)
    case .negation(let part), .degrees(let part): part.hasConstantsToFold
    case .quotient(let first, let second), .power(let first, let second), .root(let first, let second):
      first.hasConstantsToFold || second.hasConstantsToFold
    }
  }

  private func folding(_ steps: inout Int) -> Expression {
    let result: Expression
    switch self {
    case .number, .constant, .variable: return self
    case .sum(let parts): return .sum(parts.map { $0.folding(&steps) })
    case .product(let parts): return .product(parts.map { $0.folding(&steps) })
    case .negation(let part): return .negation(part.folding(&steps))
    case .degrees(let part): return .degrees(part.folding(&steps))
    case .quotient(let first, let second): return .quotient(first.folding(&steps), second.folding(&steps))
    case .root(let first, let second): return .root(degree: first.folding(&steps), radicand: second.folding(&steps))
    case .power(let first, let second): result = .power(first.folding(&steps), second.folding(&steps))
    case .function(let function, let parts): result = .function(function, parts.map { $0.folding(&steps) })
    }
    switch result {
    case .power(.number, .number), .function(.factorial, _), .function(.binomial, _):
      return result.calculated(&steps)
    case .function(_, let parts) where parts.allSatisfy(\.isNumber):
      return result.calculated(&steps)
    default:
      return result
    }
  }

  /// The whole number or fraction that this is, or this where it is none.
  private func calculated(_ steps: inout Int) -> Expression {
    guard variables.isEmpty, steps >= 0 else { return self }
    var evaluator = ExpressionEvaluator<Double>(steps: min(steps, Survey.steps))
    let allowed = evaluator.steps
    defer { steps -= allowed - evaluator.steps }
    guard case .exact(let number)? = evaluator.value(of: self) else { return self }
    return .number(number)
  }

  private var isNumber: Bool {
    if case .number = self { true } else { false }
  }
}

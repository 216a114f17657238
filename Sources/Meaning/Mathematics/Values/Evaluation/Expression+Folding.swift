extension Expression {
  /// The expression with its large constant powers, factorials and binomials as the numbers that they are, so that an expression in variables
  /// doesn't compute them anew at every point. The same where there are none.
  func folded() -> Expression {
    guard hasConstantsToFold else { return self }
    return folding()
  }

  private var hasConstantsToFold: Bool {
    switch self {
    case .number, .constant, .variable: false
    case .power(.number, .number), .function(.factorial, _), .function(.binomial, _): true
    case .sum(let parts), .product(let parts), .function(_, let parts): parts.contains(where: \.hasConstantsToFold)
    case .negation(let part), .degrees(let part): part.hasConstantsToFold
    case .quotient(let first, let second), .power(let first, let second), .root(let first, let second):
      first.hasConstantsToFold || second.hasConstantsToFold
    }
  }

  private func folding() -> Expression {
    let result: Expression
    switch self {
    case .number, .constant, .variable: return self
    case .sum(let parts): return .sum(parts.map { $0.folding() })
    case .product(let parts): return .product(parts.map { $0.folding() })
    case .negation(let part): return .negation(part.folding())
    case .degrees(let part): return .degrees(part.folding())
    case .quotient(let first, let second): return .quotient(first.folding(), second.folding())
    case .root(let first, let second): return .root(degree: first.folding(), radicand: second.folding())
    case .power(let first, let second): result = .power(first.folding(), second.folding())
    case .function(let function, let parts): result = .function(function, parts.map { $0.folding() })
    }
    switch result {
    case .power(.number, .number), .function(.factorial, _), .function(.binomial, _):
      guard result.variables.isEmpty else { return result }
      var evaluator = ExpressionEvaluator<Double>()
      guard case .exact(let number)? = evaluator.value(of: result) else { return result }
      return .number(number)
    default:
      return result
    }
  }
}

/// The work that an answer may ask for beside what its length already bounds: terms of sums, products of matrices.
struct Allowance {
  /// In nodes of expressions and in steps of evaluation, each of about a tenth of a microsecond. Nodes that remain cost more: they are
  /// evaluated later, some times over.
  private(set) var rest = 12_000

  /// The price of a node that remains.
  private static let priceOfRemaining = 4

  /// Takes what building so many nodes costs; false where too little is left.
  mutating func spend(_ nodes: Int) -> Bool {
    rest -= nodes
    return rest >= 0
  }

  /// The exact value of an expression without variables; nil where there is none, or too little is left.
  mutating func exactValue(of expression: Expression) -> Rational? {
    guard rest > 0 else { return nil }
    var evaluator = ExpressionEvaluator<Double>(steps: rest)
    defer { rest = evaluator.steps }
    guard case .exact(let number)? = evaluator.value(of: expression) else { return nil }
    return number
  }

  /// Takes what expressions that remain cost, which grows with their variables as do the points at which they are evaluated; false where too
  /// little is left.
  mutating func spend(on expressions: [Expression]) -> Bool {
    for expression in expressions {
      let weight = expression.weight(upTo: max(rest, 0) / Self.priceOfRemaining + 1)
      guard spend(Self.priceOfRemaining * weight), spend(2 * max(0, expression.variables.count - 2) * weight) else { return false }
    }
    return true
  }
}

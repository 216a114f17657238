/// Names, and what stands in their place.
extension Expression {
  /// The expression with another in place of a name: a variable, or `i` or `e` where an index is called so.
  func substituting(_ name: Name, by value: Expression) -> Expression {
    switch self {
    case .number: return self
    case .constant(let constant): return name == .constant(constant) ? value : self
    case .variable(let variable): return name == .variable(variable) ? value : self
    case .sum(let parts): return .sum(parts.map { $0.substituting(name, by: value) })
    case .product(let parts): return .product(parts.map { $0.substituting(name, by: value) })
    case .function(let function, let parts): return .function(function, parts.map { $0.substituting(name, by: value) })
    case .negation(let part): return .negation(part.substituting(name, by: value))
    case .degrees(let part): return .degrees(part.substituting(name, by: value))
    case .quotient(let first, let second):
      return .quotient(first.substituting(name, by: value), second.substituting(name, by: value))
    case .power(let first, let second):
      return .power(first.substituting(name, by: value), second.substituting(name, by: value))
    case .root(let first, let second):
      return .root(degree: first.substituting(name, by: value), radicand: second.substituting(name, by: value))
    }
  }

  /// Whether a name occurs.
  func mentions(_ name: Name) -> Bool {
    switch self {
    case .number: false
    case .constant(let constant): name == .constant(constant)
    case .variable(let variable): name == .variable(variable)
    case .sum(let parts), .product(let parts), .function(_, let parts): parts.contains { $0.mentions(name) }
    case .negation(let part), .degrees(let part): part.mentions(name)
    case .quotient(let first, let second), .power(let first, let second), .root(let first, let second):
      first.mentions(name) || second.mentions(name)
    }
  }

  /// What an index or a bound variable is called: a variable, or what is a constant elsewhere.
  enum Name: Hashable, Sendable {
    case variable(String)
    case constant(Constant)

    /// As it is written.
    var text: String {
      switch self {
      case .variable(let name): name
      case .constant(.e): "e"
      case .constant(.i): "i"
      case .constant(.pi): "pi"
      case .constant(.infinity): "infinity"
      }
    }

    /// The name that an expression is; nil for any other expression.
    init?(_ expression: Expression) {
      switch expression {
      case .variable(let name): self = .variable(name)
      case .constant(.e): self = .constant(.e)
      case .constant(.i): self = .constant(.i)
      default: return nil
      }
    }
  }
}

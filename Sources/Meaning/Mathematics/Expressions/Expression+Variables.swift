extension Expression {
  /// The names of the variables that are mentioned.
  var variables: Set<String> {
    var names: Set<String> = []
    collectVariables(into: &names)
    return names
  }

  private func collectVariables(into names: inout Set<String>) {
    switch self {
    case .number, .constant: break
    case .variable(let name): names.insert(name)
    case .sum(let parts), .product(let parts), .function(_, let parts):
      for part in parts { part.collectVariables(into: &names) }
    case .negation(let part), .degrees(let part): part.collectVariables(into: &names)
    case .quotient(let first, let second), .power(let first, let second), .root(let first, let second):
      first.collectVariables(into: &names)
      second.collectVariables(into: &names)
    }
  }
}

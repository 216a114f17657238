extension Expression {
  /// What evaluating it once costs, in nodes, a function or power for a dozen of them; at most about `limit`. O(limit).
  func weight(upTo limit: Int) -> Int {
    var weight = 0
    addWeight(to: &weight, upTo: limit)
    return weight
  }

  private func addWeight(to weight: inout Int, upTo limit: Int) {
    weight += 1
    guard weight <= limit else { return }
    switch self {
    case .number(let number): weight += number.longBits / 32
    case .constant, .variable: break
    case .sum(let parts), .product(let parts):
      for part in parts { part.addWeight(to: &weight, upTo: limit) }
    case .function(_, let parts):
      weight += 11
      for part in parts { part.addWeight(to: &weight, upTo: limit) }
    case .negation(let part), .degrees(let part): part.addWeight(to: &weight, upTo: limit)
    case .quotient(let first, let second):
      first.addWeight(to: &weight, upTo: limit)
      second.addWeight(to: &weight, upTo: limit)
    case .power(let first, let second), .root(let first, let second):
      weight += 11
      first.addWeight(to: &weight, upTo: limit)
      second.addWeight(to: &weight, upTo: limit)
    }
  }
}

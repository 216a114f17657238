extension Canonicalizer {
  mutating func relation(_ sides: [AnswerNode], _ relations: [AnswerNode.Relation]) -> Meaning? {
    if relations.allSatisfy({ $0 == .equal }) { return equation(sides) }
    return inequality(sides, relations)
  }

  private mutating func equation(_ sides: [AnswerNode]) -> Meaning? {
    let last = sides[sides.count - 1]
    guard sides.count == 2 else {
      // Steps on the way to a value: the last side is it.
      guard case .scalar(.variable(let name))? = sides.first else { return meaning(of: last) }
      if case .scalar(let value) = last { return scalar(value).map { .named(name, Component($0)) } }
      return form(of: last).map { .named(name, Component($0)) }
    }
    guard case .scalar(let left) = sides[0], case .scalar(let right) = last else {
      // A name for a set, or names for the parts of a tuple.
      return meaning(of: last)
    }
    if let named = assignment(left, right) ?? assignment(right, left) { return named }
    let (first, second) = (left.variables, right.variables)
    if first.isEmpty, second.isEmpty { return meaning(of: last) }
    hasRelations = true
    guard let left = folded(left), let right = folded(right),
      let solution = solution(of: .sum([left, .negation(right)]))
    else { return nil }
    if solution.isRelation { return .plain(.scalar(solution.key)) }
    let variables = first.union(second)
    return .named(variables.count == 1 ? variables.first ?? "" : "y", Component(solution))
  }

  /// The value that a variable is given; nil where the other side mentions it, or `y`, which an equation is solved for rather.
  private mutating func assignment(_ target: Expression, _ value: Expression) -> Meaning? {
    guard case .variable(let name) = target else { return nil }
    let mentioned = value.variables
    guard !mentioned.contains(name), name == "y" || !mentioned.contains("y") else { return nil }
    return scalar(value).map { .named(name, Component($0)) }
  }

  mutating func inequality(_ sides: [AnswerNode], _ relations: [AnswerNode.Relation]) -> Meaning? {
    var expressions: [Expression] = []
    for side in sides {
      guard case .scalar(let side) = side, let expression = folded(side) else { return nil }
      expressions.append(expression)
    }
    hasRelations = true
    var solutions: (variable: String, region: Region)?
    for (index, relation) in relations.enumerated() {
      guard let next = solution(of: relation, expressions[index], expressions[index + 1]),
        solutions == nil || solutions?.variable == next.variable
      else { return ordered(expressions, relations) }
      solutions = (next.variable, solutions?.region.intersection(next.region) ?? next.region)
    }
    return solutions.map { .solutions(variable: $0.variable, $0.region) }
  }

  /// The solutions of a relation that is linear in its only variable.
  mutating func solution(
    of relation: AnswerNode.Relation, _ left: Expression, _ right: Expression
  ) -> (variable: String, region: Region)? {
    switch (left, right) {
    case (.variable(let name), .constant(.infinity)), (.negation(.constant(.infinity)), .variable(let name)):
      return relation == .less ? (name, .all) : nil
    default: break
    }
    if case .function(.abs, let parts) = left, parts.count == 1, right.variables.isEmpty {
      return solution(of: relation, magnitudeOf: parts[0], right)
    }
    if case .function(.abs, let parts) = right, parts.count == 1, left.variables.isEmpty {
      return solution(of: relation.reversed, magnitudeOf: parts[0], left)
    }
    guard let root = Expression.sum([right, .negation(left)]).affineRoot(options), root.slopeSign != 0 else { return nil }
    guard let value = root.root.real else { return nil }
    let bound = Region.Bound(key: root.root.key, value: value)
    let above = { (isIncluded: Bool) in Region(Region.Interval(lower: bound, includesLower: isIncluded)) }
    let below = { (isIncluded: Bool) in Region(Region.Interval(upper: bound, includesUpper: isIncluded)) }
    let isRising = root.slopeSign > 0
    switch relation {
    case .less: return (root.variable, isRising ? above(false) : below(false))
    case .lessOrEqual: return (root.variable, isRising ? above(true) : below(true))
    case .greater: return (root.variable, isRising ? below(false) : above(false))
    case .greaterOrEqual: return (root.variable, isRising ? below(true) : above(true))
    case .notEqual: return (root.variable, Region(bound).complement)
    case .equal: return (root.variable, Region(bound))
    }
  }

  /// Where the magnitude of an expression relates so to a positive number.
  private mutating func solution(
    of relation: AnswerNode.Relation, magnitudeOf expression: Expression, _ bound: Expression
  ) -> (variable: String, region: Region)? {
    guard let value = bound.scalar(options)?.real, value > 0, value.isFinite,
      let above = solution(of: relation, expression, bound), let below = solution(of: relation.reversed, expression, .negation(bound))
    else { return nil }
    switch relation {
    case .less, .lessOrEqual, .notEqual: return (above.variable, above.region.intersection(below.region))
    case .greater, .greaterOrEqual, .equal: return (above.variable, above.region.union(below.region))
    }
  }

  /// Inequalities that aren't solved, each by its own key.
  private mutating func ordered(_ expressions: [Expression], _ relations: [AnswerNode.Relation]) -> Meaning? {
    var forms: [MathKey.Form] = []
    for (index, relation) in relations.enumerated() {
      let (left, right) = (expressions[index], expressions[index + 1])
      let isReversed = relation == .greater || relation == .greaterOrEqual
      let difference = Expression.sum(isReversed ? [left, .negation(right)] : [right, .negation(left)])
      switch relation {
      case .equal, .notEqual:
        guard let key = solution(of: difference)?.key else { return nil }
        forms.append(relation == .equal ? .scalar(key) : .condition(variable: "≠", .scalar(key)))
      case .less, .greater, .lessOrEqual, .greaterOrEqual:
        guard let key = orderKey(of: difference, isStrict: relation == .less || relation == .greater) else { return nil }
        forms.append(.scalar(key))
      }
    }
    return .plain(.anyOf(forms))
  }
}

extension AnswerNode.Relation {
  /// The relation with its sides exchanged.
  fileprivate var reversed: Self {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .equal, .notEqual: self
    }
  }
}

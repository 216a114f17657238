/// Sets by a condition on one variable, whose name doesn't matter: the region where it holds, where that can be found.
extension Canonicalizer {
  mutating func builder(_ variables: [String], domain: AnswerNode?, condition: AnswerNode) -> Meaning? {
    guard variables.count == 1, let variable = variables.first else {
      // A condition on some of the variables only is another set than the same on its own.
      return condition.variables.isSuperset(of: variables) ? meaning(of: condition) : nil
    }
    if let region = builtRegion(variable, domain: domain, condition: condition) { return .interval(region, isPair: false) }
    let others = condition.variables.subtracting([variable])
    guard condition.variables.contains(variable),
      let name = Self.boundNames.first(where: { !others.contains($0) })
    else { return nil }
    guard let form = form(of: condition.renaming(variable, to: name)) else { return nil }
    switch domain {
    case nil, .reals: return .plain(form)
    case .some(let domain): return self.form(of: domain).map { .plain(.tuple([.words("such that"), $0, form])) }
    }
  }

  /// What a bound variable is called: the first that isn't free in the condition.
  private static let boundNames = ["x", "y", "z", "t", "u", "v", "w", "s", "r"]

  mutating func builtRegion(_ variable: String, domain: AnswerNode?, condition: AnswerNode) -> Region? {
    guard let region = solutions(of: condition, for: variable) else { return nil }
    guard let domain else { return region }
    return self.region(of: domain).map(region.intersection)
  }

  /// Where a condition on a variable holds; nil where that isn't found, or it is on others, too.
  private mutating func solutions(of condition: AnswerNode, for variable: String) -> Region? {
    switch condition {
    case .relation(let sides, let relations):
      hasRelations = true
      var region = Region.all
      for (index, relation) in relations.enumerated() {
        guard case .scalar(let left) = sides[index], case .scalar(let right) = sides[index + 1],
          let left = folded(left), let right = folded(right), let next = solutions(of: relation, left, right, for: variable)
        else { return nil }
        region = region.intersection(next)
      }
      return region
    case .membership(.scalar(.variable(let name)), let set) where name == variable:
      return region(of: set)
    case .list(let items, let conjunction) where items.count <= Region.maximumIntervals:
      var region: Region?
      for (index, item) in items.enumerated() {
        guard let next = solutions(of: items.prefix(index).excluded(item) ?? item, for: variable) else { return nil }
        region = region.map { conjunction == .or ? $0.union(next) : $0.intersection(next) } ?? next
      }
      return region
    default:
      return nil
    }
  }

  private mutating func solutions(
    of relation: AnswerNode.Relation, _ left: Expression, _ right: Expression, for variable: String
  ) -> Region? {
    if let known = solution(of: relation, left, right) { return known.variable == variable ? known.region : nil }
    guard left.variables.union(right.variables) == [variable],
      let polynomial = Polynomial(left.subtracting(right), in: .variable(variable)), let roots = roots(of: polynomial)
    else { return nil }
    return roots.region(where: relation)
  }

  /// The real roots of a polynomial with rational coefficients and where it is positive; nil where they aren't found.
  private mutating func roots(of polynomial: Polynomial) -> SignChanges? {
    var coefficients: [Rational] = []
    for coefficient in polynomial.coefficients {
      var evaluator = ExpressionEvaluator<Double>(steps: 1000)
      guard coefficient.variables.isEmpty, case .exact(let number)? = evaluator.value(of: coefficient) else { return nil }
      coefficients.append(number)
    }
    guard let roots = RealRoots(coefficients) else { return nil }
    var changes = SignChanges(isPositiveAtLast: (coefficients.last?.signum ?? 0) > 0, roots: [])
    for root in roots.roots {
      guard let bound = bound(root.value) else { return nil }
      changes.roots.append((bound, root.isOdd))
    }
    changes.roots.sort { $0.bound.value < $1.bound.value }
    return changes
  }

  /// The real line parted by the roots of a polynomial.
  private struct SignChanges {
    /// Whether the polynomial is positive above its largest root.
    var isPositiveAtLast: Bool
    /// In order, and whether the sign changes there.
    var roots: [(bound: Region.Bound, isOdd: Bool)]

    func region(where relation: AnswerNode.Relation) -> Region {
      let none = Region.all.complement
      let zeros = roots.reduce(none) { $0.union(Region($1.bound)) }
      switch relation {
      case .equal: return zeros
      case .notEqual: return zeros.complement
      case .greater: return positive
      case .greaterOrEqual: return positive.union(zeros)
      case .less: return positive.union(zeros).complement
      case .lessOrEqual: return positive.complement
      }
    }

    private var positive: Region {
      var region = Region.all.complement
      var isPositive = isPositiveAtLast
      for index in stride(from: roots.count, through: 0, by: -1) {
        if isPositive {
          let lower = index > 0 ? roots[index - 1].bound : nil
          let upper = index < roots.count ? roots[index].bound : nil
          region = region.union(Region(Region.Interval(lower: lower, upper: upper)))
        }
        if index > 0, roots[index - 1].isOdd { isPositive.toggle() }
      }
      return region
    }
  }
}

extension ArraySlice<AnswerNode> {
  /// `x ≠ 2` for the 2 in `x ≠ 1, 2`.
  fileprivate func excluded(_ item: AnswerNode) -> AnswerNode? {
    guard case .scalar = item, case .relation(let sides, let relations)? = last(where: { !$0.isScalar }), relations == [.notEqual] else {
      return nil
    }
    return .relation([sides[0], item], relations)
  }
}

extension AnswerNode {
  /// The variables of the expressions in it.
  fileprivate var variables: Set<String> {
    switch self {
    case .scalar(let expression): expression.variables
    case .bracketed(_, let items, _), .set(let items), .list(let items, _), .relation(let items, _):
      items.reduce(into: []) { $0.formUnion($1.variables) }
    case .matrix(let rows): rows.joined().reduce(into: []) { $0.formUnion($1.variables) }
    case .membership(let left, let right), .union(let left, let right), .intersection(let left, let right), .without(let left, let right):
      left.variables.union(right.variables)
    case .builder(let variables, let domain, let condition):
      condition.variables.subtracting(variables).union(domain?.variables ?? [])
    case .ratio(let terms): terms.reduce(into: []) { $0.formUnion($1.variables) }
    case .reals, .time, .date, .words: []
    }
  }

  /// The condition with another name for a variable.
  fileprivate func renaming(_ variable: String, to name: String) -> AnswerNode {
    if variable == name { return self }
    let rename = { (node: AnswerNode) in node.renaming(variable, to: name) }
    switch self {
    case .scalar(let expression): return .scalar(expression.substituting(.variable(variable), by: .variable(name)))
    case .bracketed(let open, let items, let close): return .bracketed(open: open, items: items.map(rename), close: close)
    case .set(let items): return .set(items.map(rename))
    case .list(let items, let conjunction): return .list(items.map(rename), conjunction)
    case .relation(let sides, let relations): return .relation(sides.map(rename), relations)
    case .matrix(let rows): return .matrix(rows.map { $0.map(rename) })
    case .membership(let left, let right): return .membership(rename(left), rename(right))
    case .union(let left, let right): return .union(rename(left), rename(right))
    case .intersection(let left, let right): return .intersection(rename(left), rename(right))
    case .without(let left, let right): return .without(rename(left), rename(right))
    case .builder(let variables, let domain, let condition):
      return .builder(variables, domain: domain.map(rename), condition: variables.contains(variable) ? condition : rename(condition))
    case .ratio(let terms): return .ratio(terms.map { $0.substituting(.variable(variable), by: .variable(name)) })
    case .reals, .time, .date, .words: return self
    }
  }
}

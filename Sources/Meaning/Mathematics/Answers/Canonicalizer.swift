/// Brings what was written to one form for each meaning.
///
/// The conventions, each of which is a choice of form, so that together they stay an equivalence relation:
/// - a name is dropped: `x = 3`, `f(x) = 2x` and `3`, `2x` are the same, hence also `x = 3` and `y = 3`;
/// - assignments to several variables are the tuple of their values in the order of the variables' names;
/// - an inequality in one variable is the set of its solutions, an equation that is linear in its only variable the solution, one that is
///   linear in `y` what `y` is, any other what it says up to a factor;
/// - `(a, b)` is an open interval where a < b are numbers, and a pair otherwise; both in one form, so pair and interval are the same there;
/// - a list is a set, a set of one is its member, and several answers joined by "or" are a set as well.
struct Canonicalizer {
  /// What an element of an answer comes to, with what a list of such elements needs to know.
  private enum Meaning {
    case plain(MathKey.Form)
    case named(String, Component)
    case solutions(variable: String, Region)
    case interval(Region, isPair: Bool)

    var form: MathKey.Form {
      switch self {
      case .plain(let form): form
      case .named(_, let component): component.form
      case .solutions(_, let region), .interval(let region, _): MathKey.Form(region)
      }
    }
  }

  /// A part of a tuple, and its place on the real line if it has one.
  private struct Component {
    var form: MathKey.Form
    var bound: Region.Bound?

    init(_ form: MathKey.Form) { self.form = form }

    init(_ scalar: Scalar) {
      form = .scalar(scalar.key)
      if let value = scalar.real, value.isFinite { bound = Region.Bound(key: scalar.key, value: value) }
    }
  }

  let options: ValueOptions

  /// The expressions whose values decide, in the order in which they were met.
  private(set) var scalars: [Expression] = []

  /// Whether an equation or inequality takes part that no single expression stands for.
  private(set) var hasRelations = false

  init(options: ValueOptions) { self.options = options }

  /// The form of an answer; nil where a part has no value.
  mutating func form(of node: AnswerNode) -> MathKey.Form? { meaning(of: node)?.form }

  private mutating func meaning(of node: AnswerNode) -> Meaning? {
    switch node {
    case .scalar(let expression):
      return scalar(expression).map { .plain(.scalar($0.key)) }
    case .bracketed(let open, let items, let close):
      return bracketed(items, open: open, close: close)
    case .set(let items):
      var forms: [MathKey.Form] = []
      for item in items {
        guard let form = form(of: item) else { return nil }
        forms.append(form)
      }
      return .plain(.anyOf(forms))
    case .list(let items, let conjunction):
      return list(items, conjunction)
    case .matrix(let rows):
      guard let forms = forms(of: rows.flatMap { $0 }) else { return nil }
      return .plain(forms.count == 1 ? forms[0] : .matrix(columns: rows[0].count, forms))
    case .relation(let sides, let relations):
      return relation(sides, relations)
    case .membership(_, let right):
      return meaning(of: right)
    case .union, .intersection, .without, .reals:
      return region(of: node).map { .interval($0, isPair: false) } ?? unionOfSets(node).map { .plain($0) }
    case .ratio(let terms):
      return ratio(terms).map { .plain($0) }
    case .time(let minutes):
      return .plain(.time(minutes: minutes))
    case .date(let year, let month, let day):
      return .plain(.date(year: year, month: month, day: day))
    case .words(let words):
      return .plain(.words(words))
    }
  }

  private mutating func forms(of nodes: [AnswerNode]) -> [MathKey.Form]? {
    var forms: [MathKey.Form] = []
    for node in nodes {
      guard let form = form(of: node) else { return nil }
      forms.append(form)
    }
    return forms
  }

  private mutating func scalar(_ expression: Expression) -> Scalar? {
    let expression = expression.folded()
    scalars.append(expression)
    return expression.scalar(options)
  }

  // MARK: - Brackets and lists

  private mutating func bracketed(_ items: [AnswerNode], open: AnswerNode.Bracket, close: AnswerNode.Bracket) -> Meaning? {
    if items.count == 2, let interval = interval(items, open: open, close: close) {
      return .interval(Region(interval), isPair: open != .square && close != .square)
    }
    if items.allSatisfy({ if case .relation = $0 { true } else { false } }) { return list(items, .comma) }
    guard var forms = forms(of: items) else { return nil }
    // What isn't a pair but an interval with ends that can't be ordered keeps its brackets.
    if items.count == 2, open == .square || close == .square { forms.append(.words("\(open) \(close)")) }
    return .plain(.tuple(forms))
  }

  private mutating func interval(
    _ items: [AnswerNode], open: AnswerNode.Bracket, close: AnswerNode.Bracket
  ) -> Region.Interval? {
    guard let lower = end(items[0]), let upper = end(items[1]) else { return nil }
    var interval = Region.Interval()
    switch lower {
    case .negativeInfinity: break
    case .bound(let bound): (interval.lower, interval.includesLower) = (bound, open == .square)
    case .infinity: return nil
    }
    switch upper {
    case .infinity: break
    case .bound(let bound): (interval.upper, interval.includesUpper) = (bound, close == .square)
    case .negativeInfinity: return nil
    }
    return interval.isEmpty ? nil : interval
  }

  private enum End {
    case bound(Region.Bound), infinity, negativeInfinity
  }

  private mutating func end(_ node: AnswerNode) -> End? {
    guard case .scalar(let expression) = node else { return nil }
    switch expression {
    case .constant(.infinity): return .infinity
    case .negation(.constant(.infinity)): return .negativeInfinity
    default: return bound(expression).map { .bound($0) }
    }
  }

  private mutating func bound(_ expression: Expression) -> Region.Bound? {
    guard let scalar = scalar(expression), let value = scalar.real, value.isFinite else { return nil }
    return Region.Bound(key: scalar.key, value: value)
  }

  private mutating func list(_ items: [AnswerNode], _ conjunction: AnswerNode.Conjunction) -> Meaning? {
    var meanings: [Meaning] = []
    for item in items {
      guard let meaning = meaning(of: item) else { return nil }
      meanings.append(meaning)
    }
    if meanings.count <= Region.maximumIntervals, let solutions = Self.joined(meanings, conjunction) { return solutions }
    if let assignments = Self.assignments(meanings) { return .plain(assignments) }
    return .plain(.anyOf(meanings.map(\.form)))
  }

  /// Conditions on one variable as one region, those on several as a set; nil where not all are conditions.
  private static func joined(_ meanings: [Meaning], _ conjunction: AnswerNode.Conjunction) -> Meaning? {
    var regions: [(variable: String?, region: Region)] = []
    for meaning in meanings {
      switch meaning {
      case .solutions(let variable, let region): regions.append((variable, region))
      case .interval(let region, isPair: false) where conjunction == .or: regions.append((nil, region))
      default: return nil
      }
    }
    let variables = Set(regions.map(\.variable))
    guard variables.count == 1 else {
      return .plain(.set(Set(regions.map { .condition(variable: $0.variable ?? "", MathKey.Form($0.region)) })))
    }
    let region = regions.dropFirst().reduce(regions[0].region) { joined, next in
      conjunction == .or ? joined.union(next.region) : joined.intersection(next.region)
    }
    return .solutions(variable: regions[0].variable ?? "", region)
  }

  /// Values of several variables as the tuple of the values in the order of the names; several such tuples as a set.
  private static func assignments(_ meanings: [Meaning]) -> MathKey.Form? {
    var solutions: [[String: Component]] = [[:]]
    for meaning in meanings {
      guard case .named(let name, let component) = meaning else { return nil }
      if solutions[solutions.count - 1][name] != nil { solutions.append([:]) }
      solutions[solutions.count - 1][name] = component
    }
    guard let names = solutions.first.map({ Set($0.keys) }), names.count > 1, solutions.allSatisfy({ Set($0.keys) == names }) else {
      return nil
    }
    return .anyOf(solutions.map { solution in tuple(names.sorted().compactMap { solution[$0] }) })
  }

  /// A tuple; of two numbers in order the form of the interval between them.
  private static func tuple(_ components: [Component]) -> MathKey.Form {
    if components.count == 2, let lower = components[0].bound, let upper = components[1].bound, lower < upper {
      return MathKey.Form(Region(Region.Interval(lower: lower, upper: upper)))
    }
    return .tuple(components.map(\.form))
  }

  private mutating func ratio(_ terms: [Expression]) -> MathKey.Form? {
    guard let forms = forms(of: terms.map { .scalar(.quotient($0, terms[0])) }) else { return nil }
    return .tuple([.words("ratio")] + forms)
  }

  // MARK: - Regions

  private mutating func region(of node: AnswerNode) -> Region? {
    switch node {
    case .reals: return .all
    case .bracketed(let open, let items, let close) where items.count == 2 && open != .angle:
      return interval(items, open: open, close: close).map { Region($0) }
    case .set(let items) where items.count <= Region.maximumIntervals:
      var region: Region?
      for item in items {
        guard case .scalar(let expression) = item, let point = bound(expression) else { return nil }
        region = region?.union(Region(point)) ?? Region(point)
      }
      return region
    case .scalar(let expression):
      return bound(expression).map { Region($0) }
    case .union(let left, let right):
      guard let left = region(of: left), let right = region(of: right) else { return nil }
      guard left.intervals.count + right.intervals.count <= Region.maximumIntervals else { return nil }
      return left.union(right)
    case .intersection(let left, let right):
      guard let left = region(of: left), let right = region(of: right) else { return nil }
      return left.intersection(right)
    case .without(let left, let right):
      guard let left = region(of: left), let right = region(of: right) else { return nil }
      return left.intersection(right.complement)
    case .relation(let sides, let relations):
      if case .solutions(_, let region)? = inequality(sides, relations) { return region }
      return nil
    case .membership(_, let right):
      return region(of: right)
    default:
      return nil
    }
  }

  private mutating func unionOfSets(_ node: AnswerNode) -> MathKey.Form? {
    guard case .union(let left, let right) = node, let first = form(of: left), let second = form(of: right),
      case .set(let members) = first, case .set(let others) = second
    else { return nil }
    return .anyOf(Array(members.union(others)))
  }

  // MARK: - Relations

  private mutating func relation(_ sides: [AnswerNode], _ relations: [AnswerNode.Relation]) -> Meaning? {
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
    guard let solution = Expression.sum([left.folded(), .negation(right.folded())]).solution(options) else { return nil }
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

  private mutating func inequality(_ sides: [AnswerNode], _ relations: [AnswerNode.Relation]) -> Meaning? {
    var expressions: [Expression] = []
    for side in sides {
      guard case .scalar(let expression) = side else { return nil }
      expressions.append(expression.folded())
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
  private mutating func solution(
    of relation: AnswerNode.Relation, _ left: Expression, _ right: Expression
  ) -> (variable: String, region: Region)? {
    switch (left, right) {
    case (.variable(let name), .constant(.infinity)), (.negation(.constant(.infinity)), .variable(let name)):
      return relation == .less ? (name, .all) : nil
    default: break
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

  /// Inequalities that aren't solved, each by its own key.
  private mutating func ordered(_ expressions: [Expression], _ relations: [AnswerNode.Relation]) -> Meaning? {
    var forms: [MathKey.Form] = []
    for (index, relation) in relations.enumerated() {
      let (left, right) = (expressions[index], expressions[index + 1])
      let isReversed = relation == .greater || relation == .greaterOrEqual
      let difference = Expression.sum(isReversed ? [left, .negation(right)] : [right, .negation(left)])
      switch relation {
      case .equal, .notEqual:
        guard let key = difference.solution(options)?.key else { return nil }
        forms.append(relation == .equal ? .scalar(key) : .condition(variable: "≠", .scalar(key)))
      case .less, .greater, .lessOrEqual, .greaterOrEqual:
        guard let key = difference.orderKey(isStrict: relation == .less || relation == .greater, options) else { return nil }
        forms.append(.scalar(key))
      }
    }
    return .plain(.anyOf(forms))
  }
}

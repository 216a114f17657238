extension Canonicalizer {
  mutating func bracketed(_ items: [AnswerNode], open: AnswerNode.Bracket, close: AnswerNode.Bracket) -> Meaning? {
    if items.count == 2, let interval = interval(items, open: open, close: close) {
      return .interval(Region(interval), isPair: open != .square && close != .square)
    }
    if items.allSatisfy({ if case .relation = $0 { true } else { false } }) { return list(items, .comma) }
    guard var forms = forms(of: items) else { return nil }
    // What isn't a pair but an interval with ends that can't be ordered keeps its brackets.
    if items.count == 2, open == .square || close == .square { forms.append(.words("\(open) \(close)")) }
    return .plain(.tuple(forms))
  }

  mutating func interval(
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

  mutating func bound(_ expression: Expression) -> Region.Bound? {
    guard let scalar = scalar(expression), let value = scalar.real, value.isFinite else { return nil }
    return Region.Bound(key: scalar.key, value: value)
  }

  mutating func list(_ items: [AnswerNode], _ conjunction: AnswerNode.Conjunction) -> Meaning? {
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

  mutating func ratio(_ terms: [Expression]) -> MathKey.Form? {
    guard let forms = forms(of: terms.map { .scalar(.quotient($0, terms[0])) }) else { return nil }
    return .tuple([.words("ratio")] + forms)
  }
}

extension Canonicalizer {
  mutating func region(of node: AnswerNode) -> Region? {
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
    case .builder(let variables, let domain, let condition) where variables.count == 1:
      return builtRegion(variables[0], domain: domain, condition: condition)
    default:
      return nil
    }
  }

  mutating func unionOfSets(_ node: AnswerNode) -> MathKey.Form? {
    guard case .union(let left, let right) = node, let first = form(of: left), let second = form(of: right),
      case .set(let members) = first, case .set(let others) = second
    else { return nil }
    return .anyOf(Array(members.union(others)))
  }
}

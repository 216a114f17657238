/// What there is to know about an expression before it is evaluated.
package struct Survey {
  /// The most nodes, and the most of them one within the other.
  static let maximumNodes = 4000
  static let maximumDepth = 400
  /// The steps that all evaluations of an expression in one precision may take together.
  package static let steps = 16_000
  /// The steps that the evaluations of all expressions of an answer at sample points may take together.
  package static let sampleSteps = 48_000
  /// The steps that folding the constants of an answer may take together.
  static let stepsOfFolding = 24_000
  /// The steps of one evaluation at a sample point.
  static let stepsAtPoint = 4000
  /// What it is worth to round a value.
  static let stepsOfRounding = 6

  /// In the order in which they come.
  private(set) var variables: [String] = []
  /// Whether it jumps.
  private var jumps = false
  /// What changes its sign where the expression bends: the argument of an absolute value, the difference of two of which the larger counts.
  private var bends: [Expression] = []
  private var nodes = 0

  /// Nil for an expression that is too large. O(n v) for n nodes and v variables.
  init?(_ expression: Expression) {
    guard visit(expression, depth: 0) else { return nil }
  }

  private mutating func visit(_ expression: Expression, depth: Int) -> Bool {
    nodes += 1
    guard nodes <= Self.maximumNodes, depth <= Self.maximumDepth else { return false }
    switch expression {
    case .number, .constant:
      return true
    case .variable(let name):
      if !variables.contains(name) {
        // An expression in so many is no answer, and to look each up would take long.
        guard variables.count < 64 else { return false }
        variables.append(name)
      }
      return true
    case .function(.floor, let parts), .function(.ceil, let parts), .function(.modulo, let parts):
      jumps = true
      for part in parts where !visit(part, depth: depth + 1) { return false }
      return true
    case .function(.abs, let parts), .function(.sign, let parts):
      bends += parts
      for part in parts where !visit(part, depth: depth + 1) { return false }
      return true
    case .function(.min, let parts), .function(.max, let parts):
      bends += parts.dropFirst().prefix(8).map { .sum([parts[0], .negation($0)]) }
      for part in parts where !visit(part, depth: depth + 1) { return false }
      return true
    case .function(.log, let parts), .function(.ln, let parts):
      for part in parts { touch(part) }
      for part in parts where !visit(part, depth: depth + 1) { return false }
      return true
    case .power(let base, let exponent) where exponent.whole == nil:
      touch(base)
      return visit(base, depth: depth + 1) && visit(exponent, depth: depth + 1)
    case .root(let degree, let radicand):
      touch(radicand)
      return visit(degree, depth: depth + 1) && visit(radicand, depth: depth + 1)
    case .sum(let parts), .product(let parts), .function(_, let parts):
      for part in parts where !visit(part, depth: depth + 1) { return false }
      return true
    case .negation(let part), .degrees(let part):
      return visit(part, depth: depth + 1)
    case .quotient(let first, let second), .power(let first, let second):
      return visit(first, depth: depth + 1) && visit(second, depth: depth + 1)
    }
  }

  /// Notes where the argument of a root or a logarithm may touch 0: where the base of a power does, and where a sum in one variable turns, as
  /// x² - 200x + 10000 does at 100.
  private mutating func touch(_ expression: Expression) {
    guard bends.count < 8 else { return }
    switch expression {
    case .power(let base, _): bends.append(base)
    case .sum where expression.weight(upTo: 64) < 64:
      let variables = expression.variables
      guard variables.count == 1, let name = variables.first else { return }
      let next = expression.substituting(.variable(name), by: .sum([.variable(name), .one]))
      bends.append(.sum([next, .negation(expression)]))
    default: break
    }
  }
}

extension Survey {
  /// The points at which the expression is looked at: more where it jumps, and others where it bends so far away that the usual ones don't
  /// show it. Expressions that jump or bend at the same places have the same points.
  func points(of variables: SampleVariables, _ steps: inout Int) -> [[Double]] {
    let count = variables.names.count
    let usual = SampleGrid.usual(count)
    if jumps { return usual + SampleGrid.line(count) + SampleGrid.whole(count) }
    for bend in bends.prefix(8) where bendsFar(bend, variables, usual, &steps) { return usual + SampleGrid.far(count) }
    return usual
  }

  /// Whether a sign far from 0 is none of those at the usual points. All of these are looked at: how many steps it takes depends on no order.
  private func bendsFar(_ bend: Expression, _ variables: SampleVariables, _ usual: [[Double]], _ steps: inout Int) -> Bool {
    guard case let far = Set(SampleGrid.far(variables.names.count).map { bend.sign(at: variables.point($0), &steps) }), !far.isEmpty
    else { return false }
    return !far.isSubset(of: usual.map { bend.sign(at: variables.point($0), &steps) })
  }
}

/// The variables on which a quantity depends, in the order of their names, and others that an expression mentions, in the order in which they
/// come.
struct SampleVariables {
  /// The names that a key has.
  let names: [String]
  /// The names as they are written, in the same order, and the others.
  private let all: [String]

  /// Variables of which some have another name in keys.
  init(_ names: [String], of mentioned: [String], renaming: [String: String] = [:]) {
    let written = renaming.isEmpty ? names : names.sorted { (renaming[$0] ?? $0) < (renaming[$1] ?? $1) }
    self.names = renaming.isEmpty ? names : written.map { renaming[$0] ?? $0 }
    all = names.count == mentioned.count ? written : written + mentioned.filter { !names.contains($0) }
  }

  /// The point at which the variables have these values, and the others fixed ones.
  func point(_ values: [Double]) -> SamplePoint { SamplePoint(all, values) }
}

extension Expression {
  /// The sign at a point; nil where there is none.
  fileprivate func sign(at point: SamplePoint, _ steps: inout Int) -> Int? {
    let allowed = min(steps, Survey.steps / 64)
    var evaluator = ExpressionEvaluator<Double>(at: point, steps: allowed)
    let value = evaluator.value(of: self)
    steps -= allowed - evaluator.steps
    guard let number = value?.approximation, number.isReal else { return nil }
    return number.real < 0 ? -1 : 1
  }

  /// Whether the value is a rational function of a variable: it occurs in sums, products, quotients and whole powers only, and neither in
  /// functions nor in roots, which may bend where no sample shows it.
  func isRational(in variable: String) -> Bool {
    switch self {
    case .number, .constant, .variable: true
    case .sum(let parts), .product(let parts): parts.allSatisfy { $0.isRational(in: variable) }
    case .negation(let part), .degrees(let part): part.isRational(in: variable)
    case .quotient(let first, let second): first.isRational(in: variable) && second.isRational(in: variable)
    case .power(let base, .number(let exponent)) where exponent.isInteger: base.isRational(in: variable)
    case .power(let base, .negation(.number(let exponent))) where exponent.isInteger: base.isRational(in: variable)
    case .power(let first, let second), .root(let first, let second): !first.mentions(variable) && !second.mentions(variable)
    case .function(_, let parts): parts.allSatisfy { !$0.mentions(variable) }
    }
  }

  func mentions(_ variable: String) -> Bool {
    switch self {
    case .number, .constant: false
    case .variable(let name): name == variable
    case .sum(let parts), .product(let parts), .function(_, let parts): parts.contains { $0.mentions(variable) }
    case .negation(let part), .degrees(let part): part.mentions(variable)
    case .quotient(let first, let second), .power(let first, let second), .root(let first, let second):
      first.mentions(variable) || second.mentions(variable)
    }
  }

  /// 1 or -1 for an infinity of that sign: ∞ itself, with signs and positive or negative factors.
  var infinity: Int? {
    switch self {
    case .constant(.infinity): return 1
    case .negation(let part): return part.infinity.map { -$0 }
    case .product(let factors):
      var sign: Int?
      for factor in factors {
        if let infinity = factor.infinity {
          sign = (sign ?? 1) * infinity
        } else if !factor.isPlainNumber {
          return nil
        }
      }
      guard var sign else { return nil }
      for case .number(let number) in factors { sign *= number.signum }
      return sign == 0 ? nil : sign
    case .sum(let terms) where terms.count == 1: return terms[0].infinity
    default: return nil
    }
  }

  private var isPlainNumber: Bool {
    if case .number = self { true } else { false }
  }
}

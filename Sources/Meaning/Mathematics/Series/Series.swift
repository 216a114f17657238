/// A sum or product of what a body is at each whole number of a range.
struct Series {
  enum Kind: Sendable, Hashable { case sum, product }

  /// The most terms that are written out.
  static let maximumTerms = 1000

  var kind: Kind
  var index: Expression.Name
  var lower: Expression
  var upper: Expression
  var body: Expression

  /// The value: term by term between whole bounds, else by a closed form. Nil where there is none, or it is too much work.
  func value(within allowance: inout Allowance) -> Expression? {
    guard !lower.mentions(index), !upper.mentions(index) else { return nil }
    let (first, last) = (lower.integer(within: &allowance), upper.integer(within: &allowance))
    guard let first, let last else {
      // A bound that is a number but not whole bounds nothing.
      guard first != nil || lower.mayBeWhole, last != nil || upper.mayBeWhole else { return nil }
      return closedForm(from: first.map { .number(Rational($0)) } ?? lower, to: last.map { .number(Rational($0)) } ?? upper, &allowance)
    }
    let (count, overflows) = last.subtractingReportingOverflow(first)
    guard !overflows, count >= -1, count < .max else { return nil }
    if count == -1 { return kind == .sum ? .zero : .one }
    if count < Self.maximumTerms, let value = writtenOut(first...last, &allowance) { return value }
    return closedForm(from: .number(Rational(first)), to: .number(Rational(last)), &allowance)
  }

  private func writtenOut(_ range: ClosedRange<Int>, _ allowance: inout Allowance) -> Expression? {
    guard allowance.spend(range.count * body.weight(upTo: max(allowance.rest, 0) / range.count + 1)) else { return nil }
    var terms: [Expression] = []
    terms.reserveCapacity(range.count)
    for whole in range {
      guard let term = body.substituting(index, byWhole: whole) else { return nil }
      terms.append(term)
    }
    let value: Expression = kind == .sum ? .sum(terms) : .product(terms)
    if value.variables.isEmpty, let number = allowance.exactValue(of: value) { return .number(number) }
    return allowance.spend(on: terms) ? value : nil
  }
}

extension Expression {
  /// Whether it isn't one number: `i` may be the index of a sum outside.
  fileprivate var mayBeWhole: Bool { !variables.isEmpty || mentions(.constant(.i)) }

  /// The whole number that it is.
  fileprivate func integer(within allowance: inout Allowance) -> Int? {
    whole ?? (variables.isEmpty ? allowance.exactValue(of: self)?.integer : nil)
  }

  /// The expression with a whole number in place of an index, also as a subscript; nil where the index is a part of a subscript.
  fileprivate func substituting(_ index: Name, byWhole whole: Int) -> Expression? {
    var expression = substituting(index, by: .number(Rational(whole)))
    for (variable, place) in subscripts(mentioning: index) {
      guard place == index.text else { return nil }
      let renamed = variable.dropLast(place.count) + String(whole)
      expression = expression.substituting(.variable(variable), by: .variable(String(renamed)))
    }
    return expression
  }

  /// The variables with a subscript in which a name occurs, and that subscript.
  func subscripts(mentioning name: Name) -> [(variable: String, place: Substring)] {
    variables.sorted().compactMap { variable in
      guard let mark = variable.firstIndex(of: "_") else { return nil }
      let place = variable[variable.index(after: mark)...]
      return place.contains(name.text) ? (variable, place) : nil
    }
  }
}

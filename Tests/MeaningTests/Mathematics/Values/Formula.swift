import Meaning

/// Reads the formulas of these tests: `2*sqrt(3) - x^(1/3)`, with `pi`, `e`, `i`, `oo`, `root(n, x)`, `deg(x)` and the functions by their names.
/// Every other word is a variable; numbers are whole or decimal; there are no implicit products.
struct Formula {
  private var rest: Substring

  static func expression(_ text: String) throws -> Expression {
    var formula = Formula(rest: text[...].filter { $0 != " " }[...])
    let expression = try formula.sum()
    guard formula.rest.isEmpty else { throw Unreadable(text: text) }
    return expression
  }

  struct Unreadable: Error { var text: String }

  private mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func sum() throws -> Expression {
    var terms = [try product()]
    while true {
      if take("+") {
        terms.append(try product())
      } else if take("-") {
        terms.append(.negation(try product()))
      } else {
        return terms.count == 1 ? terms[0] : .sum(terms)
      }
    }
  }

  private mutating func product() throws -> Expression {
    var result = try signed()
    while true {
      if take("*") {
        result = .product([result, try signed()])
      } else if take("/") {
        result = .quotient(result, try signed())
      } else {
        return result
      }
    }
  }

  private mutating func signed() throws -> Expression {
    take("-") ? .negation(try signed()) : try power()
  }

  private mutating func power() throws -> Expression {
    var base = try atom()
    while take("!") { base = .function(.factorial, [base]) }
    return take("^") ? .power(base, try signed()) : base
  }

  private mutating func atom() throws -> Expression {
    if take("(") {
      let inner = try sum()
      guard take(")") else { throw Unreadable(text: String(rest)) }
      return inner
    }
    let digits = rest.prefix { $0.isNumber || $0 == "." }
    rest.removeFirst(digits.count)
    if !digits.isEmpty { return .number(try number(digits)) }
    var word = String(rest.prefix(while: \.isLetter))
    rest.removeFirst(word.count)
    if take("_") {
      let index = rest.prefix(while: \.isNumber)
      word += "_" + index
      rest.removeFirst(index.count)
    }
    if word.isEmpty { throw Unreadable(text: String(rest)) }
    guard take("(") else { return Self.constants[word].map(Expression.constant) ?? .variable(word) }
    var arguments = [try sum()]
    while take(",") { arguments.append(try sum()) }
    guard take(")") else { throw Unreadable(text: String(rest)) }
    return try call(word, arguments)
  }

  private static let constants: [String: Expression.Constant] = ["pi": .pi, "e": .e, "i": .i, "oo": .infinity]

  private func call(_ name: String, _ arguments: [Expression]) throws -> Expression {
    switch name {
    case "sqrt": return .root(degree: .number(Rational(2)), radicand: arguments[0])
    case "root" where arguments.count == 2: return .root(degree: arguments[0], radicand: arguments[1])
    case "deg": return .degrees(arguments[0])
    default:
      guard let function = Expression.Function(rawValue: name) else { throw Unreadable(text: name) }
      return .function(function, arguments)
    }
  }

  /// Digits with a point somewhere.
  private func number(_ text: Substring) throws -> Rational {
    var value = Rational(0)
    var places = 0
    for character in text {
      if character == "." {
        places = 1
        continue
      }
      guard let digit = character.wholeNumberValue, let next = (value * Rational(10)).flatMap({ $0 + Rational(digit) }) else {
        throw Unreadable(text: String(text))
      }
      value = next
      if places > 0 { places += 1 }
    }
    guard let scale = Rational(10).power(max(0, places - 1)), let scaled = value / scale else { throw Unreadable(text: String(text)) }
    return scaled
  }
}

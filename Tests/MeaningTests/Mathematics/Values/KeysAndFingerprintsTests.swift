import Meaning
import TestSupport
import Testing

@Suite("Keys and fingerprints together")
struct KeysAndFingerprintsTests {
  /// Random small expressions, many of which have the same value as others.
  private static func expression(depth: Int, variables: Bool, using generator: inout SeededRandom) -> Expression {
    func number(_ range: ClosedRange<Int>) -> Expression { .number(Rational(Int.random(in: range, using: &generator))) }
    func part() -> Expression { expression(depth: depth - 1, variables: variables, using: &generator) }
    if depth == 0 {
      let choice = Int.random(in: 0..<8, using: &generator)
      if choice < 2 && variables { return .variable(choice == 0 ? "x" : "y") }
      return switch choice {
      case 2: .constant(.e)
      case 3: .constant(.i)
      case 4: .root(degree: .number(Rational(2)), radicand: number(-3...12))
      case 5: .quotient(number(-3...3), number(1...4))
      default: number(-4...9)
      }
    }
    switch Int.random(in: 0..<10, using: &generator) {
    case 0...1: return .sum([part(), part()])
    case 2: return .sum([part(), .negation(part())])
    case 3...4: return .product([part(), part()])
    case 5: return .quotient(part(), part())
    case 6: return .power(part(), number(-2...3))
    case 7: return .root(degree: number(2...4), radicand: part())
    case 8:
      let angle = Expression.product([.constant(.pi), .quotient(number(-12...12), .number(Rational(12)))])
      return .function([.sin, .cos, .tan].randomElement(using: &generator) ?? .sin, [angle])
    default:
      return .function([.ln, .arctan, .abs].randomElement(using: &generator) ?? .ln, [part()])
    }
  }

  @Test("What is equal in value is equal in the field, and the other way about", arguments: [false, true])
  func agreement(variables: Bool) {
    var generator = SeededRandom(state: 5)
    var prints: [ScalarKey: (Fingerprint, Expression)] = [:]
    var keys: [Fingerprint: (ScalarKey, Expression)] = [:]
    var repetitions = 0
    for _ in 0..<6000 {
      let expression = Self.expression(depth: Int.random(in: 1...4, using: &generator), variables: variables, using: &generator)
      guard let key = expression.scalar()?.key, let print = expression.fingerprint() else { continue }
      if let (earlier, other) = prints[key] {
        repetitions += 1
        #expect(print == earlier, "\(expression) and \(other)")
      }
      if let (earlier, other) = keys[print] { #expect(key == earlier, "\(expression) and \(other)") }
      prints[key] = (print, expression)
      keys[print] = (key, expression)
    }
    #expect(repetitions > 500)
  }
}

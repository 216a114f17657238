import Meaning
import Testing

@Suite("Expressions made to be trouble")
struct HostileExpressionTests {
  private static let two = Expression.number(Rational(2))
  private static let large = Expression.number(Rational(.max))

  /// An expression in which each step wraps the last.
  private static func tower(_ height: Int, on base: Expression, _ wrap: (Expression) -> Expression) -> Expression {
    (0..<height).reduce(base) { expression, _ in wrap(expression) }
  }

  private func tryEverything(_ expression: Expression) {
    _ = expression.scalar()
    _ = expression.fingerprint()
    _ = expression.solution()
    _ = expression.orderKey(isStrict: true)
    _ = expression.affineRoot()
  }

  @Test("What nests deeply has no key, and ends")
  func depth() {
    for base in [Self.two, .variable("x"), .constant(.i)] {
      let towers = [
        Self.tower(5000, on: base) { .negation($0) }, Self.tower(5000, on: base) { .power(Self.two, $0) },
        Self.tower(5000, on: base) { .function(.sin, [$0]) }, Self.tower(5000, on: base) { .sum([$0]) },
      ]
      for tower in towers {
        #expect(tower.scalar() == nil)
        #expect(tower.fingerprint() == nil)
        tryEverything(tower)
      }
    }
  }

  @Test("What grows fast is bounded")
  func growth() {
    for height in [2, 5, 20, 100, 300] {
      tryEverything(Self.tower(height, on: Self.large) { .power($0, Self.two) })
      tryEverything(Self.tower(height, on: Self.two) { .power(Self.large, $0) })
      tryEverything(Self.tower(height, on: Self.two) { .power($0, .number(Rational(-3))) })
      tryEverything(Self.tower(height, on: .variable("x")) { .power($0, $0) })
      tryEverything(Self.tower(height, on: .number(Rational(3))) { .function(.factorial, [$0]) })
      tryEverything(Self.tower(height, on: .variable("x")) { .function(.factorial, [$0]) })
      tryEverything(Self.tower(height, on: .variable("n")) { .function(.binomial, [$0, .number(Rational(500))]) })
      tryEverything(Self.tower(height, on: Self.two) { .function(.exp, [$0]) })
      tryEverything(Self.tower(height, on: .constant(.pi)) { .function(.tan, [$0]) })
      tryEverything(Self.tower(height, on: .constant(.pi)) { .function(.abs, [.sum([$0, .number(Rational(-1))])]) })
      tryEverything(Self.tower(height, on: .number(Rational(3))) { .quotient(.number(Rational(1)), .sum([$0, .number(Rational(1))])) })
    }
  }

  @Test("What is wide is bounded")
  func width() {
    let fractions = (1...9000).map { Expression.quotient(.number(Rational(1)), .number(Rational($0))) }
    tryEverything(.sum(fractions))
    tryEverything(.product((1...9000).map { .number(Rational($0)) }))
    tryEverything(.sum((1...3000).map { .power(Self.two, .number(Rational(10_000 + $0))) }))
    tryEverything(.sum((1...3000).map { .power(.number(Rational(3)), .number(Rational(-500 - $0))) }))
    tryEverything(.sum((1...3000).map { .function(.factorial, [.number(Rational(1700 - $0 % 2))]) }))
    tryEverything(.sum((1...3000).map { .variable("x\($0)") }))
    tryEverything(.product((1...3000).map { _ in .root(degree: Self.two, radicand: .number(Rational(4_000_037))) }))
    tryEverything(.function(.gcd, (1...1000).map { .power(.number(Rational(6)), .number(Rational(1000 + $0))) }))
    #expect(Expression.sum((1...20_000).map { _ in Self.two }).scalar() == nil)
  }

  @Test("Functions of no arguments, or of too many, have no value", arguments: Expression.Function.allCases)
  func arguments(_ function: Expression.Function) {
    #expect(Expression.function(function, []).scalar() == nil)
    tryEverything(.function(function, [Self.two, Self.two, Self.two, Self.two]))
    for argument in [Rational(0), Rational(1), Rational(-1), Rational(.min), Rational(.max), Rational(10).power(4000) ?? Rational(0)] {
      tryEverything(.function(function, [.number(argument)]))
      tryEverything(.function(function, [.number(argument), .number(argument)]))
      tryEverything(.function(function, [.constant(.infinity), .number(argument)]))
      tryEverything(.function(function, [.product([.number(argument), .constant(.pi)])]))
      tryEverything(.function(function, [.sum([.number(argument), .variable("x")])]))
    }
  }

  @Test("Sums and products of nothing are 0 and 1")
  func nothing() {
    #expect(Expression.sum([]).scalar()?.rational == Rational(0))
    #expect(Expression.product([]).scalar()?.rational == Rational(1))
    #expect(Expression.root(degree: .number(Rational(0)), radicand: Self.two).scalar() == nil)
  }
}

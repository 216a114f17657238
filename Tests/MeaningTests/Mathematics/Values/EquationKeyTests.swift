import Meaning
import Testing

@Suite("Keys of equations and inequalities")
struct EquationKeyTests {
  /// The key of an equation `a = b`, of an expression alone, or of an inequality `a > b` or `a >= b`.
  private func key(_ text: String) throws -> ScalarKey? {
    for (sign, isStrict) in [(">=", false), (">", true)] where text.contains(sign) {
      return try difference(text, sign).orderKey(isStrict: isStrict)
    }
    return text.contains("=") ? try difference(text, "=").solution()?.key : try Formula.expression(text).scalar()?.key
  }

  private func difference(_ text: String, _ sign: String) throws -> Expression {
    let sides = text.split(separator: sign)
    return .sum([try Formula.expression(String(sides[0])), .negation(try Formula.expression(String(sides[1])))])
  }

  @Test(
    "Equations with the same solutions have equal keys",
    arguments: [
      ["x = 3", "3", "2*x = 6", "3 = x", "y = 3", "x/3 - 1 = 0", "5*x + 1 = 2*x + 10"],
      ["3*x + 5 - y = 0", "y = 3*x + 5", "2*y = 6*x + 10", "3*x + 5"],
      ["-7*x - 7*y = 1", "-21*x - 21*y = 3", "x + y = -1/7"], ["x = sqrt(3)/2", "2*x - sqrt(3) = 0", "sqrt(3)/2"],
      ["(x - 1)^2 + (y + 2)^2 = 9", "x^2 - 2*x + y^2 + 4*y - 4 = 0"], ["pi*r = 2*pi", "2"], ["x = x", "0 = 0", "2*x + y = y + x + x"],
      ["1 = 2", "x = x + 1"], ["x > 3", "2*x - 6 > 0", "3*x > 9"], ["a >= b", "2*a - 2*b >= 0"],
      ["x^2 = 4", "3*x^2 - 12 = 0", "4 - x^2 = 0"],
      ["y = x^2 + 0*z", "x^2"], ["y = sin(x)", "sin(x)", "3*y - 3*sin(x) = 0"], ["i*x = 2*i", "2"], ["(x^2 - 4)/(x - 2) = 5", "3"],
    ])
  func equal(_ formulas: [String]) throws {
    let keys = try formulas.map { try key($0) }
    for (formula, key) in zip(formulas, keys) {
      #expect(key != nil, "\(formula)")
      #expect(key == keys[0], "\(formulas[0]) and \(formula)")
    }
  }

  @Test(
    "Equations with different solutions have different keys",
    arguments: [
      ["x = 2*y - 10", "y = 2*x - 10"], ["x > 3", "x >= 3", "-x > -3", "x > 4", "x = 3"], ["abs(x - 7) = 3", "10", "4"],
      ["x^2 = 4", "2", "x^2 - 4"],
      ["abs(x - 10000) = 3", "x = 10003", "x = 9997"], ["x = x", "1 = 2", "0"], ["x*y = 1", "x*y = 2"], ["floor(x) = 1", "1"],
      ["x^2 + z^2 = 1", "x^2 + z^2 = 2", "x^2 - z^2 = 1"],
    ])
  func different(_ formulas: [String]) throws {
    let keys = try formulas.map { try key($0) }
    for (index, key) in keys.enumerated() {
      #expect(key != nil, "\(formulas[index])")
      for other in 0..<index { #expect(key != keys[other], "\(formulas[other]) and \(formulas[index])") }
    }
  }

  @Test("The root of an affine expression comes with its variable and direction")
  func affineRoot() throws {
    let falling = try #require(try Formula.expression("5 - 2*t").affineRoot())
    #expect(falling.variable == "t" && falling.slopeSign == -1)
    #expect(falling.root.rational == Rational(5, over: 2))
    let rising = try #require(try Formula.expression("sqrt(2)*x - pi").affineRoot())
    #expect(rising.slopeSign == 1 && rising.root.rational == nil)
    let real = try #require(rising.root.real)
    // 15 digits of π/√2.
    #expect(abs(real - 2.221441469079183) < 1e-14)
    for formula in ["x^2 - 1", "x + y", "3", "abs(x)", "1/x", "ln(x)"] {
      #expect(try Formula.expression(formula).affineRoot() == nil, "\(formula)")
    }
  }
}

import Meaning
import Testing

@Suite("Fingerprints in a finite field")
struct FingerprintTests {
  @Test(
    "Equal expressions have equal fingerprints",
    arguments: [
      ["1/3", "2/6", "1 - 2/3"], ["sqrt(12)", "2*sqrt(3)", "12^(1/2)", "6/sqrt(3)", "sqrt(2)*sqrt(6)"],
      ["1/(4 - sqrt(3))", "(4 + sqrt(3))/13"],
      ["2*sqrt(113)", "sqrt(452)", "226/sqrt(113)"], ["sqrt(79)*sqrt(83)", "sqrt(6557)"], ["sqrt(1/2)", "sqrt(2)/2", "2^(-1/2)"],
      ["sqrt(3 + 2*sqrt(2))", "1 + sqrt(2)"], ["sqrt(7 - 4*sqrt(3))", "2 - sqrt(3)"], ["sqrt(5 - 2*sqrt(6))", "sqrt(3) - sqrt(2)"],
      ["sqrt(-4)", "2*i"], ["sqrt(-2)*sqrt(-3)", "-sqrt(6)"], ["sqrt(3 + 4*i)", "2 + i"], ["sqrt(-3 - 4*i)", "1 - 2*i"],
      ["sqrt(-7 + 4*sqrt(3))", "i*(2 - sqrt(3))"], ["(1 + i)^4", "-4"], ["1/i", "-i"], ["conjugate(1 + 2*i)", "1 - 2*i"],
      ["2^(1/3)*4^(1/3)", "2"], ["(-8)^(1/3)", "-2", "root(3, -8)"], ["16^(1/4)", "2"], ["4^(1/4)", "sqrt(2)"], ["2^(3/4)*2^(1/4)", "2"],
      ["(-4)^(3/2)", "-8*i"], ["(x^3)^(1/3)", "x"], ["x^(1/3)*y^(1/3)", "(x*y)^(1/3)"],
      ["sin(pi/12)", "(sqrt(6) - sqrt(2))/4", "sin(deg(15))"],
      ["cos(7*pi/4)", "sqrt(2)/2"], ["tan(-pi/3)", "-sqrt(3)"], ["tan(5*pi/12)", "2 + sqrt(3)"],
      ["arctan(1)", "pi/4", "arccos(sqrt(2)/2)"],
      ["arcsin(-1/2)", "-pi/6"], ["arctan(2 - sqrt(3))", "pi/12"], ["cos(arcsin(1/2))", "sqrt(3)/2"], ["ln(12)", "ln(3) + 2*ln(2)"],
      ["log(2, 8)", "3"], ["log(4, 8)", "3/2"], ["ln(sqrt(2))", "ln(2)/2"], ["ln(e^5)", "5"], ["ln(2*e^3)", "3 + ln(2)"],
      ["e^(ln(7))", "7"],
      ["2^(log(2, x))", "x"], ["e^(1/2)*e^(1/2)", "e", "sqrt(e)*e^(1/2)"], ["sqrt(e^3)", "e^(3/2)"], ["e^(i*pi)", "-1"],
      ["e^(i*pi/3)", "1/2 + sqrt(3)/2*i"], ["sinh(1)", "(e - 1/e)/2"], ["(x + 1)*(x - 1)", "x^2 - 1"],
      ["1/(x*(x + 1))", "1/x - 1/(x + 1)"],
      ["t*(t + 1)/2", "binomial(t + 1, 2)"], ["(a + b)^3", "a^3 + 3*a^2*b + 3*a*b^2 + b^3"], ["abs(sqrt(2) - 2)", "2 - sqrt(2)"],
      ["floor(pi)", "3"], ["5!", "120"], ["ln(-1)", "i*pi"], ["abs(-3/2)", "3/2"], ["x - x", "0"], ["max(2, 3)", "3"],
      ["(2 + sqrt(5))^(-1)", "sqrt(5) - 2"],
    ])
  func equal(_ formulas: [String]) throws {
    let prints = try formulas.map { try Formula.expression($0).fingerprint() }
    for (formula, print) in zip(formulas, prints) {
      #expect(print != nil, "\(formula)")
      #expect(print == prints[0], "\(formulas[0]) and \(formula)")
    }
  }

  @Test(
    "Different expressions have different fingerprints",
    arguments: [
      ["1/3", "0.333333333333"], ["sqrt(2)", "-sqrt(2)", "sqrt(3)", "1.41421356237310"], ["sqrt(7 - 4*sqrt(3))", "sqrt(3) - 2"],
      ["pi", "22/7", "e"],
      ["x", "y", "-x"], ["i", "-i"], ["ln(2)", "ln(3)", "-ln(2)"], ["2^(1/3)", "2^(1/2)"], ["sqrt(x)^2 - x + 1", "2"],
      ["arcsin(1)", "arcsin(-1)"],
      ["sqrt(79)", "i*sqrt(79)"], ["3 - 2*sqrt(2)", "sqrt(2) - 1"],
    ])
  func different(_ formulas: [String]) throws {
    let prints = try formulas.map { try Formula.expression($0).fingerprint() }
    for (index, print) in prints.enumerated() {
      for other in 0..<index where print != nil { #expect(print != prints[other], "\(formulas[other]) and \(formulas[index])") }
    }
  }

  @Test(
    "What has no counterpart in the field has no fingerprint",
    arguments: [
      "abs(x)", "sin(x)", "sin(1)", "sqrt(x)", "sqrt(x^2)", "floor(x)", "1/0", "1/(x - x)", "ln(1 + sqrt(2))", "oo", "x!",
      "sqrt(1 + sqrt(2))",
      "(sqrt(79)*i)^(1/3)", "2^x", "abs(sqrt(2)*sqrt(3) - sqrt(6))", "floor(sqrt(2)*sqrt(2))", "conjugate(x)", "9^(9^(9^9))", "0^(-1)",
      "0^(-1/2)",
    ])
  func missing(_ formula: String) throws {
    #expect(try Formula.expression(formula).fingerprint() == nil)
  }
}

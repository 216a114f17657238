import Meaning
import Testing

@Suite("Keys of values")
struct ScalarKeyTests {
  @Test(
    "Equal values have equal keys",
    arguments: [
      ["1/3", "0.333333333333", "2/6", "1 - 2/3"], ["sqrt(12)", "2*sqrt(3)", "12^(1/2)", "6/sqrt(3)", "3.4641016151377545"],
      ["1/(4 - sqrt(3))", "(4 + sqrt(3))/13"], ["sqrt(3 + 2*sqrt(2))", "1 + sqrt(2)"], ["sqrt(2)*sqrt(3)", "sqrt(6)"],
      ["sqrt(7 - 4*sqrt(3))", "2 - sqrt(3)"], ["(2 + sqrt(3))*(2 - sqrt(3))", "1"], ["(sqrt(2) + 1)^2 - 3 - 2*sqrt(2)", "0", "sin(pi)"],
      ["sin(pi/6)", "1/2", "0.5", "cos(pi/3)", "sin(deg(30))", "deg(0.5)"], ["sin(pi/12)", "(sqrt(6) - sqrt(2))/4", "sin(deg(15))"],
      ["tan(pi/3)", "sqrt(3)"], ["arctan(1)", "pi/4", "arcsin(sqrt(2)/2)", "arccos(1/sqrt(2))", "arccot(1)"],
      ["cos(pi/5)", "(1 + sqrt(5))/4"], ["arctan(2) + arctan(3)", "3*pi/4"], ["arctan(1/2) + arctan(1/3)", "pi/4"],
      ["log(2, 8)", "3", "ln(8)/ln(2)"], ["ln(12)", "ln(3) + 2*ln(2)"], ["ln(e^5)", "5"], ["e^(ln(7))", "7", "exp(ln(7))"],
      ["(-8)^(1/3)", "-2", "root(3, -8)"], ["(-27)^(2/3)", "9"], ["i^2", "-1"], ["e^(i*pi)", "-1"], ["sqrt(-4)", "2*i"],
      ["(1 + i)^2", "2*i"], ["(1 + i)^80", "2^40"], ["floor((1 + i)*(1 - i))", "2", "(sqrt(i*i*4)/i)!"], ["max(i^2, -2)", "-1"],
      ["(1+i)/(1-i)", "i"], ["abs(3 + 4*i)", "5"], ["e^(i*pi/3)", "1/2 + sqrt(3)/2*i"], ["sqrt(3 + 4*i)", "2 + i"],
      ["5!", "120"], ["0!", "1"], ["(1/2)!", "sqrt(pi)/2"], ["binomial(10, 3)", "120"], ["binomial(5, 7)", "0"],
      ["binomial(1/2, 2)", "-1/8"], ["floor(7/2)", "3", "ceil(5/2)", "floor(pi)"], ["floor(-7/2)", "-4"], ["ceil(-7/2)", "-3"],
      ["floor((1+sqrt(2))*(sqrt(2)-1))", "1"], ["gcd(12, 18)", "6"], ["lcm(4, 6)", "12"], ["min(3, 2, 5)", "2"],
      ["max(sqrt(2), 1)", "sqrt(2)"],
      ["modulo(-7, 3)", "2"], ["sign(-pi)", "-1"], ["real(2 + 3*i)", "2"], ["imaginary(2 + 3*i)", "3"], ["conjugate(2 + 3*i)", "2 - 3*i"],
      ["argument(-1)", "pi"], ["sinh(1)", "(e - 1/e)/2"], ["tanh(ln(2))", "3/5"], ["cosh(0)", "1"],
      ["100!/98!", "9900"], ["2^1009/2^1008", "2"], ["oo", "2*oo"], ["sqrt(10^30)", "10^15", "1000000000000000"],
      ["(sqrt(2))^100", "2^50"], ["((1 + sqrt(5))/2)^60 + ((1 - sqrt(5))/2)^60", "3461452808002"],
      ["2.9999999999", "3"], ["3*pi/2", "4.71238898", "4.712388980385"], ["x + x", "2*x"], ["(x + 1)*(x - 1)", "x^2 - 1"],
      ["x - x + 3", "3"], ["0*x", "0"],
      ["x - x + 12345678901", "12345678901"],
      ["sin(2*x)", "2*sin(x)*cos(x)"], ["sin(x)^2 + cos(x)^2", "1"], ["1/(x*(x + 1))", "1/x - 1/(x + 1)"],
      ["e^(-6*x)", "1/e^(6*x)", "exp(-6*x)"],
      ["t*(t + 1)/2", "binomial(t + 1, 2)"], ["abs(7 - x)", "abs(x - 7)"], ["sqrt(x^2)", "abs(x)"], ["(x^3)^(1/3)", "x"],
      ["n!/(n - 1)!", "n"], ["(x^2 - y^2)/(x - y)", "x + y"], ["2^(n + 1)", "2*2^n"], ["ln(x^2 + 1)/ln(10)", "log(10, x^2 + 1)"],
      ["(a + b)^3", "a^3 + 3*a^2*b + 3*a*b^2 + b^3"], ["x^2 - 5*x + 6", "(x - 2)*(x - 3)"], ["sqrt(x)*sqrt(x)", "x"],
      ["cosh(x)^2 - sinh(x)^2", "1"], ["tan(x)", "sin(x)/cos(x)", "1/cot(x)"], ["arcsin(2)", "pi/2 - arccos(2)"], ["0^0", "1"],
    ])
  func equal(_ formulas: [String]) throws {
    let keys = try formulas.map { try Formula.expression($0).scalar()?.key }
    for (formula, key) in zip(formulas, keys) {
      #expect(key != nil, "\(formula)")
      #expect(key == keys[0], "\(formulas[0]) and \(formula): \(String(describing: keys[0])) \(String(describing: key))")
    }
  }

  @Test(
    "Different values have different keys",
    arguments: [
      ["1/3", "0.333", "0.33333"], ["sqrt(2)", "1.414", "1.4142"], ["pi", "3.14", "22/7", "3.14159"], ["x", "y", "-x", "x + 0.0001"],
      ["abs(x - 7)", "x - 7", "7 - x"], ["sqrt(x^2)", "x"], ["0.720", "0.721"], ["100!", "100! + 1"], ["10^20", "10^20 + 1"],
      ["12345678901", "12345678902", "12345678901.5"], ["oo", "-oo", "0"], ["2*i", "-2*i", "2"], ["1", "1.000001"], ["e^(-30)", "0"],
      ["sqrt(2) + sqrt(3)", "sqrt(5)"], ["ln(x*y)", "ln(x)*ln(y)"], ["x^2 + 1", "(x + 1)^2"], ["sin(x)", "cos(x)"], ["2^n", "n^2"],
      ["x_1", "x_2", "X"], ["(-8)^(1/3)", "1 + i*sqrt(3)"], ["sin(30)", "1/2"], ["0", "e^(-100)"], ["2^100", "2^100 - 1"],
    ])
  func different(_ formulas: [String]) throws {
    let keys = try formulas.map { try Formula.expression($0).scalar()?.key }
    for (index, key) in keys.enumerated() {
      #expect(key != nil, "\(formulas[index])")
      for other in 0..<index { #expect(key != keys[other], "\(formulas[other]) and \(formulas[index])") }
    }
  }

  @Test(
    "What has no value has no key",
    arguments: [
      "1/0", "ln(0)", "1/(sqrt(2)*sqrt(3) - sqrt(6))", "0^(-1)", "tan(pi/2)", "9^(9^(9^9))", "9^(9^9)", "(10^9)!", "(-1)!", "oo - oo",
      "10^(10^10)", "binomial(10^9, 10^8)", "gcd(pi, 2)", "modulo(5, 0)", "1/(x - x)", "x/0", "2000!", "floor(10^300*pi)",
    ])
  func undefined(_ formula: String) throws {
    #expect(try Formula.expression(formula).scalar() == nil)
  }
}

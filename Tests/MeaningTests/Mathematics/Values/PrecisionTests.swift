import Meaning
import TestSupport
import Testing

@Suite("Bounds on errors")
struct PrecisionTests {
  @Test(
    "Values agree with 40 digits of mpmath within their bounds",
    arguments: [
      ("sqrt(2)", "1.414213562373095048801688724209698078570"),
      ("sqrt(10^9+7)", "31622.77671236351123219270605688849574013"),
      ("pi", "3.141592653589793238462643383279502884197"),
      ("e", "2.718281828459045235360287471352662497757"),
      ("ln(2)", "0.6931471805599453094172321214581765680755"),
      ("ln(10)", "2.302585092994045684017991454684364207601"),
      ("ln(1/1000)", "-6.907755278982137052053974364053092622803"),
      ("e^(-20)", "0.000000002061153622438557827965940380155820976376"),
      ("e^(50)", "5184705528587072464087.453322933485384827"),
      ("e^(1/3)", "1.395612425086089528628125319602586837598"),
      ("sin(1)", "0.8414709848078965066525023216302989996226"),
      ("cos(1)", "0.5403023058681397174009366074429766037323"),
      ("sin(100)", "-0.5063656411097587936565576104597854320650"),
      ("cos(-31/2)", "-0.9784534628188842173112197295867754029317"),
      ("tan(3/2)", "14.10141994717171938764608365198775644566"),
      ("arctan(1/5)", "0.1973955598498807583700497651947902934476"),
      ("arctan(1000)", "1.569796327128229752564797882004830898087"),
      ("arcsin(1/3)", "0.3398369094541219370963925133917640663882"),
      ("arccos(-9/10)", "2.690565841793530805917998747485151057994"),
      ("arcsin(99/100)", "1.429256853470469400485532334664724427105"),
      ("sinh(3/2)", "2.129279455094817496834387494677631648832"),
      ("cosh(7)", "548.3170351552120768899641207121029208624"),
      ("tanh(1/8)", "0.1243530017715962080546472758058927076759"),
      ("2^(1/3)", "1.259921049894873164767210607278228350570"),
      ("3^(22/7)", "31.58813194448454593450034458887083602788"),
      ("7^(-5/3)", "0.03903941189331406328977789468466857720127"),
      ("2^pi", "8.824977827076287623856429604208001581704"),
      ("(1/3)!", "0.8929795115692492112185643136582258813762"),
      ("(-1/2)!", "1.772453850905516027298167483341145182798"),
      ("(41/2)!", "11082798113786903841.71059097800685389516"),
      ("(-27/4)!", "0.009807455518953468285779063203749812293757"),
      ("log(3, 5)", "1.464973520717927167197040407678640396308"),
      ("abs(1 + 2*i)", "2.236067977499789696409173668731276235441"),
      ("real((1 + i)^(1/3))", "1.084215081491351181879666008261083203880"),
      ("imaginary(ln(1 + 2*i))", "1.107148717794090503017065460178537040070"),
      ("real(sqrt(-1 + 2*i))", "0.7861513777574232860695585858429589295231"),
      ("real(sin(1 + i))", "1.298457581415977294826042365807815620313"),
      ("imaginary(arctan(1 + i))", "0.4023594781085250936501898333065469098814"),
      ("1/7 + sqrt(5)/11", "0.3461360499025782840891456581963497876375"),
    ])
  func constants(_ formula: String, _ digits: String) throws {
    let number = digits.hasPrefix("-") ? "-(\(digits.dropFirst()))" : digits
    let difference = try Formula.expression("\(formula) - (\(number))")
    let size = abs(try #require(Double(digits)))
    var double = ExpressionEvaluator<Double>()
    let first = try #require(double.value(of: difference)?.approximation)
    #expect(abs(first.real) <= first.error)
    // Of 16 and 31 digits, the functions and their bounds may lose five.
    #expect(first.error < 1e-11 * max(size, 1))
    var doubleDouble = ExpressionEvaluator<DoubleDouble>()
    let second = try #require(doubleDouble.value(of: difference)?.approximation)
    #expect(abs(second.real.double) <= second.error)
    #expect(second.error < 1e-25 * max(size, 1))
  }

  @Test("Doubles and pairs of doubles differ by no more than their bounds")
  func randomExpressions() {
    var generator = SeededRandom(state: 7)
    var compared = 0
    for _ in 0..<4000 {
      let expression = Self.expression(depth: 5, using: &generator)
      let point = SamplePoint(["x", "y"], (0..<2).map { _ in Double.random(in: -9...9, using: &generator) })
      var double = ExpressionEvaluator<Double>(at: point)
      var doubleDouble = ExpressionEvaluator<DoubleDouble>(at: point)
      guard let first = double.value(of: expression)?.approximation, let second = doubleDouble.value(of: expression)?.approximation,
        !double.isAmbiguous, !doubleDouble.isAmbiguous
      else { continue }
      compared += 1
      let distance = abs(first.real - second.real.double) + abs(first.imaginary - second.imaginary.double)
      // Reading the pair as a double rounds it.
      let rounding = (abs(first.real) + abs(first.imaginary)) * 0x1p-52
      // Each part may be off by the bound on the whole.
      #expect(distance <= 1.5 * (first.error + second.error) + rounding, "\(expression)")
    }
    #expect(compared > 2000)
  }

  @Test("Bounds aren't so wide that doubles would decide nothing")
  func widths() {
    var generator = SeededRandom(state: 11)
    var narrow = 0
    for _ in 0..<1000 {
      let expression = Self.expression(depth: 3, using: &generator)
      var double = ExpressionEvaluator<Double>(at: SamplePoint(["x", "y"], [1.25, 11.5]))
      guard let value = double.value(of: expression)?.approximation else { continue }
      if value.error <= 1e-12 * max(abs(value.real) + abs(value.imaginary), 1) { narrow += 1 }
    }
    #expect(narrow > 700)
  }

  /// A random expression in x and y.
  private static func expression(depth: Int, using generator: inout SeededRandom) -> Expression {
    if depth == 0 || Int.random(in: 0..<6, using: &generator) == 0 {
      return switch Int.random(in: 0..<8, using: &generator) {
      case 0: .constant(.pi)
      case 1: .constant(.i)
      case 2...4: .variable(Bool.random(using: &generator) ? "x" : "y")
      default: .number(Rational(Int.random(in: -20...20, using: &generator), over: Int.random(in: 1...9, using: &generator)) ?? Rational(1))
      }
    }
    func part() -> Expression { expression(depth: depth - 1, using: &generator) }
    switch Int.random(in: 0..<12, using: &generator) {
    case 0...2: return .sum([part(), part(), part()])
    case 3...5: return .product([part(), part()])
    case 6: return .quotient(part(), part())
    case 7: return .power(part(), .number(Rational(Int.random(in: -3...5, using: &generator))))
    case 8: return .power(part(), part())
    case 9: return .root(degree: .number(Rational(Int.random(in: 2...5, using: &generator))), radicand: part())
    default: return .function(functions.randomElement(using: &generator) ?? .sin, [part()])
    }
  }

  private static let functions: [Expression.Function] = [
    .sin, .cos, .tan, .cot, .sec, .csc, .arcsin, .arccos, .arctan, .arccot, .sinh, .cosh, .tanh, .coth, .exp, .ln, .abs, .factorial, .real,
    .imaginary, .argument, .conjugate,
  ]
}

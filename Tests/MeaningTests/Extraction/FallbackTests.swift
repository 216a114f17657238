import Meaning
import Testing

@Suite struct FallbackTests {
  private func number(_ text: String) -> String? {
    let answer = extractAnswer(from: text, options: ExtractionOptions(fallback: .number))
    return answer.rule == .number ? answer.text : nil
  }

  private func choice(_ text: String) -> String? {
    let answer = extractAnswer(from: text, options: ExtractionOptions(fallback: .choice))
    return answer.rule == .choice ? answer.text : nil
  }

  @Test(arguments: [
    ("So x is 42", "42"), ("3 then 4.", "4"), ("It costs $1,234.50.", "1,234.50"), ("minus: -7", "-7"), ("a \u{2212}7", "\u{2212}7"),
    ("10-3", "3"), ("f(x)-3", "3"), ("(-3)", "-3"), ("= +5", "+5"), ("loss of -$5", "-$5"), ("loss of -\\$5", "-\\$5"), ("$-5$", "-5"),
    ("about .5", ".5"), ("and so on...5", "5"), ("5.", "5"), ("5...", "5"), ("1{,}234{,}567", "1{,}234{,}567"), ("1,\\!234", "1,\\!234"),
    ("1,2,3", "3"), ("1, 234", "234"), ("12,3456", "3456"), ("1,234,56", "56"), ("3/4", "3/4"), ("-3/4", "-3/4"), ("2 1/2", "2 1/2"),
    ("2\\frac{1}{2}", "2\\frac{1}{2}"), ("$\\frac{1}{2}$", "\\frac{1}{2}"), ("$-\\dfrac{-1}{2}$", "-\\dfrac{-1}{2}"), ("\\frac{x}{2}", "2"),
    ("50%", "50%"), ("50 %", "50 %"), ("50\\%", "50\\%"), ("5e-3", "5e-3"), ("5E+3 m", "5E+3"), ("5em", "5"),
    ("6.02 \\times 10^{23}", "6.02 \\times 10^{23}"), ("3×10^-5", "3×10^-5"), ("3 * 10^4", "3 * 10^4"), ("3 x 10", "10"),
    ("2^{10}", "2^{10}"),
    ("2^10", "2^10"), ("7 and x^2", "7"), ("7 and x^{2}", "7"), ("7 and x_2", "7"), ("7 of H2O", "7"), ("7 on the 3rd", "7"),
    ("7 thus", "7"),
    ("7 on 1/2/2023", "7"), ("7 at 3:45", "7"), ("7 in 1.2.3", "7"), ("Swift 6.3", "6.3"), ("5cm", "5"),
    ("7\n2. Then", "7"), ("7\n**2.** Then", "2"), ("7\n2.\n", "2"), ("7\n2) Then", "7"), ("答案是5。", "5"), ("\\sqrt2", "2"), ("1 2 3", "3"),
    ("3/x", "3"), ("3/", "3"), ("2 1/", "1"), ("10^", "10"), ("10^{", "10"), ("10^{2", "10"), ("٥ 5", "5"),
  ])
  func lastNumberIsFoundWhereAskedFor(response: String, expected: String) {
    #expect(number(response) == expected, "'\(response)'")
    #expect(extractAnswer(from: response) == .none)
  }

  @Test(
    "No number is no answer",
    arguments: [
      "", "none", "x2", "x_2", "-", ".", "3rd", "5th5", "\\frac{3}{", "1/2/3", "1.2.3", "12:30", "/", "%", "\\frac{}{}", "٥",
      "²", "\\", "^2", "_{2}",
    ])
  func noNumberIsNoAnswer(response: String) {
    #expect(extractAnswer(from: response, options: ExtractionOptions(fallback: .number)) == .none)
  }

  @Test(arguments: [
    ("It must be (C).", "C"), ("It must be C.", "C"), ("C", "C"), ("C) the text", "C"), ("C: the text", "C"), ("**C**", "C"), ("*C*", "C"),
    ("option C is right", "C"), ("Option A is right", "A"), ("choice I fits", "I"), ("\\text{C}", "C"), ("\\textbf{(C)}", "C"),
    ("$C$", "C"),
    ("\"C\"", "C"), ("“C”", "C"), ("'C'", "C"), ("I think C because A cat is no dog", "C"), ("B then I think so", "B"),
    ("B. I'm sure", "B"), ("It is A.", "A"), ("It is A", "A"), ("It is A\nBye", "A"), ("(A) it is", "A"), ("It is J", "J"),
    ("C is right, K is not", "C"), ("B. Then A = 5", "B"), ("B. Then D + 1", "B"), ("B at 25 °C", "B"), ("B at 25 C", "B"),
    ("B as P(A)", "B"),
    ("B by C-section", "B"), ("B in the U.S.A", "B"), ("B by A.I. and more", "B"), ("B. DNA", "B"), ("B, x_{A}", "B"), ("B, D's", "B"),
    ("答案是C。", "C"), ("B or C?", "C"), ("C!", "C"), ("[C]", "C"), ("C, because", "C"), ("(C", "C"),
  ])
  func lastChoiceIsFoundWhereAskedFor(response: String, expected: String) {
    #expect(choice(response) == expected, "'\(response)'")
    #expect(extractAnswer(from: response) == .none)
  }

  @Test(
    "No choice is no answer",
    arguments: ["", "c", "K", "I think so", "A cat", "ABC", "A1", "(AB)", "A-B", "A = B + C", "A'B", "Å", "\u{0301}"])
  func noChoiceIsNoAnswer(response: String) {
    #expect(extractAnswer(from: response, options: ExtractionOptions(fallback: .choice)) == .none)
  }

  @Test("Explicit answers come first", arguments: ExtractionOptions.Fallback.allCases) func explicitAnswersComeFirst(
    fallback: ExtractionOptions.Fallback
  ) {
    let options = ExtractionOptions(fallback: fallback)
    #expect(extractAnswer(from: "\\boxed{x} 5 (C)", options: options) == ExtractedAnswer(text: "x", rule: .boxed))
    #expect(extractAnswer(from: "#### x\n5 (C)", options: options) == ExtractedAnswer(text: "x", rule: .phrase))
  }

  @Test("Nothing is guessed of what is cut off in a box", arguments: ExtractionOptions.Fallback.allCases)
  func nothingIsGuessedOfWhatIsCutOffInABox(fallback: ExtractionOptions.Fallback) {
    for response in ["5 (C) \\boxed{12", "5 (C) \\boxed{\\frac{1}{2", "5 (C) \\fbox {1", "\\boxed{(C)\\}"] {
      #expect(extractAnswer(from: response, options: ExtractionOptions(fallback: fallback)) == .none)
    }
  }

  @Test("Names of rules are those of output") func namesOfRulesAreThoseOfOutput() {
    #expect(ExtractionRule.allCases.map(\.rawValue) == ["boxed", "phrase", "number", "choice", "none"])
    #expect(ExtractionOptions.Fallback.allCases.map(\.rawValue) == ["none", "number", "choice"])
  }
}

import Meaning
import Testing

@Suite struct HostileAnswerTests {
  /// Some milliseconds each where the bounds hold, more on a busy machine; without them, minutes or a stack overflow.
  static let limit = Duration.seconds(20)

  private static func nested(_ open: String, _ inner: String, _ close: String, depth: Int) -> String {
    String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
  }

  static let answers: [String] = [
    nested("{", "5", "}", depth: 50_000), nested("(", "5", ")", depth: 50_000), nested("\\frac{", "1", "}{2}", depth: 20_000),
    nested("\\text{", "5", "}", depth: 20_000), nested("\\left(", "5", "\\right)", depth: 20_000), nested("$", "5", "$", depth: 50_000),
    nested("**", "5", "**", depth: 50_000), nested("-(", "5", ")", depth: 50_000), nested("\\(", "5", "\\)", depth: 50_000),
    nested("\\frac{", "9e256", "}{7e-256}", depth: 7), nested("{", "", "", depth: 100_000), nested("}", "", "", depth: 100_000),
    nested("\\", "", "", depth: 100_000), nested(".", "", "", depth: 100_000), nested(" .", "", "", depth: 100_000),
    nested("9", "", "", depth: 100_000), nested("9,999", "", "", depth: 20_000), nested("1 ", "", "", depth: 100_000),
    nested("-", "", "", depth: 100_000), nested("\\frac", "", "", depth: 50_000), nested("\\frac{", "", "", depth: 50_000),
    nested("\u{0301}", "", "", depth: 50_000), "1e99999999999999999999", "1e-99999999999999999999", "1e9223372036854775807",
    "1e-9223372036854775808", "1e257", "1e-257", "0e257", "1/" + nested("9", "", "", depth: 5_000),
  ]

  @Test("Long and deep answers are bounded", arguments: answers.indices) func longAndDeepAnswersAreBounded(index: Int) {
    let answer = Self.answers[index]
    let time = ContinuousClock().measure {
      _ = ExactJudge().clusters(of: [answer, answer + "1", answer], question: "")
    }
    #expect(time < Self.limit, "answer \(index)")
  }

  /// 128 leaves of the largest exponents in fractions of fractions: exact arithmetic on them would need 30,000 digits.
  @Test("Fractions of fractions of large powers are bounded") func fractionsOfFractionsOfLargePowersAreBounded() {
    let answer = (0..<7).reduce("9e99") { inner, _ in "\\frac{\(inner)}{\(inner)}" }
    let time = ContinuousClock().measure {
      #expect(ExactJudge().isEqual(answer, answer))
    }
    #expect(time < Self.limit)
  }
}

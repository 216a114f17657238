import Meaning
import Testing

@Suite("What is said of an answer, or around it, is no part of it")
struct DescribedAnswerTests {
  @Test(
    arguments: [
      ("The answer is 12. The answer is the sum of both.", "12"), ("The answer is 12. I checked, and the answer is the correct one.", "12"),
      ("The answer is 12. The answer is always positive.", "12"), ("The answer is 12. I see that the answer is double-checked.", "12"),
      ("The answer is the empty set.", "the empty set"), ("The answer is 12. The answer is the number 13.", "the number 13"),
      ("The answer is 5, when rounded.", "5"), ("The answer is 5 after rounding.", "5"), ("The answer should be 5, I think.", "5"),
      ("The answer is 5, that is, five apples.", "5"), ("The answer is 5 ✅", "5"), ("The answer is 5</s>", "5"),
      ("The answer, therefore, is 5.", "5"), ("The answer can be written as $5$.", "5"), ("<b>Answer</b>\n\n5", "5"),
      ("Final answer - 5", "5"), ("Final answer → $5$", "5"), ("Answer => 5", "5"), ("Therefore, the correct option is (C).", "(C)"),
      ("The answer is 5.\n\n#### Verification\nAll right.", "5"),
    ])
  func isLeftOut(response: String, expected: String) {
    #expect(extractAnswer(from: response) == ExtractedAnswer(text: expected, rule: .phrase))
  }

  @Test(
    arguments: [
      "#### Verification\nAll right.", "#### Adding the numbers\nWe add.", "\\boxed{<answer>}", "\\boxed{\\bigcirc}",
      "The answer - if any - is far.",
      "The correct option is the one that fits.",
    ])
  func saysNothing(response: String) { #expect(extractAnswer(from: response) == ExtractedAnswer.none) }
}

import Meaning
import Testing

@Suite("Answers of labels") struct LabelledAnswerTests {
  @Test(
    "A label that states its answer gives it, and a bare one is the answer",
    arguments: [
      ("\\boxed{12}", "12"), ("$\\boxed{\\frac{3}{4}}$", "\\frac{3}{4}"), ("\\fbox{B}", "B"), ("The answer is 8.", "8"),
      ("The final answer is $x^2$.", "x^2"), ("2 + 3 = 5\n#### 5", "5"), ("#### -7", "-7"), ("Answer: (C)", "(C)"),
      ("41", "41"), (" 41\n", "41"), ("-0.5", "-0.5"), ("x = 3", "x = 3"), ("y = 2x + 3", "y = 2x + 3"), ("3 - 2i", "3 - 2i"),
      ("(2, \\infty)", "(2, \\infty)"), ("\\{1, 2\\}", "\\{1, 2\\}"), ("\\text{Tuesday}", "\\text{Tuesday}"), ("{7", "{7"), ("D", "D"),
      ("a sphere of radius 2", "a sphere of radius 2"), ("two lines\nof text", "two lines\nof text"), ("\\pi", "\\pi"), ("0", "0"),
      ("<think>4</think>5", "5"), ("<think>\\boxed{4}</think> \\boxed{5}", "5"),
    ])
  func given(label: String, answer: String) {
    #expect(labelledAnswer(in: label) == answer)
  }

  @Test(
    "A label that states nothing is empty",
    arguments: [
      "", "  \n", "\\boxed{}", "\\boxed{ }", "$\\fbox{}$", "\\boxed{5", "The answer is", "Answer:", "3 + 4\n####", "#### ", "...", "____",
      "<think>5",
    ])
  func empty(label: String) {
    #expect(labelledAnswer(in: label).isEmpty)
  }
}

import Meaning
import Testing

@Suite struct QuestionRepetitionTests {
  @Test(
    "Precision by hand",
    arguments: [
      ("the cat sat", "the cat sat on the mat", 1.0), ("mat on cat", "the cat sat on the mat", 1.0 / 3), ("dog", "cat", 0.0),
      ("", "cat", 0.0), ("cat", "", 0.0),
      ("p b c d e", "p x b y c", 0.6), ("Cat. SAT!", "cat sat", 1.0), ("cat cat", "cat", 0.5), ("one two", "1 2", 1.0),
    ])
  func precisionByHand(answer: String, question: String, expected: Double) {
    #expect(abs(rougeLPrecision(of: answer, against: question) - expected) < 1e-15)
  }

  static let question = "Why does the speed of light in vacuum not depend on the motion of the source?"

  @Test(
    "Repetitions are caught",
    arguments: [
      question, "the speed of light in vacuum", "**The speed of light in vacuum** does not depend on motion.",
      "Speed of light in vacuum, depend on",
      "why does the speed of light in vacuum not depend on the motion of source here",
    ])
  func repetitionsAreCaught(answer: String) {
    #expect(repeatsQuestion(answer, question: Self.question))
  }

  @Test(
    "Answers are not",
    arguments: [
      "", "light", "3", "yes", "C", "the speed of light", "motion of the source",
      "Because Maxwell's equations hold in every inertial frame",
      "The speed of light is set by the properties of the vacuum", "in",
    ])
  func answersAreNot(answer: String) {
    #expect(!repeatsQuestion(answer, question: Self.question))
  }

  @Test("Options of the question are answers") func optionsOfTheQuestionAreAnswers() {
    let question = "Which is right?\nA. light has the same speed for all\nB. light is slower for those who run"
    #expect(!repeatsQuestion("light has the same speed for all", question: question))
    #expect(!repeatsQuestion("B. light is slower for those who run", question: question))
    #expect(repeatsQuestion("Which is right? light has the same speed", question: question))
  }

  @Test("Thresholds are settings") func thresholdsAreSettings() {
    #expect(repeatsQuestion("cat", question: "the cat sat", minimumWords: 1))
    #expect(!repeatsQuestion("cat sat on mat today", question: "cat sat on mat", threshold: 0.8))
    #expect(repeatsQuestion("cat sat on mat today", question: "cat sat on mat", threshold: 0.79))
  }

  @Test(
    "Long texts are bounded",
    arguments: ["a b ", "x ", "(A) (B) ", "\u{0301}", "1,111 ", "one hundred and ", "$", "{", "\\frac{", "A. ", "**A** "])
  func longTextsAreBounded(piece: String) {
    let long = String(repeating: piece, count: 40_000)
    let time = ThreadTime.measure {
      _ = repeatsQuestion(long, question: long)
      _ = TextJudge().isEqual(long, long + "x")
      _ = ChoiceJudge().clusters(of: [long, "A", "x" + long], question: long)
      _ = ChoiceJudge().clusters(of: [long, "A"], question: "A. x\nB. y")
    }
    // Tenths of a second where all is linear, minutes where it isn't.
    #expect(time < .seconds(20))
  }
}

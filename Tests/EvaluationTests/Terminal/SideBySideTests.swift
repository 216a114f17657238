import Evaluation
import Testing

@Suite struct SideBySideTests {
  static let comparison = SideBySide(
    question: "Zoe has 79 balls. Zoe buys 18 balls and gives away 19. How many balls are left? Work it out.", answer: "78",
    left: AnswerTally(
      title: "base model",
      entries: [("97", 2), ("78", 1), ("60", 1), ("116", 1), ("18", 1), ("77", 1), ("61", 1), ("", 2)].map(entry),
      response: " The answer is \\boxed{97}."),
    right: AnswerTally(
      title: "trained model", entries: [("78", 9), ("79", 1)].map(entry),
      response: " Let us think step by step. First 79+18=97. Then 97-19=78. The answer is \\boxed{78}."))

  static func entry(answer: String, count: Int) -> AnswerTally.Entry {
    AnswerTally.Entry(answer: answer, count: count, isCorrect: answer == "78")
  }

  @Test("A tally counts meanings and quotes the most frequent one") func aTallyCountsMeaningsAndQuotesTheMostFrequentOne() throws {
    let tally = AnswerTally(title: "model", question: try judged(["97", "", "78", "78.0", "60", "97", "", "156/2"], right: "78"))
    #expect(
      tally.entries == [
        AnswerTally.Entry(answer: "78", count: 3, isCorrect: true), AnswerTally.Entry(answer: "97", count: 2, isCorrect: false),
        AnswerTally.Entry(answer: "60", count: 1, isCorrect: false), AnswerTally.Entry(answer: "", count: 2, isCorrect: false),
      ])
    #expect(tally.response == "2: 78")
  }

  @Test("Without answers the first response is quoted") func withoutAnswersTheFirstResponseIsQuoted() throws {
    let tally = AnswerTally(title: "model", question: try judged(["", ""], right: "78"))
    #expect(tally.entries == [AnswerTally.Entry(answer: "", count: 2, isCorrect: false)])
    #expect(tally.response == "0: ")
  }

  /// Gains of 0, 1/2 and 1: the mean gain is that of the second question.
  @Test("The question shown is typical") func theQuestionShownIsTypical() throws {
    let texts = ["one", "two", "three"]
    let before = EvaluationResult(of: try texts.map { try judged(["1", "2"], right: "3", question: $0) })
    let after = EvaluationResult(
      of: try zip(texts, [["1", "2"], ["3", "2"], ["3", "3"]]).map { try judged($1, right: "3", question: $0) })
    let shown = SideBySide(before: before, beforeTitle: "base", after: after, afterTitle: "trained")
    #expect(shown.question == "two")
    #expect(shown.right.entries.first?.isCorrect == true)
  }

  @Test("Two models stand beside each other") func twoModelsStandBesideEachOther() {
    #expect(
      Self.comparison.lines(width: 72) == [
        "Zoe has 79 balls. Zoe buys 18 balls and gives away 19. How many balls",
        "are left? Work it out.",
        "Right answer: 78",
        "",
        "base model, 10 samples                trained model, 10 samples",
        "──────────────────────                ─────────────────────────",
        "2 × 97                                9 × 78 ✓",
        "1 × 78 ✓                              1 × 79",
        "1 × 60",
        "1 × 116",
        "1 × 18",
        "2 × 2 other answers",
        "2 × no answer",
        "",
        "“The answer is \\boxed{97}.”           “Let us think step by step. First",
        "                                      79+18=97. Then 97-19=78. The",
        "                                      answer is \\boxed{78}.”",
      ])
  }

  @Test("In a narrow terminal they stand above each other") func inANarrowTerminalTheyStandAboveEachOther() {
    #expect(
      Self.comparison.lines(width: 40) == [
        "Zoe has 79 balls. Zoe buys 18 balls and",
        "gives away 19. How many balls are left?",
        "Work it out.",
        "Right answer: 78",
        "",
        "base model, 10 samples",
        "──────────────────────",
        "2 × 97",
        "1 × 78 ✓",
        "1 × 60",
        "1 × 116",
        "1 × 18",
        "2 × 2 other answers",
        "2 × no answer",
        "",
        "“The answer is \\boxed{97}.”",
        "",
        "trained model, 10 samples",
        "─────────────────────────",
        "9 × 78 ✓",
        "1 × 79",
        "",
        "“Let us think step by step. First",
        "79+18=97. Then 97-19=78. The answer is",
        "\\boxed{78}.”",
      ])
  }

  @Test("No line is too wide") func noLineIsTooWide() {
    for width in 20...140 {
      #expect(Self.comparison.lines(width: width).allSatisfy { $0.count <= width && !$0.hasSuffix(" ") })
    }
  }

  /// A model may sample any bytes: none may reach the terminal as a command.
  @Test("What a terminal would act on is replaced") func whatATerminalWouldActOnIsReplaced() {
    let hostile = "\u{1B}[2J\u{7}red\u{9B}31m\r\nnext\u{202E}line\tend"
    let tally = AnswerTally(title: "model", entries: [.init(answer: hostile, count: 1, isCorrect: false)], response: hostile)
    let lines = SideBySide(question: hostile, answer: hostile, left: tally, right: tally).lines(width: 90)
    let scalars = lines.joined().unicodeScalars
    #expect(scalars.allSatisfy { $0.properties.generalCategory != .control && $0.properties.generalCategory != .format })
    #expect(lines.contains { $0.hasPrefix("\u{FFFD}[2J\u{FFFD}red\u{FFFD}31m") })
  }

  @Test("A long word is broken") func aLongWordIsBroken() {
    let long = String(repeating: "9", count: 50)
    let tally = AnswerTally(title: "model", entries: [.init(answer: long, count: 3, isCorrect: true)], response: "")
    let lines = SideBySide(question: "?", answer: nil, left: tally, right: tally).lines(width: 40)
    #expect(lines.contains("3 × " + String(repeating: "9", count: 36)))
  }
}

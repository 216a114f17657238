import Evaluation
import Testing

@Suite struct SideBySideTests {
  static let comparison = SideBySide(
    question: "Zoe has 79 balls. Zoe buys 18 balls and gives away 19. How many balls are left? Work it out.", answer: "78",
    left: AnswerTally(
      title: "base model",
      question: judged(["97", "78", "", "97", "60", "116", "18", "77", "61", ""], right: "78"), response: " The answer is \\boxed{97}."),
    right: AnswerTally(
      title: "trained model", question: judged(["78", "78", "78", "78", "78", "78", "78.0", "78", "78", "79"], right: "78"),
      response: " Let us think step by step. First 79+18=97. Then 97-19=78. The answer is \\boxed{78}."))

  @Test func twoModelsStandBesideEachOther() {
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

  @Test func inANarrowTerminalTheyStandAboveEachOther() {
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

  @Test func noLineIsTooWide() {
    for width in 20...140 {
      #expect(Self.comparison.lines(width: width).allSatisfy { $0.count <= width && !$0.hasSuffix(" ") })
    }
  }

  /// A model may sample any bytes: none may reach the terminal as a command.
  @Test func whatATerminalWouldActOnIsReplaced() {
    let hostile = "\u{1B}[2J\u{7}red\u{9B}31m\r\nnext\u{202E}line\tend"
    let tally = AnswerTally(title: "model", entries: [.init(answer: hostile, count: 1, isCorrect: false)], response: hostile)
    let lines = SideBySide(question: hostile, answer: hostile, left: tally, right: tally).lines(width: 90)
    let scalars = lines.joined().unicodeScalars
    #expect(scalars.allSatisfy { $0.properties.generalCategory != .control && $0.properties.generalCategory != .format })
    #expect(lines.contains { $0.hasPrefix("\u{FFFD}[2J\u{FFFD}red\u{FFFD}31m") })
  }

  @Test func aLongWordIsBroken() {
    let long = String(repeating: "9", count: 50)
    let tally = AnswerTally(title: "model", entries: [.init(answer: long, count: 3, isCorrect: true)], response: "")
    let lines = SideBySide(question: "?", answer: nil, left: tally, right: tally).lines(width: 40)
    #expect(lines.contains("3 × " + String(repeating: "9", count: 36)))
  }
}

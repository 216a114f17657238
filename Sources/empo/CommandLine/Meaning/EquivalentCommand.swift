import ArgumentParser
import JSON
import Meaning

/// `empo equivalent`: whether two answers mean the same.
struct EquivalentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "equivalent", abstract: "Judges whether two answers mean the same; two answers, or JSON lines in and out.",
    usage: "empo equivalent [<options>] A B\n       empo equivalent [<options>] [FILE]",
    discussion: """
      {"a": …, "b": …}, perhaps with the "question" that they answer, becomes {"equivalent", "by"}: whether both have the same, \
      non-empty content, and the kind of evidence that decided: exact, numeric, text, choice, embedding, nli, verifier, or empty if one is empty.

          empo equivalent '\\frac12' 0.5
      """)

  @OptionGroup var judge: JudgeArguments

  @Option(help: ArgumentHelp("The question that A and B answer, for judges that read it.", valueName: "TEXT"))
  var question: String?

  // Answers may begin with a minus.
  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("Two answers; or JSON lines; by default, or for a single -, the standard input.", valueName: "A B|FILE"))
  var operands: [String] = []

  mutating func validate() throws {
    // After -- everything is an answer; before it, an argument with two minuses is a misspelt option.
    let end = operands.firstIndex(of: "--") ?? operands.endIndex
    if let option = operands[..<end].first(where: { $0.hasPrefix("--") }) { throw ValidationError("Unknown option '\(option)'") }
    if end < operands.endIndex { operands.remove(at: end) }
    guard operands.count <= 2 else { throw ValidationError("found \(operands.count) answers, expected two, or one file") }
    if question != nil, operands.count < 2 { throw ValidationError("--question is for two answers: lines have their own \"question\"") }
  }

  func run() throws {
    if operands.count == 2 {
      let judge = try judge.make()
      return try JSONLineWriter.write(
        Self.reply(try judge.verdict(on: operands[0], and: operands[1], question: question ?? "")))
    }
    let reader = try JSONLineReader(path: operands.first)
    let judge = try judge.make()
    try AnsweredLines.answer(reader, expected: "\"a\" and \"b\"") { line in
      let (first, second) = (try line.string("a"), try line.string("b"))
      return Self.reply(try judge.verdict(on: first, and: second, question: try line.optionalString("question") ?? ""))
    }
  }

  private static func reply(_ verdict: Verdict) -> JSONValue {
    .members(["equivalent": .boolean(verdict.isEquivalent), "by": .string(verdict.basis.rawValue)])
  }
}

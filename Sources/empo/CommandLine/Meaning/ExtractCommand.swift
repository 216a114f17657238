import ArgumentParser
import JSON
import Meaning

/// `empo extract`: the answers that responses give.
struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract", abstract: "Finds the answers in responses; JSON lines in and out.",
    discussion: """
      {"response": …} becomes {"answer", "rule"}: the content of the last complete \\boxed{}, else the text after the last phrase such \
      as "the answer is" or ####, else the answer by --fallback, else an empty answer. The rule names the one that applied.

          echo '{"response": "So it is \\\\boxed{\\\\frac12}."}' | empo extract
      """)

  @Option(help: ArgumentHelp("The answer of a response that states none: none, number (its last) or choice (its last).", valueName: "F"))
  var fallback = ExtractionOptions().fallback

  @Argument(help: ArgumentHelp("JSON lines; by default, or for -, the standard input.", valueName: "FILE"))
  var file: String?

  func run() throws {
    let options = ExtractionOptions(fallback: fallback)
    try AnsweredLines.answer(try JSONLineReader(path: file), expected: "\"response\"") { line in
      let answer = extractAnswer(from: try line.string("response"), options: options)
      return .members(["answer": .string(answer.text), "rule": .string(answer.rule.rawValue)])
    }
  }
}

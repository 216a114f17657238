import ArgumentParser
import Benches
import JSON
import Meaning

/// `empo bench equivalence`: how fast a judge is, and how often it is right.
struct EquivalenceBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "equivalence", abstract: "Pairs of answers that a judge compares a second on one thread, and how often it is right.",
    discussion: """
      FILE has {"a", "b", "equivalent"} a line, and perhaps "kind". Every pair is judged in every round, parsing included; the speed is that \
      of the median round, a pair's time that of its fastest round. Groups consist of the answers of consecutive pairs.

          empo bench equivalence --pairs equivalence.jsonl --disagreements
      """)

  @OptionGroup var judge: JudgeArguments

  @Option(help: ArgumentHelp("Pairs of answers, one a line.", valueName: "FILE"))
  var pairs: String

  @Option(help: ArgumentHelp("Answers in each group that is clustered.", valueName: "N"), transform: Bounds.integer(2...4096))
  var group = 8

  @Option(help: ArgumentHelp("Rounds in which everything is judged.", valueName: "N"), transform: Bounds.integer(1...1000))
  var rounds = 5

  @Flag(help: "Prints every pair whose judgement differs from its label, before the figures.")
  var disagreements = false

  func run() throws {
    let pairs = try LabelledPair.read(self.pairs)
    let judge = try judge.make()
    let judging = try JudgedPairs(pairs, judge: judge, rounds: rounds)
    let groups = try JudgedGroups(of: pairs, size: group, judge: judge, rounds: rounds)
    if disagreements {
      for index in pairs.indices where judging.verdicts[index].isEquivalent != pairs[index].isEquivalent {
        try JSONLineWriter.write(pairs[index].line(verdict: judging.verdicts[index]))
      }
    }
    try JSONLineWriter.write(judging.figures(groups: groups))
  }
}

/// A pair of answers with a label: whether they mean the same.
struct LabelledPair {
  let first: String
  let second: String
  let question: String
  let isEquivalent: Bool
  let kind: String
  /// The pair's name in the file; null where it has none.
  let id: JSONValue

  /// The pairs of a file.
  static func read(_ path: String) throws -> [LabelledPair] {
    var reader = try JSONLineReader(path: path)
    var pairs: [LabelledPair] = []
    while let read = try reader.next() {
      let line = try JSONLine(read, of: reader, expected: "\"a\", \"b\" and \"equivalent\"")
      guard line.has("equivalent") else { throw line.wrong("equivalent", "true or false") }
      pairs.append(
        LabelledPair(
          first: try line.string("a"), second: try line.string("b"), question: try line.optionalString("question") ?? "",
          isEquivalent: try line.boolean("equivalent"), kind: try line.optionalString("kind") ?? "all", id: line["id"] ?? .null))
    }
    guard !pairs.isEmpty else { throw CommandLineError(.input, "\(path) has no pairs: expected {\"a\", \"b\", \"equivalent\"} a line") }
    return pairs
  }

  /// The line for a pair that is judged otherwise.
  func line(verdict: Verdict) -> JSONValue {
    .members([
      "id": id, "kind": .string(kind), "a": .string(first), "b": .string(second), "equivalent": .boolean(isEquivalent),
      "judged": .boolean(verdict.isEquivalent), "by": .string(verdict.basis.rawValue),
    ])
  }
}

import Foundation
import Questions
import Testing

@Suite("Labels of questions") struct LabelReadingTests {
  private static func answers(_ text: String, _ source: String = "q.jsonl", _ labels: LabelReading = LabelReading()) throws -> [[String]] {
    try QuestionSet(content: Data(text.utf8), source: source, labels: labels).questions.map(\.answers)
  }

  private static func message(_ text: String, _ source: String = "q.jsonl", whole: Bool = false) -> String {
    let labels = LabelReading(need: .everyQuestion("held_out"), takesWholeLabel: whole)
    return (#expect(throws: QuestionsError.self) { try answers(text, source, labels) })?.message ?? ""
  }

  @Test("A list of accepted answers is read in every format")
  func lists() throws {
    let lines = #"{"question": "a", "answer": ["34", 34.5, "\\boxed{68/2}"]}"# + "\n" + #"{"question": "b", "answer": "x"}"#
    #expect(try Self.answers(lines) == [["34", "34.5", "68/2"], ["x"]])
    #expect(try Self.answers(#"[{"question": "a", "reward_model": {"ground_truth": ["1", "one"]}}]"#, "q.json") == [["1", "one"]])
    // In a table only a list of texts is one: [1, 2] is an interval.
    #expect(
      try Self.answers("question,answer\na,\"[\"\"34\"\", \"\"34.0\"\"]\"\nb,\"[1, 2]\"\nc,[a\n", "q.csv")
        == [["34", "34.0"], ["[1, 2]"], ["[a"]])
  }

  @Test("The first record's key may hold a list")
  func key() throws {
    #expect(try Self.answers(#"{"question": "a", "target": [true], "gold": ["1"]}"#) == [["1"]])
    #expect(try Self.answers(#"{"question": "a", "solution": "no end", "label": 3}"#) == [["3"]])
  }

  @Test("A worked solution is an answer only where every part of it states one")
  func solutions() throws {
    let worked = #""solution": ["We compute. The answer is 5.", "So \\boxed{5}."]"#
    #expect(try Self.answers(#"{"question": "a", \#(worked)}"#) == [["5", "5"]])
    for solution in [#"["no end"]"#, #"["So \\boxed{5}.", "no end"]"#, "[]"] {
      #expect(try Self.answers(#"{"question": "a", "solution": \#(solution)}"#) == [[]])
      #expect(Self.message(#"{"question": "a", "solution": \#(solution)}"#).contains("question 1 has no answer, but held_out needs"))
    }
    // OlympiadBench
    for solution in [#"["We compute and so x=5."]"#, #"["So \\boxed{6}."]"#] {
      #expect(
        try Self.answers(#"{"question": "a", "solution": \#(solution), "final_answer": ["5"], "is_multiple_answer": false}"#) == [["5"]])
    }
  }

  @Test("Lists, empty answers and other values are told in the way a file was read")
  func tally() throws {
    func reading(_ values: [String], _ need: LabelReading.Need) throws -> String {
      let lines = values.map { #"{"question": "a", "answer": \#($0)}"# }.joined(separator: "\n")
      return try QuestionSet(content: Data(lines.utf8), source: "q.jsonl", labels: LabelReading(need: need)).reading
    }
    for need in [LabelReading.Need.nobody, .anybody] {
      #expect(try reading([#""1""#, "2", "null"], need) == #"JSON lines, questions under "question", answers under "answer""#)
      #expect(try reading([#"["1", "2"]"#, "3"], need).hasSuffix(#"answers under "answer" (1 of them a list, of which any is right)"#))
      #expect(
        try reading(["true", #""""#, "[1]", "[2]"], need).hasSuffix(
          "(2 of them lists, of which any is right; 1 of them empty, which is none; 1 of them true, which is none)"))
    }
    #expect(
      Self.message(#"{"question": "a", "answer": true}"#).contains(
        #"question 1 has true, which is no answer, under "answer", but held_out needs"#))
    #expect(Self.message(#"{"question": "a", "answer": {"b": 1}}"#).contains("has an object, which is no answer,"))
  }

  @Test(
    "An empty label is refused with its line where labels are needed",
    arguments: [
      #""""#, #"" \t""#, "[]", #"["5", ""]"#, #""\\boxed{}""#, #""\\fbox{ }""#, #"["The answer is"]"#, "\"####\"",
    ])
  func empty(label: String) throws {
    let lines = #"{"question": "a", "answer": "1"}"# + "\n\n" + #"{"question": "b", "answer": \#(label)}"#
    #expect(
      Self.message(lines)
        == "q.jsonl line 3: question 3 has an empty answer under \"answer\", but held_out needs the answer of every question; "
        + "answer_key names another key")
    #expect(Self.message("[\(lines.replacing("\n\n", with: ","))]", "q.json").hasPrefix("q.json record 2: question 2 has an empty answer"))
    // Where nobody needs them, nobody minds.
    #expect(try Self.answers(lines) == [["1"], []])
    #expect(try Self.answers(lines, "q", LabelReading(need: .nobody)) == [[], []])
  }

  @Test("A missing label is refused with its line")
  func missing() {
    let table = Self.message("question,answer\na,1\nb,\n", "q.csv")
    #expect(table.hasPrefix("q.csv line 3: question 2 has no answer under \"answer\", but held_out"))
    #expect(Self.message(#"{"question": "a"}"#).hasPrefix("q.jsonl line 1: question 1 has no answer, but held_out needs"))
  }

  @Test("A label is the whole answer where a whole response is")
  func whole() throws {
    let line = #"{"question": "a", "answer": " Salt. The answer is that it dissolves.\n"}"#
    #expect(try Self.answers(line, "q", LabelReading(takesWholeLabel: true)) == [["Salt. The answer is that it dissolves."]])
    #expect(try Self.answers(line) == [["that it dissolves"]])
    // What would be nothing as a response is nothing as a label.
    for nothing in ["  ", "...", "____", "<think>5</think>"] {
      #expect(Self.message(#"{"question": "a", "answer": "\#(nothing)"}"#, whole: true).contains("has an empty answer"))
    }
  }
}

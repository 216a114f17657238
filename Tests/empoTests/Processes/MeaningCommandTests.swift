import Foundation
import TestSupport
import Testing

/// The commands that look at answers: `extract`, `equivalent`, `cluster` and `bench equivalence`.
@Suite("Commands about meaning")
struct MeaningCommandTests {
  /// Runs a command over lines; its status, output lines and error.
  static func run(_ arguments: [String], lines: [String]? = nil) async throws -> (status: Int32?, output: [String], error: String) {
    let folder = try ScratchFolder()
    if let lines { try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder.file("in.jsonl"))) }
    let command = try Command(arguments + (lines == nil ? [] : ["in.jsonl"]), in: folder)
    let status = await command.status()
    #expect(command.errors.split(separator: "\n").count <= 1, "\(command.errors)")
    return (status, command.output.split(separator: "\n").map(String.init), command.error)
  }

  static func object(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test("Extract tells the answer and the rule that found it")
  func extract() async throws {
    let lines = [
      #"{"response": "So \\boxed{\\frac{1}{2}}."}"#, "", #"{"response": "The answer is 7."}"#, #"{"response": "3 or 4"}"#,
      #"{"response": "\\boxed{1"}"#,
    ]
    let (status, output, _) = try await Self.run(["extract"], lines: lines)
    #expect(status == 0)
    #expect(
      output == [
        #"{"answer":"\\frac{1}{2}","rule":"boxed"}"#, #"{"answer":"7","rule":"phrase"}"#, #"{"answer":"","rule":"none"}"#,
        #"{"answer":"","rule":"none"}"#,
      ])
    let (_, numbers, _) = try await Self.run(["extract", "--fallback", "number"], lines: [lines[3]])
    #expect(numbers == [#"{"answer":"4","rule":"number"}"#])
  }

  @Test(
    "Equivalent compares two answers, which may begin with a minus",
    arguments: [
      (["\\frac12", "0.5"], #"{"equivalent":true,"by":"exact"}"#), (["-1", "-2"], #"{"equivalent":false,"by":"exact"}"#),
      (["-\\frac12", "-0.5", "--judge", "exact"], #"{"equivalent":true,"by":"exact"}"#),
      (["--judge=exact", "-1/2", "-0.5"], #"{"equivalent":true,"by":"exact"}"#),
      (["--judge", "exact", "--", "--x", "--x"], #"{"equivalent":true,"by":"text"}"#),
      (["--judge", "exact", "--question", "1+1?", "2", ""], #"{"equivalent":false,"by":"empty"}"#),
    ])
  func operands(arguments: [String], line: String) async throws {
    let (status, output, error) = try await Self.run(["equivalent"] + arguments)
    #expect(status == 0 && output == [line], "\(error)")
  }

  @Test("Equivalent answers lines in their order")
  func lines() async throws {
    let lines = (0..<300).map { #"{"a": "\#($0)", "b": "\#($0 % 7 == 0 ? $0 : $0 + 1).0", "question": "how many?", "id": \#($0)}"# }
    let (status, output, _) = try await Self.run(["equivalent"], lines: lines)
    #expect(status == 0)
    #expect(output == (0..<300).map { #"{"equivalent":\#($0 % 7 == 0),"by":"exact"}"# })
  }

  @Test("Cluster tells answers, clusters, probabilities, entropy, rewards and whether the group is kept")
  func cluster() async throws {
    let line = #"{"question": "1/4 + 1/4?", "responses": ["\\boxed{1/2}", "The answer is 0.5.", {"text": "\\boxed{2}"}, "dunno"]}"#
    let (status, output, _) = try await Self.run(["cluster"], lines: [line])
    #expect(status == 0 && output.count == 1)
    let found = try Self.object(output[0])
    #expect(found["answers"] as? [String] == ["1/2", "0.5", "2", ""])
    #expect(found["clusters"] as? [Int] == [0, 0, 1, 2])
    #expect(found["probabilities"] as? [Double] == [0.5, 0.25, 0.25])
    #expect(found["rewards"] as? [Double] == [0.5, 0.5, 0.25, 0])
    #expect(found["kept"] as? Bool == true)
    let entropy = try #require(found["semantic_entropy"] as? Double)
    #expect(abs(entropy - 1.5 * log(2)) < 1e-12)
    #expect(found.count == 6)

    let arguments = ["cluster", "--empty-reward", "-0.5", "--minimum-confidence", "0.6"]
    let strict = try Self.object(#require(try await Self.run(arguments, lines: [line]).output.first))
    #expect(strict["rewards"] as? [Double] == [0, 0, 0, -0.5])
    #expect(strict["kept"] as? Bool == false)
  }

  @Test(
    "Cluster reads a label as it reads a response",
    arguments: [
      (#""\\boxed{6}""#, [1.0, 0, 0]), ("\"#### 6\"", [1, 0, 0]), (#""The answer is 6.""#, [1, 0, 0]),
      ("6", [1, 0, 0]), (#""7""#, [0, 1, 0]),
      (#"["5", "12/2"]"#, [1, 0, 0]), (#"["\\boxed{7}", 6]"#, [1, 1, 0]),
    ])
  func label(label: String, rewards: [Double]) async throws {
    let line = "{\"responses\": [\"\\\\boxed{6.0}\", \"Answer: 7\", \"dunno\"], \"answer\": \(label)}"
    let (status, output, error) = try await Self.run(["cluster", "--reward", "accuracy"], lines: [line])
    #expect(status == 0, "\(error)")
    #expect(try Self.object(try #require(output.first))["rewards"] as? [Double] == rewards)
  }

  @Test("Cluster weighs responses by their likelihood where asked")
  func likelihood() async throws {
    let responses = [
      #"{"text": "a", "log_probability": -2, "tokens": 2}"#, #"{"text": "b", "log_probability": -3.5, "tokens": [1, 2, 3.5]}"#,
      #"{"text": "A", "logprobs": [-1, -2.5, -0.5], "ids": [1, 2, 3], "finish_reason": "stop"}"#,
    ]
    let line = "{\"responses\": [\(responses.joined(separator: ","))]}"
    let arguments = ["cluster", "--whole", "--judge", "exact", "--entropy", "likelihood"]
    let (status, output, error) = try await Self.run(arguments, lines: [line])
    #expect(status == 0, "\(error)")
    let found = try Self.object(try #require(output.first))
    let weights = [exp(-1.0), exp(-3.5 / 3), exp(-4.0 / 3)]
    let first = (weights[0] + weights[2]) / weights.reduce(0, +)
    let probabilities = try #require(found["probabilities"] as? [Double])
    #expect(probabilities.count == 2 && abs(probabilities[0] - first) < 1e-12)
    let entropy = try #require(found["semantic_entropy"] as? Double)
    #expect(abs(entropy + first * log(first) + (1 - first) * log(1 - first)) < 1e-12)
  }

  @Test(
    "A line that is wrong is named, and what came before it is answered",
    arguments: [
      (["extract"], #"{"response": "a"}"#, #"{"response": ["a"]}"#, "\"response\" is an array of 1, expected a string"),
      (["extract"], #"{"response": "a"}"#, #"{"text": "a"}"#, "no \"response\""),
      (["extract"], #"{"response": "a"}"#, #""a""#, "expected an object with \"response\""),
      (["extract"], #"{"response": "a"}"#, "{\"response\": \"a", "line 3, column"),
      (["equivalent"], #"{"a": "1", "b": "1"}"#, #"{"a": "1"}"#, "no \"b\""),
      (["equivalent"], #"{"a": "1", "b": "1"}"#, #"{"a": "1", "b": 1}"#, "\"b\" is 1, expected a string"),
      (["equivalent"], #"{"a": "1", "b": "1"}"#, #"{"a": "1", "b": "1", "question": null}"#, "\"question\" is null"),
      (["cluster"], #"{"responses": ["a"]}"#, #"{"question": "q"}"#, "no \"responses\", expected an array of 1 to 4096"),
      (["cluster"], #"{"responses": ["a"]}"#, #"{"responses": []}"#, "\"responses\" is an array of 0"),
      (["cluster"], #"{"responses": ["a"]}"#, #"{"responses": "a"}"#, "\"responses\" is \"a\""),
      (["cluster"], #"{"responses": ["a"]}"#, #"{"responses": ["a", 5]}"#, "response 2 is 5, expected a text"),
      (["cluster"], #"{"responses": ["a"]}"#, #"{"responses": [{"txt": "a"}]}"#, "response 1 has no \"text\""),
      (["cluster"], #"{"responses": ["a"]}"#, #"{"question": 1, "responses": ["a"]}"#, "\"question\" is 1"),
      (["cluster", "--reward", "accuracy"], #"{"responses": ["a"], "answer": "b"}"#, #"{"responses": ["a"]}"#, "no \"answer\""),
      (
        ["cluster", "--reward", "accuracy"], #"{"responses": ["a"], "answer": ["b", 2]}"#, #"{"responses": ["a"], "answer": []}"#,
        "\"answer\" is empty"
      ),
      (
        ["cluster", "--reward", "accuracy"], #"{"responses": ["a"], "answer": 2}"#, #"{"responses": ["a"], "answer": "\\boxed{}"}"#,
        "\"answer\" is empty"
      ),
      (
        ["cluster", "--reward", "accuracy"], #"{"responses": ["a"], "answer": 2}"#, #"{"responses": ["a"], "answer": {}}"#,
        "expected a text, a number or a list"
      ),
      (
        ["cluster", "--entropy", "likelihood"], #"{"responses": [{"text": "a", "logprobs": [-1]}]}"#,
        #"{"responses": [{"text": "a", "logprobs": [-1, null]}]}"#, "\"logprobs\" has null"
      ),
      (
        ["cluster", "--entropy", "likelihood"], #"{"responses": [{"text": "a", "logprobs": [-1]}]}"#,
        #"{"responses": [{"text": "a", "log_probability": 1e999, "tokens": 1}]}"#, "line 3"
      ),
      (
        ["cluster", "--entropy", "likelihood"], #"{"responses": [{"text": "a", "logprobs": [-1]}]}"#,
        #"{"responses": [{"text": "a", "log_probability": -1, "tokens": 0}]}"#, "\"tokens\" is 0"
      ),
      (
        ["cluster", "--entropy", "likelihood"], #"{"responses": [{"text": "a", "logprobs": [-1]}]}"#, #"{"responses": ["a"]}"#,
        "response 1 has no \"log_probability\""
      ),
    ])
  func brokenLine(arguments: [String], good: String, bad: String, message: String) async throws {
    let (status, output, error) = try await Self.run(arguments, lines: [good, "", bad, good])
    #expect(status == 1 && output.count == 1)
    #expect(error.contains("in.jsonl: line 3") && error.contains(message), "\(error)")
  }

  @Test(
    "Options out of range, unknown judges and too many answers are usage errors",
    arguments: [
      ["equivalent", "--judge", "foo", "a", "b"], ["equivalent", "--judge", "embedding:", "a", "b"], ["equivalent", "a", "b", "c"],
      ["equivalent", "--juge", "a", "b"], ["equivalent", "--question", "q", "a"], ["cluster", "--judge", "math:DIR"],
      ["cluster", "--minimum-confidence", "2"], ["cluster", "--empty-reward", "0.5"], ["cluster", "--reward", "random"],
      ["cluster", "--entropy-low", "0.9", "--entropy-high", "0.1"], ["cluster", "--entropy-high", "nan"], ["cluster", "--entropy", "x"],
      ["cluster", "--judge-threshold", "nan"], ["cluster", "--threads", "0"], ["extract", "--fallback", "letter"],
      ["bench", "equivalence"], ["bench", "equivalence", "--pairs", "x", "--rounds", "0"], ["train", "--judge", "foo"],
    ])
  func usage(arguments: [String]) async throws {
    let command = try Command(arguments, in: ScratchFolder())
    #expect(await command.status() == 2 && command.output.isEmpty, "\(command.errors)")
    #expect(command.errors.split(separator: "\n").count == 1)
  }

  @Test(
    "Files and models that are not there are named",
    arguments: [
      (["extract", "missing"], "missing"), (["cluster", "missing"], "missing"), (["equivalent", "missing"], "missing"),
      (["equivalent", "--judge", "embedding:missing", "a", "b"], "missing"),
      (["cluster", "--judge", "verifier:missing", "/dev/null"], "missing"),
      (["bench", "equivalence", "--pairs", "missing"], "missing"), (["bench", "equivalence", "--pairs", "/dev/null"], "has no pairs"),
      (["train", "--judge", "embedding:missing", "--run", "r"], "missing"),
    ])
  func missing(arguments: [String], name: String) async throws {
    let folder = try ScratchFolder()
    let command = try Command(arguments, in: folder)
    #expect(await command.status() == 1)
    #expect(command.errors.split(separator: "\n").count == 1 && command.error.contains(name), "\(command.errors)")
    #expect(!folder.exists("r"))
  }

  @Test("The bench counts agreement by kind, and lists what disagrees")
  func bench() async throws {
    let folder = try ScratchFolder()
    let pairs = [
      #"{"id": "p1", "a": "1/2", "b": "0.5", "equivalent": true, "kind": "half"}"#,
      #"{"id": "p2", "a": "2", "b": "2.0", "equivalent": false, "kind": "two"}"#,
      #"{"a": "apple", "b": "pear", "equivalent": false, "kind": "two"}"#, #"{"a": "x", "b": "y", "equivalent": true}"#,
    ]
    try Data(pairs.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder.file("pairs.jsonl")))
    let arguments = ["bench", "equivalence", "--pairs", "pairs.jsonl", "--judge", "exact", "--rounds", "2", "--disagreements"]
    let command = try Command(arguments, in: folder)
    #expect(await command.status() == 0, "\(command.errors)")
    let lines = folder.lines("command.out")
    #expect(
      lines.dropLast() == [
        #"{"id":"p2","kind":"two","a":"2","b":"2.0","equivalent":false,"judged":true,"by":"exact"}"#,
        #"{"id":null,"kind":"all","a":"x","b":"y","equivalent":true,"judged":false,"by":"text"}"#,
      ])
    let figures = try Self.object(try #require(lines.last))
    #expect(figures["pairs"] as? Int == 4 && figures["agreement"] as? Double == 0.5 && figures["false_equal"] as? Int == 1)
    #expect(
      figures["kinds"] as? [String: [String: Int]] == [
        "all": ["pairs": 1, "agree": 0], "half": ["pairs": 1, "agree": 1], "two": ["pairs": 2, "agree": 1],
      ])
    for key in ["pairs_per_second", "groups_per_second", "slowest_ms"] { #expect(try #require(figures[key] as? Double) > 0) }
    #expect((figures["slowest"] as? [String])?.count == 2)
  }
}

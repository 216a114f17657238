import Foundation
import TestSupport
import Testing

/// The commands that answer JSON lines, on the model that ships with the package.
@Suite("Commands over JSON lines")
struct JSONLineCommandTests {
  static var model: String {
    URL(fileURLWithPath: Command.executable).deletingLastPathComponent().appending(path: "empo_Demonstration.resources/EmbeddedModel").path
  }

  /// Runs a command over lines; its status, output lines and error.
  static func run(_ arguments: [String], lines: String) async throws -> (status: Int32?, output: [String], error: String) {
    let folder = try ScratchFolder()
    try Data(lines.utf8).write(to: URL(fileURLWithPath: folder.file("in.jsonl")))
    let command = try Command(arguments + ["--model", model, "in.jsonl"], in: folder)
    let status = await command.status()
    #expect(command.errors.split(separator: "\n").count <= 1, "\(command.errors)")
    return (status, command.output.split(separator: "\n").map(String.init), command.error)
  }

  @Test("Tokens and back give the text, whatever ends a line")
  func roundTrip() async throws {
    let texts = ["Tom has 3 apples.", "", "é € 😀 \\u0001\\n\\\\", "<|endoftext|> a"]
    let (status, ids, _) = try await Self.run(["tokenize"], lines: texts.map { "{\"text\": \"\($0)\"}" }.joined(separator: "\r\n \n"))
    #expect(status == 0 && ids.count == texts.count)
    let (back, decoded, _) = try await Self.run(["tokenize", "--decode"], lines: ids.joined(separator: "\n"))
    #expect(back == 0 && decoded == texts.map { "{\"text\":\"\($0)\"}" })
  }

  @Test(
    "A line that is wrong is named, and what came before it is answered",
    arguments: [
      (["tokenize"], "{\"text\": \"a\"}", "{\"text\": 5}", "\"text\" is 5, expected a string"),
      (["tokenize"], "{\"text\": \"a\"}", "{\"text\": \"a\"", "line 3, column 13"),
      (["tokenize"], "{\"text\": \"a\"}", "[1]", "expected an object with \"text\""),
      (["tokenize"], "{\"text\": \"a\"}", "{}", "no \"text\""),
      (["tokenize", "--decode"], "{\"ids\": [5]}", "{\"ids\": [5, -1]}", "\"ids\" has -1"),
      (["tokenize", "--decode"], "{\"ids\": [5]}", "{\"ids\": [99999999999999999999]}", "expected token ids"),
      (["tokenize", "--decode"], "{\"ids\": [5]}", "{\"ids\": [5], \"skip_special_tokens\": 1}", "expected true or false"),
      (["score"], "{\"text\": \"a\"}", "{\"ids\": [100000]}", "token 100000"),
      (["score"], "{\"text\": \"a\"}", "{\"prompt\": \"a\"}", "expected \"text\" or \"ids\""),
      (["score", "--context", "4"], "{\"text\": \"a\"}", "{\"ids\": [1, 2, 3, 4, 5]}", "at most 4"),
      (["generate", "--max-tokens", "2"], "{\"prompt\": \"a\"}", "{\"messages\": []}", "--chat"),
      (["generate", "--context", "4"], "{\"prompt\": \"a\"}", "{\"prompt\": \"a b c d e f\"}", "at most 3"),
      (["generate", "--max-tokens", "2"], "{\"prompt\": \"a\"}", "{\"prompt\": \"\"}", "expected a text"),
    ])
  func brokenLine(arguments: [String], good: String, bad: String, message: String) async throws {
    let (status, output, error) = try await Self.run(arguments, lines: "\(good)\n\n\(bad)\n\(good)\n")
    #expect(status == 1 && output.count == 1)
    #expect(error.contains("in.jsonl: line 3") && error.contains(message), "\(error)")
  }

  @Test("Scores do not depend on the other lines, nor on the threads")
  func scores() async throws {
    let lines = (1...40).map { "{\"text\": \"" + String(repeating: "Ann has \($0) eggs. ", count: $0 % 7 + 1) + "\"}" }
    let (status, together, _) = try await Self.run(["score", "--threads", "2"], lines: lines.joined(separator: "\n"))
    #expect(status == 0 && together.count == 40)
    for index in [0, 17, 39] {
      #expect(try await Self.run(["score", "--threads", "1"], lines: lines[index]).output == [together[index]])
    }
    let one = try #require(try JSONSerialization.jsonObject(with: Data(together[3].utf8)) as? [String: Any])
    let logProbabilities = try #require(one["logprobs"] as? [Any]).compactMap { $0 as? Double }
    let ids = try #require(one["ids"] as? [Int])
    let perplexity = try #require(one["perplexity"] as? Double)
    #expect(logProbabilities.count == ids.count - 1 && (one["tokens"] as? [String])?.count == ids.count)
    #expect(abs(log(perplexity) + logProbabilities.reduce(0, +) / Double(logProbabilities.count)) < 1e-6)
  }

  @Test("Responses are a function of the seed and the line's place")
  func responses() async throws {
    let lines = Array(repeating: "{\"prompt\": \"Q: Tom has 3 apples.\"}", count: 5).joined(separator: "\n")
    let arguments = ["generate", "--n", "3", "--max-tokens", "8", "--seed", "7"]
    let (status, output, _) = try await Self.run(arguments, lines: lines)
    #expect(status == 0 && Set(output).count == 5)
    #expect(try await Self.run(arguments + ["--threads", "1"], lines: lines).output == output)
    let single = try Command(arguments + ["--model", Self.model, "--prompt", "Q: Tom has 3 apples."], in: ScratchFolder())
    #expect(await single.status() == 0)
    #expect(single.output == output[0] + "\n")
    let greedy = try await Self.run(["generate", "--greedy", "--max-tokens", "8"], lines: lines).output
    #expect(Set(greedy).count == 1)
  }

  @Test(
    "Options out of range are usage errors",
    arguments: [
      ["--n", "0"], ["--temperature", "-1"], ["--top-p", "0"], ["--top-k", "-1"], ["--max-tokens", "0"], ["--stop", ""],
      ["--context", "1"], ["--threads", "0"], ["--prompt", "a", "in.jsonl"],
    ])
  func usage(arguments: [String]) async throws {
    let command = try Command(["generate", "--model", Self.model] + arguments, in: ScratchFolder())
    #expect(await command.status() == 2 && command.output.isEmpty)
  }
}

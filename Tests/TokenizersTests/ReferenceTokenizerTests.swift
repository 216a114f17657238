import Files
import Foundation
import JSON
import TestSupport
import Testing
import Tokenizers

/// Hugging Face's and llama.cpp's answers for real vocabularies, in the folder of reference data.
@Suite(.enabled(if: TestFiles.referenceData != nil, TestFiles.withoutReferenceData)) struct ReferenceTokenizerTests {
  static let names = ["gpt2", "starcoder", "qwen2", "llama3"]

  @Test("Encodes as hugging face does", arguments: names) func encodesAsHuggingFaceDoes(_ name: String) throws {
    let tokenizer = try Self.tokenizer(name)
    try Self.check("cases/\(name).encode.jsonl") { item in
      let text = try item.text()
      if let difference = Self.differs(tokenizer.encode(text), from: try item.ids()) { return difference }
      guard item.fields["ids_with_special"] != nil else { return nil }
      return Self.differs(tokenizer.encode(text, addingSpecialTokens: true), from: try item.ids("ids_with_special"))
    }
  }

  @Test("Encodes as llama cpp does", arguments: names) func encodesAsLlamaCppDoes(_ name: String) throws {
    let tokenizer = try Self.tokenizer(name)
    try Self.check("cases/llamacpp/\(name).jsonl") { Self.differs(tokenizer.encode(try $0.text()), from: try $0.ids()) }
  }

  @Test("Decodes as hugging face does", arguments: names) func decodesAsHuggingFaceDoes(_ name: String) throws {
    let tokenizer = try Self.tokenizer(name)
    try Self.check("cases/\(name).decode.jsonl") { item in
      let skips = item.fields["skip_special_tokens"] == .boolean(true)
      let text = tokenizer.decode(try item.ids(), skippingSpecialTokens: skips)
      var decoder = StreamingDecoder(tokenizer, skippingSpecialTokens: skips)
      let streamed = try item.ids().map { decoder.append($0) }.joined() + decoder.finish()
      guard streamed.utf8.elementsEqual(text.utf8) else { return "\(streamed.debugDescription) in a stream" }
      // Compared by their bytes: `==` would call texts equal that only look alike.
      return text.utf8.elementsEqual(try item.text().utf8) ? nil : "\(text.debugDescription)"
    }
  }

  /// One line of a file of cases.
  private struct Case {
    var fields: JSONObject

    func text() throws -> String {
      guard case .string(let text) = fields["text"] else { throw FileError(.malformed, "a case without text") }
      return text
    }

    func ids(_ name: String = "ids") throws -> [Int32] {
      guard case .array(let values) = fields[name] else { throw FileError(.malformed, "a case without ids") }
      return values.map {
        guard case .integer(let id) = $0 else { return -1 }
        return Int32(truncatingIfNeeded: id)
      }
    }
  }

  /// Calls `difference` for each line and reports the lines that have one.
  private static func check(_ file: String, _ difference: (Case) throws -> String?) throws {
    let path = try #require(TestFiles.referenceData) + "/tokenizer/" + file
    let lines = try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n"))
    var failures: [String] = []
    for (number, line) in lines.enumerated() {
      guard case .object(let fields) = try JSONReader.value(of: Array(line), source: "\(file):\(number + 1)") else { continue }
      if let found = try difference(Case(fields: fields)) {
        failures.append("\(fields["id"]?.summary ?? "line \(number + 1)"): \(found)")
      }
    }
    #expect(!lines.isEmpty)
    #expect(failures.isEmpty, "\(failures.count) of \(lines.count) differ: \(failures.prefix(5))")
  }

  private static func differs(_ found: [Int32], from expected: [Int32]) -> String? {
    found == expected ? nil : "\(found.prefix(30)), not \(expected.prefix(30))"
  }

  private static func tokenizer(_ name: String) throws -> Tokenizer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", try #require(TestFiles.referenceData) + "/tokenizer/\(name)/tokenizer.json.gz"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let json = try #require(try output.fileHandleForReading.readToEnd())
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try Tokenizer(json: json)
  }
}

import ChatTemplates
import Files
import Foundation
import JSON
import TestSupport
import Testing

/// Published templates, in the folder of reference data.
@Suite(.enabled(if: TestFiles.referenceData != nil, TestFiles.withoutReferenceData)) struct ReferenceChatTemplateTests {
  @Test("Renders as transformers does") func rendersAsTransformersDoes() throws {
    let folder = try #require(TestFiles.referenceData) + "/chat_template"
    let lines = try Data(contentsOf: URL(fileURLWithPath: folder + "/cases.jsonl")).split(separator: UInt8(ascii: "\n"))
    let cases = try lines.map { line in
      guard case .object(let fields) = try JSONReader.value(of: Array(line), source: "cases.jsonl") else {
        throw FileError(.malformed, "cases.jsonl")
      }
      return (name: try fields.string("id"), fields: fields)
    }
    var failures: [String] = []
    for (name, fields) in cases {
      let path = folder + "/templates/" + (try fields.string("template"))
      let found: String
      do {
        found = try ChatTemplate.read(file: path + ".jinja").render(
          Conversation(
            messages: try #require(fields["messages"]), addsGenerationPrompt: fields.isTrue("add_generation_prompt"),
            variables: try fields.object("kwargs"), specialTokens: try SpecialTokens.read(file: path + ".json")))
      } catch ChatTemplateFailure.raised(let message) {
        found = message
      }
      let expected = try fields["rendered"] == nil ? fields.string("error") : fields.string("rendered")
      if !found.utf8.elementsEqual(expected.utf8) {
        failures.append("\(name): \(found.debugDescription), not \(expected.debugDescription)")
      }
    }
    #expect(!cases.isEmpty)
    #expect(failures.isEmpty, "\(failures.count) of \(cases.count) differ: \(failures.prefix(3))")
  }
}

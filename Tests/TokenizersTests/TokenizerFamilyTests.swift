import Files
import Foundation
import JSON
import TestSupport
import Testing
import Tokenizers

/// What Hugging Face's library makes of texts under the normalizers, pre-tokenizers, post-processors and added tokens that real files
/// combine (scripts/fixtures/tokenizer_families.py).
@Suite struct TokenizerFamilyTests {
  /// A family's sections, and the library's answers.
  struct Family: Sendable, CustomTestStringConvertible {
    var name: String
    var fields: JSONObject
    var model: JSONValue

    var testDescription: String { name }

    func tokenizer() throws -> Tokenizer {
      guard case .object(var sections) = fields["sections"] else { throw FileError(.malformed, "a family without sections") }
      sections.members.append(.init("model", model))
      return try Tokenizer(json: Data(JSONValue.object(sections).encoded()), source: name)
    }

    func cases(_ name: String) -> [JSONObject] {
      guard case .array(let values) = fields[name] else { return [] }
      return values.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }
  }

  static let families: [Family] = {
    guard let data = try? TestFiles.data("families.json"),
      case .object(let content)? = try? JSONReader.value(of: Array(data), source: "families.json"),
      case .array(let values) = content["families"], let model = content["model"]
    else { return [] }
    return values.compactMap {
      guard case .object(let fields) = $0, case .string(let name) = fields["name"] else { return nil }
      return Family(name: name, fields: fields, model: model)
    }
  }()

  @Test("There are families") func thereAreFamilies() { #expect(Self.families.count > 40) }

  @Test("Encodes as hugging face does", arguments: families) func encodesAsHuggingFaceDoes(_ family: Family) throws {
    let tokenizer = try family.tokenizer()
    let cases = family.cases("encode")
    #expect(cases.count > 10)
    for item in cases {
      guard case .string(let text) = item["text"] else { continue }
      let ids = tokenizer.encode(text, addingSpecialTokens: item["special"] == .boolean(true))
      #expect(ids == Self.ids(item), "\(text.debugDescription)")
    }
  }

  @Test("Decodes as hugging face does", arguments: families) func decodesAsHuggingFaceDoes(_ family: Family) throws {
    let tokenizer = try family.tokenizer()
    for item in family.cases("decode") {
      guard case .string(let expected) = item["text"] else { continue }
      let skips = item["skip"] == .boolean(true)
      let text = tokenizer.decode(Self.ids(item), skippingSpecialTokens: skips)
      #expect(text.utf8.elementsEqual(expected.utf8), "\(text.debugDescription), not \(expected.debugDescription)")
      var decoder = StreamingDecoder(tokenizer, skippingSpecialTokens: skips)
      let streamed = Self.ids(item).map { decoder.append($0) }.joined() + decoder.finish()
      #expect(streamed.utf8.elementsEqual(expected.utf8), "\(streamed.debugDescription) in a stream")
    }
  }

  private static func ids(_ item: JSONObject) -> [Int32] {
    guard case .array(let values) = item["ids"] else { return [] }
    return values.map { if case .integer(let id) = $0 { Int32(truncatingIfNeeded: id) } else { -1 } }
  }
}

import Files
import Foundation
import Testing
import Tokenizers

/// Two texts as one sequence, as `tokenizers` joins and cuts them: the pairs of scripts/fixtures/nli.py.
@Suite struct PairTokenizerTests {
  private struct Pair: Decodable {
    var premise: String
    var hypothesis: String
    var tokens: [Int32]
    var types: [UInt8]
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "TransformerTests/Fixtures/nli")

  private static func tokenizer(_ name: String) throws -> PairTokenizer {
    let folder = folder.appending(path: name + "/model").path
    return name.hasPrefix("bert") ? try .wordPiece(folder: folder) : try .bytePairs(folder: folder)
  }

  @Test("Pairs have the library's tokens and types", arguments: [("bert-three-f16", 64), ("bert-two-bf16", 30), ("roberta-three-f32", 41)])
  func pairsHaveTheLibrarysTokensAndTypes(name: String, limit: Int) throws {
    let tokenizer = try Self.tokenizer(name)
    let pairs = try JSONDecoder().decode([Pair].self, from: Data(contentsOf: Self.folder.appending(path: name + "/pairs.json")))
    var cut = 0
    for pair in pairs {
      let (first, second) = (tokenizer.tokens(of: pair.premise), tokenizer.tokens(of: pair.hypothesis))
      let counts = PairTokenizer.lengths(first.count, second.count, room: limit - tokenizer.specialTokenCount)
      let text = tokenizer.joined(first.prefix(counts.first), second.prefix(counts.second))
      #expect(text.tokens == pair.tokens && text.types == pair.types, "\(pair.premise.prefix(40)) / \(pair.hypothesis.prefix(40))")
      if counts != (first.count, second.count) { cut += 1 }
    }
    #expect(pairs.count > 60 && cut > 5)
    #expect(tokenizer.typeCount == (name.hasPrefix("bert") ? 2 : 1))
  }

  @Test("The longer text is cut first") func theLongerTextIsCutFirst() {
    for first in 0...12 {
      for second in 0...12 {
        for room in 0...14 {
          let counts = PairTokenizer.lengths(first, second, room: room)
          #expect(counts.first + counts.second == min(room, first + second) && counts.first <= first && counts.second <= second)
          // Nothing is cut of a text that the other one is longer than.
          if counts.first < first { #expect(counts.first >= counts.second - 1) }
          if counts.second < second { #expect(counts.second >= counts.first - 1) }
        }
      }
    }
    #expect(PairTokenizer.lengths(9, 9, room: 7) == (3, 4) && PairTokenizer.lengths(9, 8, room: 7) == (4, 3))
  }

  /// Changes tokenizer.json's `post_processor`.
  private static func changed(_ processor: String) throws -> PairTokenizer {
    let copy = FileManager.default.temporaryDirectory.appending(path: "pair-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: copy) }
    let data = try Data(contentsOf: folder.appending(path: "roberta-three-f32/model/tokenizer.json"))
    var value = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    value["post_processor"] = try JSONSerialization.jsonObject(with: Data(processor.utf8), options: .fragmentsAllowed)
    try JSONSerialization.data(withJSONObject: value).write(to: copy.appending(path: "tokenizer.json"))
    return try PairTokenizer.bytePairs(folder: copy.path)
  }

  private static func template(_ pair: String) -> String {
    #"{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}], "pair": "# + pair
      + #", "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}, "x": {"id": "x", "ids": [70000], "tokens": ["x"]}}}"#
  }

  @Test("A template may have any order of tokens and types") func aTemplateMayHaveAnyOrderOfTokensAndTypes() throws {
    let tokenizer = try Self.changed(
      Self.template(
        #"[{"SpecialToken": {"id": "<s>", "type_id": 1}}, {"Sequence": {"id": "A", "type_id": 1}}, {"Sequence": {"id": "B", "type_id": 0}}]"#
      ))
    #expect(tokenizer.joined([7, 8], [9]) == EncodedText(tokens: [0, 7, 8, 9], types: [1, 1, 1, 0]))
    #expect(tokenizer.specialTokenCount == 1)
  }

  @Test(
    "Templates without a pair are refused",
    arguments: [
      "null", template("null"), template("3"), template("[]"), template(#"[{"Sequence": {"id": "A", "type_id": 0}}]"#),
      template(#"[{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}]"#),
      template(#"[{"SpecialToken": {"id": "<s>", "type_id": 2}}, {"Sequence": {"id": "A"}}, {"Sequence": {"id": "B"}}]"#),
      template(#"[{"SpecialToken": {"id": "x", "type_id": 0}}, {"Sequence": {"id": "A"}}, {"Sequence": {"id": "B"}}]"#),
      template(#"[{"SpecialToken": {"id": "y", "type_id": 0}}, {"Sequence": {"id": "A"}}, {"Sequence": {"id": "B"}}]"#),
      template(#"[{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "B"}}, {"Sequence": {"id": "A"}}]"#),
      template(#"[{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}, {"Sequence": {"id": "B"}}, {"Sequence": {"id": "B"}}]"#),
    ])
  func templatesWithoutAPairAreRefused(processor: String) {
    #expect(throws: FileError.self) { try Self.changed(processor) }
  }
}

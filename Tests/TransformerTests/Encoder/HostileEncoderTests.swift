import Files
import Foundation
import HuggingFace
import Testing
import Transformer

/// Encoder folders that are broken, or are other models than they say.
struct HostileEncoderTests {
  /// A change to a folder, and what the error says.
  struct Change: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var message: String
    var apply: @Sendable (URL) throws -> Void

    init(_ description: String, says message: String, _ apply: @escaping @Sendable (URL) throws -> Void) {
      testDescription = description
      self.message = message
      self.apply = apply
    }
  }

  private static func edit(_ file: String, _ old: String, _ new: String) -> @Sendable (URL) throws -> Void {
    { folder in
      let url = folder.appending(path: file)
      let text = try String(contentsOf: url, encoding: .utf8)
      try #require(text.contains(old))
      try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: url)
    }
  }

  private static func weights(_ change: @escaping @Sendable (inout [UInt8]) throws -> Void) -> @Sendable (URL) throws -> Void {
    { folder in
      let url = folder.appending(path: "model.safetensors")
      var bytes = [UInt8](try Data(contentsOf: url))
      try change(&bytes)
      try Data(bytes).write(to: url)
    }
  }

  /// Renames a tensor in the header, to a name of the same length.
  private static func rename(_ old: String, _ new: String) -> @Sendable (URL) throws -> Void {
    weights { bytes in
      let range = try #require(bytes.firstRange(of: Array("\"\(old)\"".utf8)))
      bytes.replaceSubrange(range, with: Array("\"\(new)\"".utf8))
    }
  }

  /// Sets all values of a tensor.
  private static func fill(_ name: String, with value: [UInt8]) -> @Sendable (URL) throws -> Void {
    { folder in
      let range = try SafetensorsFile(path: folder.appending(path: "model.safetensors").path).entry(name).byteRange
      try weights { bytes in
        for offset in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
          bytes.replaceSubrange(offset..<offset + 4, with: value)
        }
      }(folder)
    }
  }

  private static func remove(_ file: String) -> @Sendable (URL) throws -> Void {
    { try FileManager.default.removeItem(at: $0.appending(path: file)) }
  }

  static let changes: [Change] = [
    .init("no configuration", says: "config.json", remove("config.json")),
    .init("no weights", says: "has no weights", remove("model.safetensors")),
    .init("no tokenizer", says: "has no tokenizer", remove("tokenizer.json")),
    .init("a tokenizer of another kind", says: "\"model.type\"", edit("tokenizer.json", "\"WordPiece\"", "\"BPE\"")),
    .init("a small vocabulary", says: "the tokenizer has tokens up to", edit("config.json", "\"vocab_size\": 8", "\"vocab_size\": ")),
    .init(
      "a large vocabulary", says: "embeddings.word_embeddings.weight has shape",
      edit("config.json", "\"vocab_size\": ", "\"vocab_size\": 9")),
    .init("other positions", says: "position_embeddings.weight has shape", edit("config.json", "embeddings\": 64", "embeddings\": 640")),
    .init("a layer more", says: "missing encoder.layer.2.", edit("config.json", "layers\": 2", "layers\": 3")),
    .init(
      "a layer less", says: "not part of the model in config.json: encoder.layer.1.",
      edit("config.json", "layers\": 2", "layers\": 1")),
    .init("4096 layers", says: "missing encoder.layer.2.", edit("config.json", "layers\": 2", "layers\": 4096")),
    .init("other heads", says: "\"hidden_size\" is 36", edit("config.json", "heads\": 3", "heads\": 5")),
    .init(
      "relative positions", says: "\"position_embedding_type\"",
      edit("config.json", "{", "{\"position_embedding_type\":\"relative_key\",")),
    .init("cross attention", says: "\"add_cross_attention\"", edit("config.json", "{", "{\"add_cross_attention\":true,")),
    .init("another activation", says: "\"hidden_act\"", edit("config.json", "\"gelu\"", "\"gelu_new\"")),
    .init("a classifier", says: "\"architectures\"", edit("config.json", "BertModel", "BertForTokenClassification")),
    .init(
      "an unknown tensor", says: "missing embeddings.LayerNorm.bias; not part",
      rename("embeddings.LayerNorm.bias", "embeddings.LayerNorm.bier")),
    .init("weights that are cut", says: "model.safetensors", weights { $0.removeLast(100) }),
    .init("a header that is cut", says: "model.safetensors", weights { $0.removeLast($0.count - 20) }),
    .init("no bytes of weights", says: "model.safetensors", weights { $0 = [] }),
    .init("an infinity", says: "encoder.layer.1.output.dense.bias has values that are not finite") { folder in
      try fill("encoder.layer.1.output.dense.bias", with: [0, 0, 0x80, 0x7F])(folder)
    },
    .init("no room for a text", says: "at most 2 tokens", edit("sentence_bert_config.json", "40", "2")),
    .init("letters that nobody makes small", says: "\"do_lower_case\"") { folder in
      try edit("sentence_bert_config.json", "false", "true")(folder)
      try edit("tokenizer.json", "\"lowercase\": true", "\"lowercase\": false")(folder)
    },
    .init("no tokens around a text", says: "0 of them around", edit("tokenizer.json", "\"post_processor\": {", "\"x\": {")),
    .init("another pooling", says: "\"pooling_mode\" is [max]", edit("1_Pooling/config.json", "{", "{\"pooling_mode\":\"max\",")),
    .init("a module more", says: "\"modules[1].type\"", edit("modules.json", "models.Pooling", "models.Dense")),
  ]

  @Test(arguments: changes) func `A folder is refused with what is wrong in it`(_ change: Change) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "encoder-" + UUID().uuidString)
    try FileManager.default.copyItem(at: URL(filePath: EncoderFixture.tiny[0].model), to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    try change.apply(folder)
    do {
      _ = try SentenceEncoder(folder: folder.path)
      Issue.record("\(change.testDescription) was taken")
    } catch {
      let text = "\(error)"
      #expect(error is FileError || error is TransformerError)
      #expect(text.contains(change.message), "\(text)")
    }
  }

  /// Finite weights whose products are not.
  @Test func `Embeddings that are no numbers are an error`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "encoder-" + UUID().uuidString)
    try FileManager.default.copyItem(at: URL(filePath: EncoderFixture.tiny[0].model), to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.fill("encoder.layer.1.output.dense.weight", with: [0xFF, 0xFF, 0x7F, 0x7F])(folder)
    let encoder = try SentenceEncoder(folder: folder.path)
    #expect(throws: TransformerError.self) { try encoder.embed(["Paris"]) }
  }
}

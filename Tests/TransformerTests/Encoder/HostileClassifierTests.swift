import Files
import Foundation
import HuggingFace
import Testing
import Transformer

/// Classifier folders that are broken, or are other models than they say.
struct HostileClassifierTests {
  /// A change to a file of a folder, and what the error says.
  struct Change: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var fixture = 0
    var file = "config.json"
    var old: String
    var new: String
    var message: String
  }

  static let changes: [Change] = [
    .init(testDescription: "DeBERTa", old: #""bert""#, new: #""deberta-v2""#, message: "DeBERTa and other families are not supported"),
    .init(
      testDescription: "another head", old: "BertForSequence", new: "BertForToken", message: "expected one of BertForSequenceClassification"
    ),
    .init(
      testDescription: "no names", old: #""entailment""#, new: #""LABEL_0""#, message: "\"id2label\" is [LABEL_0, neutral, contradiction]"),
    .init(
      testDescription: "fewer labels than outputs", old: #""1": "neutral""#, new: #""1": "not_entailment""#, message: "\"id2label\" is"),
    .init(
      testDescription: "other positions", old: #"embeddings": 64"#, new: #"embeddings": 65"#,
      message: "position_embeddings.weight has shape"),
    .init(testDescription: "another width", old: #""hidden_size": 24"#, new: #""hidden_size": 21"#, message: "has shape"),
    .init(testDescription: "no types", old: #""type_vocab_size": 2"#, new: #""type_vocab_size": 1"#, message: "tokens of 2 types"),
    .init(
      testDescription: "a small vocabulary", old: #""vocab_size": 8"#, new: #""vocab_size": "#, message: "the tokenizer has tokens up to"),
    .init(
      testDescription: "no pooler", file: "model.safetensors", old: "bert.pooler.dense.bias", new: "bert.pooler.dense.bier",
      message: "missing pooler.dense.bias; not part of the model in config.json: bert.pooler.dense.bier"),
    .init(
      testDescription: "no classifier", file: "model.safetensors", old: "\"classifier.weight\"", new: "\"classifier.weighs\"",
      message: "missing classifier.weight"),
    .init(
      testDescription: "an encoder's tensor", fixture: 2, file: "model.safetensors", old: "roberta.embeddings.LayerNorm.bias",
      new: "roberta.embeddings.LayerNorm.bier", message: "missing embeddings.LayerNorm.bias"),
    .init(
      testDescription: "no head of RoBERTa", fixture: 2, file: "model.safetensors", old: "classifier.out_proj.weight",
      new: "classifier.out_prov.weight", message: "missing classifier.out_proj.weight"),
    .init(
      testDescription: "two outputs and three labels", fixture: 1, old: #""Not-Entailment": 0"#, new: #""Contradiction": 0"#,
      message: "id2label"),
    .init(
      testDescription: "BERT that says RoBERTa", old: #""model_type": "bert""#, new: #""model_type": "roberta""#,
      message: "\"architectures\" is [BertForSequenceClassification], expected one of RobertaForSequenceClassification"),
    .init(
      testDescription: "no pairs", file: "tokenizer.json", old: "\"post_processor\"", new: "\"x\"",
      message: "puts no token before a pair of texts"),
    .init(
      testDescription: "another tokenizer", fixture: 2, file: "tokenizer.json", old: "\"BPE\"", new: "\"Unigram\"",
      message: "\"model.type\""),
    .init(
      testDescription: "no room", fixture: 1, file: "tokenizer_config.json", old: "30", new: "4",
      message: "at most 4 tokens, 3 of them around"),
  ]

  /// A copy of a fixture with a change in it.
  private static func copy(_ change: Change) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "classifier-" + UUID().uuidString)
    try FileManager.default.copyItem(at: URL(filePath: EntailmentFixture.all[change.fixture].model), to: folder)
    let url = folder.appending(path: change.file)
    var bytes = [UInt8](try Data(contentsOf: url))
    bytes.replaceSubrange(try #require(bytes.firstRange(of: Array(change.old.utf8))), with: Array(change.new.utf8))
    try Data(bytes).write(to: url)
    return folder
  }

  @Test(arguments: changes) func `A folder is refused with what is wrong in it`(_ change: Change) throws {
    let folder = try Self.copy(change)
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      _ = try EntailmentClassifier(folder: folder.path)
      Issue.record("\(change.testDescription) was taken")
    } catch {
      let text = "\(error)"
      #expect(error is FileError || error is TransformerError)
      #expect(text.contains(change.message) && !text.contains("\n"), "\(text)")
    }
  }

  @Test(arguments: ["config.json", "model.safetensors", "tokenizer.json"]) func `A file that is not there is named`(_ file: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "classifier-" + UUID().uuidString)
    try FileManager.default.copyItem(at: URL(filePath: EntailmentFixture.all[2].model), to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.removeItem(at: folder.appending(path: file))
    let error = #expect(throws: FileError.self) { try EntailmentClassifier(folder: folder.path) }
    #expect(error?.message.contains(folder.path) == true)
  }

  /// Finite weights whose products are not.
  @Test func `Logits that are no numbers are an error`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "classifier-" + UUID().uuidString)
    try FileManager.default.copyItem(at: URL(filePath: EntailmentFixture.all[2].model), to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "model.safetensors")
    let range = try SafetensorsFile(path: url.path).entry("roberta.encoder.layer.1.output.dense.weight").byteRange
    var bytes = [UInt8](try Data(contentsOf: url))
    for offset in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
      bytes.replaceSubrange(offset..<offset + 4, with: [0xFF, 0xFF, 0x7F, 0x7F])
    }
    try Data(bytes).write(to: url)
    let classifier = try EntailmentClassifier(folder: folder.path)
    #expect(throws: TransformerError.self) { try classifier.opinions(on: [.init(premise: "Paris", hypothesis: "London")]) }
  }
}

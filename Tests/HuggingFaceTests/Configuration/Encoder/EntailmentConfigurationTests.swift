import Files
import Foundation
import HuggingFace
import TestSupport
import Testing

@Suite struct EntailmentConfigurationTests {
  /// Reads a folder whose config.json has these fields beside the type and the labels of a published model; an empty value removes a field.
  private static func read(_ fields: [String: String], tokenizer: String? = nil) throws -> EntailmentConfiguration {
    let folder = FileManager.default.temporaryDirectory.appending(path: "nli-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let usual = [
      "model_type": #""roberta""#, "architectures": #"["RobertaForSequenceClassification"]"#, "max_position_embeddings": "514",
      "type_vocab_size": "1", "pad_token_id": "1", "id2label": #"{"0": "CONTRADICTION", "1": "NEUTRAL", "2": "ENTAILMENT"}"#,
    ]
    let members = usual.merging(fields) { $1 }.filter { !$1.isEmpty }.map { "\"\($0)\":\($1)" }
    try Data("{\(members.joined(separator: ","))}".utf8).write(to: folder.appending(path: "config.json"))
    if let tokenizer { try Data(tokenizer.utf8).write(to: folder.appending(path: "tokenizer_config.json")) }
    return try EntailmentConfiguration(folder: folder.path)
  }

  private static let bert = ["model_type": #""bert""#, "architectures": #"["BertForSequenceClassification"]"#]

  @Test("Reads published configurations") func readsPublishedConfigurations() throws {
    let roberta = try Self.read(["_num_labels": "3", "label2id": #"{"CONTRADICTION": 0, "NEUTRAL": 1, "ENTAILMENT": 2}"#])
    #expect(roberta.labels == [.contradiction, .neutral, .entailment] && roberta.encoder.family == .roberta)
    #expect(roberta.encoder.vocabularySize == 50_265 && roberta.encoder.maximumTokens == 512 && roberta.maximumTokens == 512)
    let bert = try Self.read(Self.bert.merging(["max_position_embeddings": "512", "type_vocab_size": "2"]) { $1 })
    #expect(bert.encoder.family == .bert && bert.encoder.vocabularySize == 30_522 && bert.maximumTokens == 512)
    #expect(try Self.read([:], tokenizer: #"{"model_max_length": 128}"#).maximumTokens == 128)
    #expect(try Self.read([:], tokenizer: #"{"model_max_length": 1000000000000000019884624838656}"#).maximumTokens == 512)
    #expect(try Self.read(["pad_token_id": "9"]).maximumTokens == 504)
  }

  @Test(
    "Labels are known in any case and order",
    arguments: [
      (#"{"0": "entailment", "1": "neutral", "2": "contradiction"}"#, "", [EntailmentLabel.entailment, .neutral, .contradiction]),
      (#"{"2": "Neutral", "0": "Entailment", "1": "Contradiction"}"#, "", [.entailment, .contradiction, .neutral]),
      (#"{"0": "not_entailment", "1": "entailment"}"#, "", [.notEntailment, .entailment]),
      (#"{"0": "ENTAILMENT", "1": "Non-Entailment"}"#, "", [.entailment, .notEntailment]),
      ("", #"{"contradiction": 0, "entailment": 1, "neutral": 2}"#, [.contradiction, .entailment, .neutral]),
      (#"{"0": "LABEL_0", "1": "LABEL_1"}"#, #"{"entailment": 0, "not entailment": 1}"#, [.entailment, .notEntailment]),
      (#"{"0": "entailment", "1": "not_entailment"}"#, #"{"LABEL_0": 0, "LABEL_1": 1}"#, [.entailment, .notEntailment]),
    ])
  func labelsAreKnownInAnyCaseAndOrder(id2label: String, label2id: String, labels: [EntailmentLabel]) throws {
    #expect(try Self.read(["id2label": id2label, "label2id": label2id]).labels == labels)
  }

  @Test(
    "Refuses by name",
    arguments: [
      ("id2label", ""), ("id2label", "{}"), ("id2label", "3"), ("id2label", #"{"0": 1}"#), ("id2label", #"{"a": "entailment"}"#),
      ("id2label", #"{"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}"#), ("id2label", #"{"0": "entailment"}"#),
      ("id2label", #"{"0": "entailment", "1": "neutral"}"#), ("id2label", #"{"0": "entailment", "1": "entailment"}"#),
      ("id2label", #"{"0": "entailment", "2": "not_entailment"}"#), ("id2label", #"{"0": "positive", "1": "negative"}"#),
      ("id2label", #"{"0": "entailment", "1": "neutral", "2": "contradiction", "3": "not_entailment"}"#),
      ("label2id", #"{"CONTRADICTION": 2, "NEUTRAL": 1, "ENTAILMENT": 0}"#), ("label2id", #"{"entailment": "0"}"#),
      ("model_type", #""deberta""#), ("model_type", #""deberta-v2""#), ("model_type", #""xlm-roberta""#), ("model_type", #""distilbert""#),
      ("model_type", ""), ("architectures", #"["RobertaForMaskedLM"]"#), ("architectures", #"["BertForSequenceClassification"]"#),
      ("problem_type", #""regression""#), ("problem_type", #""multi_label_classification""#), ("pad_token_id", "-1"),
      ("pad_token_id", "50265"), ("max_position_embeddings", "2"), ("position_embedding_type", #""relative_key""#),
      ("hidden_act", #""gelu_new""#), ("is_decoder", "true"),
    ])
  func refusesByName(field: String, value: String) {
    let error = #expect(throws: FileError.self) { try Self.read([field: value]) }
    #expect(error?.message.contains("config.json: \"\(field)") == true, "\(error?.message ?? "")")
  }

  @Test("Says what a family of models is missing, and what labels are wanted") func saysWhatIsMissing() {
    let deberta = #expect(throws: FileError.self) { try Self.read(["model_type": #""deberta-v2""#]) }
    #expect(
      deberta?.message.hasSuffix(
        #""model_type" is "deberta-v2", expected bert or roberta (DeBERTa and other families are not supported)"#) == true)
    let labels = #expect(throws: FileError.self) { try Self.read(["id2label": #"{"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}"#]) }
    #expect(
      labels?.message.contains(#""id2label" is [LABEL_0, LABEL_1, LABEL_2], expected the names entailment, neutral and contradiction"#)
        == true)
  }
}

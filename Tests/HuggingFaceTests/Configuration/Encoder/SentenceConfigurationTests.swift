import Files
import Foundation
import HuggingFace
import TestSupport
import Testing

/// The files in which sentence-transformers says how tokens become one vector.
@Suite struct SentenceConfigurationTests {
  private static func read(_ files: [String: String]) throws -> SentenceConfiguration {
    try ScratchFolder.with { folder in
      for (path, content) in files {
        let url = URL(fileURLWithPath: folder + "/" + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: url)
      }
      var configuration = try SentenceConfiguration(folder: folder)
      configuration.encoderFolder = String(configuration.encoderFolder.dropFirst(folder.count))
      return configuration
    }
  }

  private static func modules(_ modules: (type: String, path: String)...) -> String {
    "[" + modules.map { #"{"type":"sentence_transformers.models.\#($0.type)","path":"\#($0.path)"}"# }.joined(separator: ",") + "]"
  }

  private static let three = modules(("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize"))

  @Test("Averages where nothing is said") func averagesWhereNothingIsSaid() throws {
    let configuration = try Self.read([:])
    #expect(configuration.pooling == .mean && !configuration.normalizes && configuration.maximumTokens == nil)
    #expect(configuration.encoderFolder.isEmpty && !configuration.lowercases)
  }

  @Test("Reads modules") func readsModules() throws {
    let configuration = try Self.read([
      "modules.json": Self.modules(("Transformer", "0_Transformer"), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")),
      "1_Pooling/config.json": #"{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":false}"#,
      "0_Transformer/sentence_bert_config.json": #"{"max_seq_length":128,"do_lower_case":true}"#,
      "config_sentence_transformers.json": #"{"prompts":{"query":"q: ","document":""},"default_prompt_name":null}"#,
    ])
    #expect(configuration.pooling == .cls && configuration.normalizes && configuration.maximumTokens == 128)
    #expect(configuration.encoderFolder == "/0_Transformer" && configuration.lowercases)
  }

  @Test(
    "Reads pooling",
    arguments: [
      (#"{"pooling_mode":"mean"}"#, SentenceConfiguration.Pooling.mean), (#"{"pooling_mode":["cls"]}"#, .cls), ("{}", .mean),
      (#"{"pooling_mode_mean_tokens":true}"#, .mean),
    ])
  func readsPooling(_ content: String, pooling: SentenceConfiguration.Pooling) throws {
    #expect(try Self.read(["modules.json": Self.three, "1_Pooling/config.json": content]).pooling == pooling)
  }

  @Test(
    "Takes the tokenizers limit where no other is given",
    arguments: [("64", 64), ("1000000000000000019884624838656", nil), ("null", nil), ("0.5", nil), ("-3", nil)])
  func takesTheTokenizersLimitWhereNoOtherIsGiven(_ value: String, limit: Int?) throws {
    let files = ["tokenizer_config.json": #"{"model_max_length":\#(value)}"#]
    #expect(try Self.read(files).maximumTokens == limit)
    #expect(try Self.read(files.merging(["sentence_bert_config.json": #"{"max_seq_length":7}"#]) { $1 }).maximumTokens == 7)
  }

  static let refused: [(files: [String: String], message: String)] = [
    (["modules.json": "{}"], "\"modules\" is"),
    (["modules.json": "[]"], "\"modules\" is"),
    (["modules.json": "[1]"], "\"modules[0]\" is"),
    (["modules.json": #"[{"path":""}]"#], "modules[0].type"),
    (["modules.json": modules(("Transformer", ""))], "\"modules\" is without Pooling"),
    (["modules.json": modules(("CLIPModel", ""))], "\"modules[0].type\" is"),
    (["modules.json": modules(("Transformer", ""), ("Dense", "1_Dense"))], "\"modules[1].type\" is"),
    (["modules.json": modules(("Transformer", "../.."), ("Pooling", ""))], "\"modules[0].path\" is"),
    (["modules.json": modules(("Transformer", ".."), ("Pooling", ""))], "\"modules[0].path\" is"),
    (["modules.json": modules(("Transformer", "/etc"), ("Pooling", ""))], "\"modules[0].path\" is"),
    (["modules.json": #"[{"type":"Transformer","path":"a\u0000b"}]"#], "\"modules[0].path\" is"),
    (["modules.json": three], "1_Pooling/config.json"),
    (["modules.json": three, "1_Pooling/config.json": #"{"pooling_mode":"max"}"#], "\"pooling_mode\" is [max]"),
    (["modules.json": three, "1_Pooling/config.json": #"{"pooling_mode":1}"#], "\"pooling_mode\" is 1"),
    (["modules.json": three, "1_Pooling/config.json": #"{"pooling_mode":[]}"#], "\"pooling_mode\" is []"),
    (
      ["modules.json": three, "1_Pooling/config.json": #"{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":true}"#],
      "\"pooling_mode\" is [cls, mean]"
    ),
    (["modules.json": three, "1_Pooling/config.json": #"{"pooling_mode_lasttoken":true}"#], "\"pooling_mode\" is [lasttoken]"),
    (["sentence_bert_config.json": #"{"max_seq_length":0}"#], "\"max_seq_length\" is 0"),
    (["sentence_bert_config.json": #"{"max_seq_length":9223372036854775807}"#], "\"max_seq_length\" is"),
    (["sentence_bert_config.json": #"{"do_lower_case":1}"#], "\"do_lower_case\" is 1"),
    (["tokenizer_config.json": #"{"model_max_length":"x"}"#], "\"model_max_length\" is"),
    (
      ["config_sentence_transformers.json": #"{"prompts":{"query":"q: "},"default_prompt_name":"query"}"#],
      "\"default_prompt_name\" is \"query\""
    ),
  ]

  @Test("Refuses by name", arguments: refused) func refusesByName(_ hostile: (files: [String: String], message: String)) {
    let error = #expect(throws: FileError.self) { try Self.read(hostile.files) }
    #expect(error?.message.contains(hostile.message) == true, "\(error?.message ?? "")")
  }
}

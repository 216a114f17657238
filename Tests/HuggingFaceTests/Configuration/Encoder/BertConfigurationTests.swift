import Files
import Foundation
import HuggingFace
import Testing

@Suite struct BertConfigurationTests {
  private static func read(_ fields: [String: String]) throws -> BertConfiguration {
    let fields = ["model_type": "\"bert\"", "hidden_size": "384", "num_hidden_layers": "6"].merging(fields) { $1 }
    return try BertConfiguration(json: Data(("{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}").utf8))
  }

  @Test("Reads a published configuration") func readsAPublishedConfiguration() throws {
    let configuration = try Self.read([
      "architectures": #"["BertModel"]"#, "hidden_act": #""gelu""#, "intermediate_size": "1536", "layer_norm_eps": "1e-12",
      "max_position_embeddings": "512", "num_attention_heads": "12", "position_embedding_type": #""absolute""#, "type_vocab_size": "2",
      "vocab_size": "30522", "use_cache": "true", "is_decoder": "false",
    ])
    #expect(configuration.width == 384 && configuration.headWidth == 32 && configuration.layers == 6 && configuration.heads == 12)
    #expect(configuration.vocabularySize == 30_522 && configuration.maximumPositions == 512 && configuration.tokenTypes == 2)
    #expect(configuration.feedForwardWidth == 1536 && configuration.normEpsilon == 1e-12)
    // all-MiniLM-L6-v2 without its pooling head
    #expect(configuration.parameterCount == 22_713_216 - 384 * 385)
  }

  @Test("Takes transformers defaults") func takesTransformersDefaults() throws {
    let configuration = try BertConfiguration(json: Data(#"{"model_type":"bert"}"#.utf8))
    #expect(configuration.width == 768 && configuration.heads == 12 && configuration.layers == 12)
    #expect(configuration.vocabularySize == 30_522 && configuration.normEpsilon == 1e-12)
  }

  static let refused: [(field: String, value: String)] = [
    ("model_type", "\"roberta\""), ("model_type", "null"), ("model_type", "1"),
    ("architectures", #"["BertForSequenceClassification"]"#), ("architectures", #"["BertLMHeadModel"]"#), ("architectures", "1"),
    ("hidden_act", "\"gelu_new\""), ("hidden_act", "\"relu\""), ("position_embedding_type", "\"relative_key\""),
    ("position_embedding_type", "\"relative_key_query\""), ("is_decoder", "true"), ("add_cross_attention", "true"),
    ("is_encoder_decoder", "true"), ("quantization_config", "{}"), ("embedding_size", "128"), ("hidden_size", "385"),
    ("hidden_size", "0"), ("hidden_size", "-384"), ("hidden_size", "9223372036854775807"), ("hidden_size", "1e3"),
    ("hidden_size", "\"384\""), ("hidden_size", "786432"), ("num_attention_heads", "0"), ("num_hidden_layers", "0"),
    ("num_hidden_layers", "100000"), ("vocab_size", "99999999999"), ("intermediate_size", "0"), ("max_position_embeddings", "0"),
    ("max_position_embeddings", "1073741824"), ("type_vocab_size", "0"), ("layer_norm_eps", "0"), ("layer_norm_eps", "1e-60"),
    ("layer_norm_eps", "1"), ("layer_norm_eps", "-1"), ("layer_norm_eps", "\"x\""),
  ]

  @Test("Refuses by name", arguments: refused) func refusesByName(_ hostile: (field: String, value: String)) {
    let error = #expect(throws: FileError.self) { try Self.read([hostile.field: hostile.value]) }
    #expect(error?.message.hasPrefix("config.json: \"\(hostile.field)\" is ") == true, "\(error?.message ?? "")")
  }

  @Test("Refuses sizes whose product is absurd") func refusesSizesWhoseProductIsAbsurd() {
    let sizes = ["hidden_size": "1048576", "num_attention_heads": "4096", "num_hidden_layers": "4096", "intermediate_size": "4194304"]
    let error = #expect(throws: FileError.self) { try Self.read(sizes) }
    #expect(error?.message.contains("parameters") == true)
    #expect(throws: FileError.self) { try BertConfiguration(json: Data(#"{"model_type":"bert","model_type":"bert"}"#.utf8)) }
  }
}

import Files
public import Foundation
import JSON

extension BertConfiguration {
  /// What a checkpoint is read for.
  enum Purpose {
    /// The vectors of texts.
    case vectors
    /// The labels of texts, by a head on the first token.
    case labels

    var families: [Family] { self == .vectors ? [.bert] : Family.allCases }

    /// What is said of the others.
    var remark: String { self == .vectors ? "" : " (DeBERTa and other families are not supported)" }

    /// The classes of transformers whose checkpoints serve: an encoder that was not trained to judge pairs or to label, or one that was.
    func classes(_ family: Family) -> [String] {
      switch (self, family) {
      case (.vectors, _): ["BertModel", "BertForMaskedLM", "BertForPreTraining"]
      case (.labels, .bert): ["BertForSequenceClassification"]
      case (.labels, .roberta): ["RobertaForSequenceClassification"]
      }
    }
  }

  /// Reads a checkpoint folder's config.json.
  ///
  /// Throws a ``FileError`` that names the missing, malformed or unsupported field.
  public init(folder: String) throws {
    try ModelPlace.requireFolder(folder)
    let path = folder + "/config.json"
    try self.init(json: try FileBytes.read(path, limit: FileBytes.configurationLimit), source: path)
  }

  /// Reads the text of a config.json; `source` names it in error messages.
  public init(json: Data, source: String = "config.json") throws {
    try self.init(json: Array(json), source: source)
  }

  /// Reads the text of a config.json. A missing field has the default that transformers gives it.
  init(json: [UInt8], source: String) throws {
    let fields = try ConfigurationFields(json: json, source: source)
    try fields.requireDistinctNames()
    try self.init(fields, for: .vectors, source: source)
  }

  /// Reads the fields of a config.json whose names differ.
  init(_ fields: ConfigurationFields, for purpose: Purpose, source: String) throws {
    let expected = purpose.families.map(\.rawValue).joined(separator: " or ") + purpose.remark
    guard let type = try fields.string("model_type") else { throw fields.missing("model_type", expected: expected) }
    guard let family = Family(rawValue: type), purpose.families.contains(family) else {
      throw fields.refusal("model_type", expected: expected)
    }
    try Self.refuseWhatTheEncoderLacks(fields, classes: purpose.classes(family))
    typealias Limit = ModelConfiguration.Limit
    self.init(
      family: family,
      vocabularySize: try fields.size("vocab_size", limit: Limit.vocabularySize, default: family == .roberta ? 50_265 : 30_522),
      width: try fields.size("hidden_size", limit: Limit.width, default: 768),
      feedForwardWidth: try fields.size("intermediate_size", limit: Limit.feedForwardWidth, default: 3072),
      layers: try fields.size("num_hidden_layers", limit: Limit.layers, default: 12),
      heads: try fields.size("num_attention_heads", limit: Limit.heads, default: 12),
      maximumPositions: try fields.size("max_position_embeddings", limit: 1 << 20, default: 512),
      paddingToken: family == .roberta ? try fields.integer("pad_token_id") ?? 1 : 0,
      tokenTypes: try fields.size("type_vocab_size", limit: 1 << 10, default: 2),
      normEpsilon: try fields.number("layer_norm_eps", default: 1e-12))
    guard width.isMultiple(of: heads) else {
      throw fields.refusal("hidden_size", expected: "a multiple of \"num_attention_heads\", \(heads)")
    }
    guard headWidth <= Limit.headWidth else {
      throw fields.refusal("hidden_size", expected: "at most \(Limit.headWidth) a head, of which there are \(heads)")
    }
    guard (0..<vocabularySize).contains(paddingToken) else {
      throw fields.refusal("pad_token_id", expected: "a token, 0 to \(vocabularySize - 1)")
    }
    guard maximumTokens > 0 else {
      throw fields.refusal("max_position_embeddings", expected: "positions behind that of the padding token, \(paddingToken)")
    }
    // The arithmetic is float32: an epsilon below its range would be 0.
    guard normEpsilon.isFinite, Float(normEpsilon) > 0, normEpsilon < 1 else {
      throw fields.refusal("layer_norm_eps", expected: "a number between 0 and 1")
    }
    guard parameterCount <= Limit.parameters else {
      throw FileError(.unsupported, "\(source): the sizes make \(parameterCount) parameters, expected at most \(Limit.parameters)")
    }
  }

  /// Refuses, by name, every setting under which this encoder would compute something other than the checkpoint's model.
  private static func refuseWhatTheEncoderLacks(_ fields: ConfigurationFields, classes: [String]) throws {
    if let names = try fields.strings("architectures"), !names.isEmpty, !names.contains(where: classes.contains) {
      throw fields.refusal("architectures", found: "[\(names.listed(3))]", expected: "one of " + classes.joined(separator: ", "))
    }
    if let activation = try fields.string("hidden_act"), activation != "gelu", activation != "gelu_python" {
      throw fields.refusal("hidden_act", expected: "gelu")
    }
    if let type = try fields.string("position_embedding_type"), type != "absolute" {
      throw fields.refusal("position_embedding_type", expected: "absolute")
    }
    for name in ["is_decoder", "add_cross_attention", "is_encoder_decoder"] where try fields.boolean(name, default: false) {
      throw fields.refusal(name, expected: "false")
    }
    for name in ["quantization_config", "compression_config"] where !fields.isNull(name) {
      throw fields.refusal(name, expected: "a checkpoint that is not quantized")
    }
    // The field of ALBERT and similar models, whose other fields are BERT's.
    if let width = try fields.integer("embedding_size"), try fields.integer("hidden_size") != width {
      throw fields.refusal("embedding_size", expected: "the same as \"hidden_size\"")
    }
  }
}

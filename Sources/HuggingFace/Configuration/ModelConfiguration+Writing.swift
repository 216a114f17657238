public import Foundation
import JSON
public import Tensors

extension ModelConfiguration {
  /// The text of a config.json that transformers opens; it gives the same configuration back when it is read.
  ///
  /// The rotary embedding is written in the old and in the new style, and the type of the weights, `elementType`, under both of its
  /// names, because transformers before version 5 reads the old and later versions read the new.
  public func encoded(elementType: FloatFormat = .float32) -> Data {
    var members: [JSONObject.Member] = [
      .init("architectures", .array([.string(architecture.className)])),
      .init("attention_dropout", .number(0)),
      .init("bos_token_id", beginToken.map { .integer(Int($0)) } ?? .null),
      .init("dtype", .string(elementType.configurationName)),
      .init("eos_token_id", encodedEndTokens),
      .init("hidden_act", .string("silu")),
      .init("hidden_size", .integer(width)),
      .init("initializer_range", .number(0.02)),
      .init("intermediate_size", .integer(feedForwardWidth)),
      .init("max_position_embeddings", .integer(maximumPositions)),
      .init("model_type", .string(architecture.rawValue)),
      .init("num_attention_heads", .integer(heads)),
      .init("num_hidden_layers", .integer(layers)),
      .init("num_key_value_heads", .integer(keyValueHeads)),
      .init("rms_norm_eps", .number(normEpsilon)),
      .init("rope_parameters", .object(.init(ropeParameters))),
      .init("rope_theta", .number(ropeBase)),
      .init("tie_word_embeddings", .boolean(tiesEmbeddings)),
      .init("torch_dtype", .string(elementType.configurationName)),
      .init("use_cache", .boolean(true)),
      .init("vocab_size", .integer(vocabularySize)),
    ]
    if let ropeScaling {
      let kind = JSONObject.Member("rope_type", .string(RopeScaling.kind))
      members.append(.init("rope_scaling", .object(.init(ropeScaling.members + [kind]))))
    }
    // Qwen2 has no such field, but transformers' class obeys it where it is needed.
    if architecture != .qwen2 || headWidth * heads != width { members.append(.init("head_dim", .integer(headWidth))) }
    switch architecture {
    case .llama: members += [.init("attention_bias", .boolean(false)), .init("mlp_bias", .boolean(false))]
    case .qwen3: members += [.init("attention_bias", .boolean(false)), .init("use_sliding_window", .boolean(false))]
    case .qwen2: members.append(.init("use_sliding_window", .boolean(false)))
    }
    members.sort { $0.key < $1.key }
    return Data(JSONValue.object(JSONObject(members)).encoded())
  }

  /// The text of a generation_config.json: the tokens that begin and end a text.
  public func encodedGeneration() -> Data {
    let members: [JSONObject.Member] = [
      .init("bos_token_id", beginToken.map { .integer(Int($0)) } ?? .null),
      .init("eos_token_id", encodedEndTokens),
    ]
    return Data(JSONValue.object(JSONObject(members)).encoded())
  }

  private var ropeParameters: [JSONObject.Member] {
    let kind = ropeScaling == nil ? "default" : RopeScaling.kind
    return (ropeScaling?.members ?? []) + [.init("rope_theta", .number(ropeBase)), .init("rope_type", .string(kind))]
  }

  private var encodedEndTokens: JSONValue {
    switch endTokens.count {
    case 0: .null
    case 1: .integer(Int(endTokens[0]))
    default: .array(endTokens.map { .integer(Int($0)) })
    }
  }
}

import JSON
import Rollouts
import Tokenizers

/// Answers `/tokenize` and `/detokenize`, in vLLM's shapes.
enum TokenizerCalls {
  /// The tokens of a prompt or of messages, and how many there are.
  static func tokenize(_ fields: RequestFields, model: ServedModel) throws(ServerError) -> JSONValue {
    let isChat = fields.value("messages") != nil
    try (isChat ? Parameters.tokenizedChat : Parameters.tokenizedPrompt).check(fields)
    let asksForSpecial = try fields.value("add_special_tokens") == nil ? nil : fields.boolean("add_special_tokens")
    let tokens: [Int32]
    if isChat {
      // The template writes the tokens that begin a document itself.
      tokens = try ChatPrompt.tokens(fields, model: model, addingSpecialTokens: asksForSpecial ?? false)
    } else {
      guard let prompt = try fields.string("prompt") else { throw fields.refusal("prompt", expected: "a string") }
      tokens = model.tokenizer.encode(prompt, addingSpecialTokens: asksForSpecial ?? true)
    }
    let texts: JSONValue = try fields.boolean("return_token_strs") ? .array(tokens.map { .string(model.text(of: $0)) }) : .null
    return .members([
      "count": .integer(tokens.count), "max_model_len": .integer(model.source.maximumLength),
      "tokens": .array(tokens.map { .integer(Int($0)) }), "token_strs": texts,
    ])
  }

  /// The text of tokens, special ones included.
  static func detokenize(_ fields: RequestFields, model: ServedModel) throws(ServerError) -> JSONValue {
    try Parameters.detokenized.check(fields)
    guard let values = try fields.array("tokens") else { throw fields.refusal("tokens", expected: "an array of tokens") }
    var tokens: [Int32] = []
    tokens.reserveCapacity(values.count)
    for value in values {
      guard case .integer(let id) = value, let token = Int32(exactly: id), model.tokenizer.bytes(of: token) != nil else {
        throw fields.refusal("tokens", "expected an array of this model's tokens, found \(value.summary) in it")
      }
      tokens.append(token)
    }
    return .members(["prompt": .string(model.tokenizer.decode(tokens))])
  }
}

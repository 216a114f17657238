import JSON
import Rollouts

/// The shape of `/v1/chat/completions`.
struct ChatFormat: ReplyFormat {
  static let objects = (whole: "chat.completion", chunk: "chat.completion.chunk")

  var head: ReplyHead
  var model: ServedModel
  var tellsTokens: Bool

  func choice(_ whole: Fragment) -> JSONValue {
    .members([
      "index": .integer(whole.choice),
      "message": .members(["role": .string("assistant"), "content": .string(whole.text), "refusal": .null]),
      "logprobs": logProbabilities(whole.tokens), "finish_reason": whole.finish.map { .string($0.rawValue) } ?? .null,
    ])
  }

  func openingChoices(count: Int) -> [JSONValue] {
    (0..<count).map { chunkChoice($0, delta: .members(["role": .string("assistant"), "content": .string("")])) }
  }

  /// The end is a chunk of its own, after the text that was held back until then.
  func chunkChoices(_ fragment: Fragment) -> [JSONValue] {
    var choices: [JSONValue] = []
    if !fragment.text.isEmpty || !fragment.tokens.isEmpty {
      choices.append(chunkChoice(fragment.choice, delta: .members(["content": .string(fragment.text)]), tokens: fragment.tokens))
    }
    if let finish = fragment.finish { choices.append(chunkChoice(fragment.choice, delta: .members([:]), finish: finish)) }
    return choices
  }

  private func chunkChoice(_ index: Int, delta: JSONValue, tokens: [ToldToken] = [], finish: FinishReason? = nil) -> JSONValue {
    .members([
      "index": .integer(index), "delta": delta, "logprobs": tokens.isEmpty ? .null : logProbabilities(tokens),
      "finish_reason": finish.map { .string($0.rawValue) } ?? .null,
    ])
  }

  private func logProbabilities(_ tokens: [ToldToken]) -> JSONValue {
    guard tellsTokens else { return .null }
    let content = tokens.map { token in
      var object = self.token(token.scored.id, token.scored.logProbability)
      let alternatives = token.scored.alternatives.map { JSONValue.object(self.token($0.id, $0.logProbability)) }
      object.members.append(.init("top_logprobs", .array(alternatives)))
      return JSONValue.object(object)
    }
    return .members(["content": .array(content), "refusal": .null])
  }

  private func token(_ id: Int32, _ logProbability: Float?) -> JSONObject {
    JSONObject([
      .init("token", .string(model.text(of: id))), .init("logprob", .toldLogProbability(logProbability)),
      .init("bytes", .array(model.bytes(of: id).map { .integer(Int($0)) })),
    ])
  }
}

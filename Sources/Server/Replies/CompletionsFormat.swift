import JSON
import Rollouts

/// The shape of `/v1/completions`.
struct CompletionsFormat: ReplyFormat {
  static let objects = (whole: "text_completion", chunk: "text_completion")

  var head: ReplyHead
  var model: ServedModel
  var tellsTokens: Bool

  func choice(_ whole: Fragment) -> JSONValue {
    .members([
      "index": .integer(whole.choice), "text": .string(whole.text),
      "logprobs": tellsTokens ? logProbabilities(whole.tokens) : .null,
      "finish_reason": whole.finish.map { .string($0.rawValue) } ?? .null,
    ])
  }

  func openingChoices(count: Int) -> [JSONValue] { [] }

  func chunkChoices(_ fragment: Fragment) -> [JSONValue] { [choice(fragment)] }

  private func logProbabilities(_ tokens: [ToldToken]) -> JSONValue {
    .members([
      "tokens": .array(tokens.map { .string(model.text(of: $0.scored.id)) }),
      "token_logprobs": .array(tokens.map { .toldLogProbability($0.scored.logProbability) }),
      "top_logprobs": .array(tokens.map(alternatives)),
      "text_offset": .array(tokens.map { .integer($0.offset) }),
    ])
  }

  /// The most probable tokens by their texts, and the token itself if it is not among them. Of tokens with the same text, the more probable
  /// counts, so the token was the most probable exactly if its log-probability is the largest reported.
  private func alternatives(_ token: ToldToken) -> JSONValue {
    guard token.scored.logProbability != nil else { return .null }
    var members: [JSONObject.Member] = []
    let itself = ScoredToken.Alternative(id: token.scored.id, logProbability: token.scored.logProbability ?? 0)
    for alternative in token.scored.alternatives + [itself] {
      let text = model.text(of: alternative.id)
      guard !members.contains(where: { $0.key == text }) else { continue }
      let value = alternative.id == token.scored.id ? token.scored.logProbability : alternative.logProbability
      members.append(.init(text, .toldLogProbability(value)))
    }
    return .object(JSONObject(members))
  }
}

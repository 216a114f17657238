import JSON
import Rollouts
import Tokenizers

/// Reads the body of `/v1/chat/completions`.
enum ChatCall {
  static let alternativeLimit = 20
  /// The limit where a request names none. The room for a whole answer is reserved, so a limit of the whole context would leave no room for
  /// others.
  static let standardNewTokens = 2048

  static func read(_ fields: RequestFields, model: ServedModel) throws(ServerError) -> Call {
    try Parameters.chat.check(fields)
    let sampling = try SamplingFields(fields)
    try refuseWhatIsMissing(fields)
    let alternatives = try alternatives(fields)
    // The newer name wins, as it does in OpenAI's own.
    let older = try fields.integer("max_tokens", in: 1...Int.max)
    let asked = try fields.integer("max_completion_tokens", in: 1...Int.max) ?? older

    let tokens = try ChatPrompt.tokens(fields, model: model)
    var options = sampling.options
    options.maximumNewTokens = try model.newTokens(
      asked: asked.map { min($0, Int(Int32.max)) }, standard: standardNewTokens, promptCount: tokens.count, promptParameter: "messages")
    let seed = sampling.seedOrRandom
    let request = CompletionRequest(
      promptTokens: tokens, sampleCount: sampling.sampleCount, seed: seed, options: options,
      stopTokens: model.stopTokens + sampling.stopTokens,
      stopTexts: sampling.stopTexts, alternativeCount: alternatives ?? 0)
    return Call(
      requests: [request], promptParameter: "messages", toldAlternatives: alternatives, streams: sampling.streams,
      includesUsage: sampling.includesUsage, seed: seed)
  }

  private static func alternatives(_ fields: RequestFields) throws(ServerError) -> Int? {
    let top = try fields.integer("top_logprobs", in: 0...alternativeLimit)
    guard try fields.boolean("logprobs") else {
      guard top == nil || top == 0 else { throw fields.refusal("top_logprobs", "only with logprobs: true") }
      return nil
    }
    return top ?? 0
  }

  private static func refuseWhatIsMissing(_ fields: RequestFields) throws(ServerError) {
    for name in ["tool_choice", "function_call"] {
      switch fields.value(name) {
      case nil, .string("none"), .string("auto"): continue
      default: throw fields.unsupported(name, "this server calls no tools")
      }
    }
    if let modalities = try fields.array("modalities"), !modalities.allSatisfy({ $0 == .string("text") }) {
      throw fields.unsupported("modalities", "only \"text\" is supported")
    }
  }
}

import JSON
import Rollouts
import Tokenizers

/// Reads the body of `/v1/completions`.
enum CompletionsCall {
  static let alternativeLimit = 20
  static let standardNewTokens = 16
  /// A fraction of the queue's length, so that one request can't keep all others out.
  static let promptLimit = 256

  static func read(_ fields: RequestFields, model: ServedModel) throws(ServerError) -> Call {
    try Parameters.completions.check(fields)
    let sampling = try SamplingFields(fields)
    if let bestOf = try fields.integer("best_of", in: 1...SamplingFields.sampleLimit), bestOf != sampling.sampleCount {
      throw fields.unsupported("best_of", "only the value of n (\(sampling.sampleCount)) is supported, found \(bestOf)")
    }
    let echoes = try fields.boolean("echo")
    let alternatives = try fields.integer("logprobs", in: 0...alternativeLimit)
    let asked = try fields.integer("max_tokens", in: 0...Int.max)
    guard asked != 0 || echoes else { throw fields.refusal("max_tokens", expected: "1 or more (0 only with echo)") }

    let prompts = try prompts(fields, tokenizer: model.tokenizer)
    let seed = sampling.seedOrRandom
    var requests: [CompletionRequest] = []
    for (index, prompt) in prompts.enumerated() {
      var options = sampling.options
      options.maximumNewTokens = try model.newTokens(
        asked: asked.map { min($0, Int(Int32.max)) }, standard: standardNewTokens, promptCount: prompt.tokens.count,
        promptParameter: "prompt")
      // With a given seed, each prompt is continued as it would be alone; without one, a prompt given twice must get two different answers.
      let ownSeed = sampling.seed ?? (options.temperature == 0 ? seed : seed &+ UInt64(index))
      requests.append(
        CompletionRequest(
          promptTokens: prompt.tokens, sampleCount: sampling.sampleCount, seed: ownSeed, options: options,
          stopTokens: model.stopTokens + sampling.stopTokens, stopTexts: sampling.stopTexts, alternativeCount: alternatives ?? 0,
          scoresPrompt: echoes && (alternatives != nil || options.maximumNewTokens == 0)))
    }
    let echoed = echoes ? prompts.map { $0.text ?? model.tokenizer.decode($0.tokens) } : nil
    return Call(
      requests: requests, promptParameter: "prompt", echoedTexts: echoed, toldAlternatives: alternatives, streams: sampling.streams,
      includesUsage: sampling.includesUsage, seed: seed)
  }

  private struct Prompt {
    var tokens: [Int32]
    /// The text as it was given; nil for one of tokens.
    var text: String?
  }

  /// A string, strings, tokens, or lists of tokens.
  private static func prompts(_ fields: RequestFields, tokenizer: Tokenizer) throws(ServerError) -> [Prompt] {
    let expected = "a string, an array of strings, an array of tokens, or an array of arrays of tokens; none of them empty"
    var prompts: [Prompt] = []
    switch fields.value("prompt") {
    case .string(let text):
      prompts = [Prompt(tokens: tokenizer.encode(text, addingSpecialTokens: true), text: text)]
    case .array(let values):
      if case .integer = values.first {
        guard let tokens = tokens(values) else { throw fields.refusal("prompt", expected: expected) }
        prompts = [Prompt(tokens: tokens)]
        break
      }
      guard values.count <= promptLimit else { throw fields.refusal("prompt", expected: "at most \(promptLimit) prompts") }
      var areTexts: Bool?
      for value in values {
        switch value {
        case .string(let text) where areTexts != false:
          areTexts = true
          prompts.append(Prompt(tokens: tokenizer.encode(text, addingSpecialTokens: true), text: text))
        case .array(let list) where areTexts != true:
          areTexts = false
          guard let tokens = tokens(list) else { throw fields.refusal("prompt", expected: expected) }
          prompts.append(Prompt(tokens: tokens))
        default: throw fields.refusal("prompt", expected: expected)
        }
      }
    default: throw fields.refusal("prompt", expected: expected)
    }
    guard !prompts.isEmpty, prompts.allSatisfy({ !$0.tokens.isEmpty }) else { throw fields.refusal("prompt", expected: expected) }
    return prompts
  }

  private static func tokens(_ values: [JSONValue]) -> [Int32]? {
    var tokens: [Int32] = []
    tokens.reserveCapacity(values.count)
    for value in values {
      guard case .integer(let id) = value, let token = Int32(exactly: id), token >= 0 else { return nil }
      tokens.append(token)
    }
    return tokens
  }
}

import JSON
import Rollouts

/// The fields that completions and chat completions share: how to draw, how often, when to end, and whether to stream.
struct SamplingFields {
  /// Continuations of one prompt.
  static let sampleLimit = 128
  static let stopTextLimit = 16
  static let stopTextSizeLimit = 256
  static let stopTokenLimit = 256

  /// Penalties from a hundredth to this leave every logit finite.
  private static let penaltyLimit = 100.0

  /// Below this, dividing logits by the temperature may overflow, and the most probable token is taken anyway.
  private static let leastTemperature = 1e-4

  var options: SamplingOptions
  var sampleCount: Int
  /// The seed that was asked for.
  var seed: UInt64?
  var stopTexts: [String]
  /// Tokens that end a continuation beside the model's own.
  var stopTokens: [Int32]
  var streams: Bool
  var includesUsage: Bool

  init(_ fields: RequestFields) throws(ServerError) {
    let temperature = try fields.number("temperature", in: 0...2) ?? 1
    let topP = try fields.number("top_p", in: 0...1) ?? 1
    guard topP > 0 else { throw fields.refusal("top_p", expected: "a number above 0, up to 1") }
    // -1 is how vLLM's clients switch it off.
    let topK = try fields.integer("top_k", in: -1...Int(Int32.max)) ?? 0
    let penalty = try fields.number("repetition_penalty", in: 0...Self.penaltyLimit) ?? 1
    guard penalty >= 1 / Self.penaltyLimit else {
      throw fields.refusal("repetition_penalty", expected: "a number from \(1 / Self.penaltyLimit) to \(Self.penaltyLimit)")
    }
    options = SamplingOptions(
      temperature: temperature < Self.leastTemperature ? 0 : temperature, topK: max(0, topK),
      topP: max(topP, Double(Float.leastNormalMagnitude)), minP: try fields.number("min_p", in: 0...1) ?? 0, repetitionPenalty: penalty,
      maximumNewTokens: 0)
    sampleCount = try fields.integer("n", in: 1...Self.sampleLimit) ?? 1
    seed = try fields.integer("seed", in: Int.min...Int.max).map { UInt64(bitPattern: Int64($0)) }
    stopTexts = try Self.stopTexts(fields)
    stopTokens = try Self.stopTokens(fields)
    streams = try fields.boolean("stream")
    let streamOptions = try fields.object("stream_options")
    guard streamOptions == nil || streams else { throw fields.refusal("stream_options", "only with stream") }
    if let streamOptions { try Parameters.streamOptions.check(streamOptions) }
    includesUsage = try streamOptions?.boolean("include_usage") ?? false
    if let format = try fields.object("response_format") {
      guard format.value("type") == .string("text") else { throw format.unsupported("type", "only \"text\" is supported") }
    }
  }

  private static func stopTokens(_ fields: RequestFields) throws(ServerError) -> [Int32] {
    let expected = "an array of at most \(stopTokenLimit) tokens"
    guard let values = try fields.array("stop_token_ids") else { return [] }
    guard values.count <= stopTokenLimit else { throw fields.refusal("stop_token_ids", expected: expected) }
    var tokens: [Int32] = []
    for value in values {
      guard case .integer(let id) = value, let token = Int32(exactly: id), token >= 0 else {
        throw fields.refusal("stop_token_ids", expected: expected)
      }
      tokens.append(token)
    }
    return tokens
  }

  private static func stopTexts(_ fields: RequestFields) throws(ServerError) -> [String] {
    let values: [JSONValue]
    switch fields.value("stop") {
    case nil: return []
    case .array(let list): values = list
    case .some(let value): values = [value]
    }
    guard values.count <= stopTextLimit else { throw fields.refusal("stop", expected: "at most \(stopTextLimit) strings") }
    var texts: [String] = []
    for value in values {
      guard case .string(let text) = value, (1...stopTextSizeLimit).contains(text.utf8.count) else {
        throw fields.refusal("stop", expected: "a string or an array of strings, each of 1 to \(stopTextSizeLimit) bytes")
      }
      texts.append(text)
    }
    return texts
  }

  /// The seed to use: the requested one; else a new one for each request, if tokens are drawn at all.
  var seedOrRandom: UInt64 {
    // Up to 2^53, so that every client can send it back.
    seed ?? (options.temperature == 0 ? 0 : UInt64.random(in: 0..<1 << 53))
  }
}

import Foundation
import JSON

/// The shape of an answer: completions' or chat completions'.
protocol ReplyFormat: Sendable {
  /// The model that answers.
  var model: ServedModel { get }

  /// The beginning of every object of the answer.
  var head: ReplyHead { get }

  /// The `object` of a whole answer, and of a chunk.
  static var objects: (whole: String, chunk: String) { get }

  /// A choice as a whole, from all of its fragments.
  func choice(_ whole: Fragment) -> JSONValue

  /// The choices that a stream sends before the first fragment.
  func openingChoices(count: Int) -> [JSONValue]

  /// The choices of the chunks that a fragment is sent in.
  func chunkChoices(_ fragment: Fragment) -> [JSONValue]
}

/// The members that all objects of one answer share.
struct ReplyHead: Sendable {
  /// The answer's name, with the prefix that its shape asks for.
  var id: String
  /// Seconds since 1970.
  var created: Int
  var model: String
  /// Names the random numbers: the same request with this seed has the same answer.
  var seed: UInt64

  /// The beginning of an answer that is given now.
  init(_ prefix: String, _ model: ServedModel, seed: UInt64) {
    id = prefix + UUID().uuidString.filter { $0 != "-" }.lowercased()
    created = Int(Date.now.timeIntervalSince1970)
    self.model = model.name
    self.seed = seed
  }
}

/// Tokens read and drawn.
struct Usage: Sendable, Equatable {
  var promptTokens: Int
  var completionTokens: Int

  var json: JSONValue {
    .members([
      "prompt_tokens": .integer(promptTokens), "completion_tokens": .integer(completionTokens),
      "total_tokens": .integer(promptTokens + completionTokens),
    ])
  }
}

extension ReplyFormat {
  /// The whole answer.
  func reply(_ choices: [Fragment], usage: Usage) -> JSONValue {
    object(Self.objects.whole, choices: choices.map(choice), usage: usage.json)
  }

  /// A chunk of a stream. With `tellsUsage` the last chunk will have the usage, and all others have null there.
  func chunk(_ choice: JSONValue, tellsUsage: Bool) -> JSONValue {
    object(Self.objects.chunk, choices: [choice], usage: tellsUsage ? .null : nil)
  }

  /// The chunk that has the usage and no choice.
  func usageChunk(_ usage: Usage) -> JSONValue {
    object(Self.objects.chunk, choices: [], usage: usage.json)
  }

  private func object(_ name: String, choices: [JSONValue], usage: JSONValue?) -> JSONValue {
    var object = JSONObject([
      .init("id", .string(head.id)), .init("object", .string(name)), .init("created", .integer(head.created)),
      .init("model", .string(head.model)), .init("system_fingerprint", .string("seed-\(head.seed)")), .init("choices", .array(choices)),
    ])
    if let usage { object.members.append(.init("usage", usage)) }
    return .object(object)
  }
}

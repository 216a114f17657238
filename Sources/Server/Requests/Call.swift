import Rollouts

/// A request after reading: the requests to the source, and the form of the answer.
struct Call: Sendable {
  /// One a prompt, in the request's order; all with the same number of samples.
  var requests: [CompletionRequest]

  /// The request's parameter that the prompts come from.
  var promptParameter: String

  /// Each prompt's text, where the answer repeats it.
  var echoedTexts: [String]?

  /// How many alternatives to a token the answer reports beside its log-probability; nil where it reports neither.
  var toldAlternatives: Int?

  var streams: Bool
  var includesUsage: Bool

  /// The seed of the first prompt.
  var seed: UInt64

  /// Continuations of each prompt.
  var sampleCount: Int { requests.first?.sampleCount ?? 0 }

  /// Tokens of all prompts.
  var promptTokenCount: Int { requests.reduce(0) { $0 + $1.promptTokens.count } }
}

extension ServedModel {
  /// How many new tokens a prompt has room for.
  ///
  /// - Parameters:
  ///   - asked: The number that was asked for; nil for `standard`, or fewer where there is less room.
  ///   - standard: The number where none was asked for.
  func newTokens(
    asked: Int?, standard: Int, promptCount: Int, promptParameter: String
  ) throws(ServerError) -> Int {
    let room = source.maximumLength - promptCount
    let least = asked ?? 1
    guard room >= least else {
      throw ServerError(
        .contextLengthExceeded,
        """
        This model's maximum context length is \(source.maximumLength) tokens. However, you requested \(promptCount + least) tokens \
        (\(promptCount) in the prompt, \(least) in the completion).
        """,
        parameter: promptParameter)
    }
    return asked ?? min(standard, room)
  }
}

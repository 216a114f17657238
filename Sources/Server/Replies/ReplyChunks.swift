import JSON

/// The chunks of an answer that is streamed, as they come.
struct ReplyChunks<Format: ReplyFormat> {
  private let call: Call
  private let format: Format
  private var fragments: Fragments
  private var events: AsyncThrowingStream<CallRun.Event, any Error>.Iterator

  /// Chunks that are made and not taken yet, the next one last.
  private var waiting: [JSONValue] = []
  private var tellsUsage: Bool

  init(run: CallRun, call: Call, format: Format, fragments: Fragments) {
    self.call = call
    self.format = format
    self.fragments = fragments
    events = run.events.makeAsyncIterator()
    tellsUsage = call.includesUsage
    hold(format.openingChoices(count: fragments.choiceCount) + fragments.opening().flatMap(format.chunkChoices))
  }

  /// Tokens so far.
  var usage: Usage { Usage(promptTokens: call.promptTokenCount, completionTokens: fragments.completionTokenCount) }

  /// The next chunk; nil behind the last one.
  mutating func next() async throws -> JSONValue? {
    while waiting.isEmpty {
      guard let event = try await events.next(isolation: #isolation) else {
        guard fragments.isComplete else { throw CancellationError() }
        guard tellsUsage else { return nil }
        tellsUsage = false
        return format.usageChunk(usage)
      }
      hold(fragments.fragments(for: event).flatMap(format.chunkChoices))
    }
    return waiting.removeLast()
  }

  private mutating func hold(_ choices: [JSONValue]) {
    waiting = choices.reversed().map { format.chunk($0, tellsUsage: call.includesUsage) }
  }
}

import Logging

/// A log that a test reads.
struct LoggedLines: LogHandler {
  struct Line: Sendable {
    var level: Logger.Level
    var message: String
  }

  /// The lines as they come.
  let lines: AsyncStream<Line>
  private let written: AsyncStream<Line>.Continuation

  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  init() {
    (lines, written) = AsyncStream.makeStream()
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    written.yield(Line(level: event.level, message: event.message.description))
  }
}

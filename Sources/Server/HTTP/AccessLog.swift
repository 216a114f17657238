import Hummingbird
import Logging

/// The log line of a request, written when it has been answered.
struct AccessLog: Sendable {
  private let logger: Logger
  private let request: String
  private let level: Logger.Level
  private let start = ContinuousClock.now

  init(_ request: Request, logger: Logger) {
    self.logger = logger
    self.request = "\(request.method) \(request.uri.path.prefix(200))"
    level = request.method == .post ? .info : .debug
  }

  /// Writes the line. It has the server's own error, which the client doesn't see.
  func write(_ status: HTTPResponse.Status, usage: Usage? = nil, error: (any Error)? = nil) {
    var metadata: Logger.Metadata = ["status": "\(status.code)", "seconds": "\(start.duration(to: .now).inSeconds)"]
    if let usage {
      metadata["prompt"] = "\(usage.promptTokens)"
      metadata["completion"] = "\(usage.completionTokens)"
    }
    if let error { metadata["error"] = "\(String("\((error as? ServerError)?.cause ?? error)".prefix(1000)))" }
    logger.log(level: status.code >= 500 ? .error : level, "\(request)", metadata: metadata)
  }

  /// Logs that the answer was cancelled: the client has gone, or the server ends.
  func writeCancelled(usage: Usage? = nil) {
    var metadata: Logger.Metadata = ["seconds": "\(start.duration(to: .now).inSeconds)"]
    if let usage { metadata["completion"] = "\(usage.completionTokens)" }
    logger.log(level: level, "\(request) cancelled", metadata: metadata)
  }
}

extension Duration {
  /// Seconds with three decimals.
  fileprivate var inSeconds: String {
    let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    let fraction = String(milliseconds % 1000)
    return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
  }
}

import Listening
public import Logging
public import Runs

/// The port at which a process tells how it is.
public enum MetricsPort {
  /// Probes must find a place whoever else keeps connections open.
  private static let limits = ListeningLimits(connections: 256, idleTime: .seconds(15), patience: .zero)

  /// Does something with the port open, and closes it afterwards. A port that breaks later ends nothing but itself.
  ///
  /// - Parameter address: Where; nil for no port.
  /// - Throws: A ``ListeningError`` before anything is done where the address cannot be listened on; else what `body` throws.
  public static func open<Result>(
    at address: MetricsAddress?, telling board: any Board, logger: Logger, while body: () async throws -> Result
  ) async throws -> Result {
    guard let address else { return try await body() }
    // The library's own lines are of no use beside one that tells the address.
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let (listening, told) = AsyncStream<String>.makeStream()
    let listener = HTTPListener(
      MetricsResponder(board), host: address.host, port: address.port, limits: limits, logger: quiet, onListening: { told.yield($0) })
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { told.finish() }
        try await listener.run()
      }
      defer { tasks.cancelAll() }
      var addresses = listening.makeAsyncIterator()
      guard let place = await addresses.next() else {
        try await tasks.next()
        throw CancellationError()
      }
      logger.info("metrics at \(place)/metrics")
      return try await body()
    }
  }
}

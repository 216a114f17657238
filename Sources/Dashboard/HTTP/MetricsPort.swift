public import Listening
public import Logging

/// The port at which a process serves metrics and health.
public enum MetricsPort {
  /// Few, since they take descriptors from workers. A probe's connection lives for moments, and others make way for it.
  public static let limits = ListeningLimits(connections: 64, idleTime: .seconds(15), patience: .zero)

  /// Calls `body` with the port open, and closes it afterwards. If the port fails later, `body` goes on.
  ///
  /// - Parameters:
  ///   - address: Where; nil for no port.
  ///   - limits: How much connections may take.
  /// - Throws: A ``ListeningError`` where the address cannot be listened on, before `body` is called; else the errors of `body`.
  public static func open<Result>(
    at address: (host: String, port: Int)?, telling board: any Board, limits: ListeningLimits = Self.limits, logger: Logger,
    while body: () async throws -> Result
  ) async throws -> Result {
    guard let address else { return try await body() }
    // The library's own lines are of no use beside the one with the address.
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

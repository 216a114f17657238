internal import Glibc
public import Hummingbird
internal import HummingbirdCore
public import Logging
public import NIOCore
public import ServiceLifecycle

/// Answers HTTP requests at one address until its service group shuts down or its task is cancelled.
public struct HTTPListener<Responder: HTTPResponder>: Service
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
  private let responder: Responder
  private let host: String
  private let port: Int
  private let limits: ListeningLimits
  private let handlers: @Sendable () -> [any RemovableChannelHandler]
  private let logger: Logger
  private let onListening: @Sendable (_ address: String) async -> Void

  /// Creates a listener that does not listen yet.
  ///
  /// - Parameters:
  ///   - host: The name or address to listen on.
  ///   - port: The port; 0 for any that is free.
  ///   - handlers: The channel handlers of every connection beside HTTP's.
  ///   - onListening: Called once with the URL when requests are taken.
  public init(
    _ responder: Responder, host: String, port: Int, limits: ListeningLimits = ListeningLimits(), logger: Logger,
    handlers: @escaping @Sendable () -> [any RemovableChannelHandler] = { [] },
    onListening: @escaping @Sendable (_ address: String) async -> Void = { _ in }
  ) {
    self.responder = responder
    self.host = host
    self.port = port
    self.limits = limits
    self.logger = logger
    self.handlers = handlers
    self.onListening = onListening
  }

  /// Listens. When it is asked to end, it takes no more requests, and cuts off answers that are not done after the limits' patience.
  ///
  /// - Throws: A ``ListeningError`` where the address cannot be listened on.
  public func run() async throws {
    let application = application
    do {
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await application.run() }
        tasks.addTask { [patience = limits.patience] in
          try await gracefulShutdown()
          try await Task.sleep(for: patience)
        }
        defer { tasks.cancelAll() }
        try await tasks.next()
      }
    } catch let error as IOError {
      let place = "cannot listen on \(address(port: port))"
      guard error.errnoCode == EADDRINUSE else { throw ListeningError(.address, "\(place): \(error)", cause: error) }
      throw ListeningError(.inUse, "\(place): another process listens there; choose another port, or 0 for any that is free", cause: error)
    } catch let error as SocketAddressError {
      throw ListeningError(.address, "cannot listen on \(address(port: port)): \(error)", cause: error)
    }
  }

  private var application: Application<Responder> {
    // The library logs its own events, such as that it listens; only the responder's lines are wanted.
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let connections = limits.openConnections
    let crowd = ConnectionCrowd(capacity: connections)
    return Application(
      responder: responder,
      server: .http1(
        configuration: .init(
          // The keeper of each connection closes those that are idle.
          additionalChannelHandlers: [ConnectionEntrance(limits, in: crowd)] + handlers(), idleTimeout: nil)),
      // Above the crowd's capacity there is room for connections that others make way for, or that come while all are being answered.
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), backlog: connections,
        availableConnectionsDelegate: MaximumAvailableConnections(connections + Self.spare, logger: quiet)),
      onServerRunning: { [self] channel in await onListening(address(port: channel.localAddress?.port ?? port)) },
      logger: logger)
  }

  /// How many connections are accepted beyond the limit.
  private static var spare: Int { 32 }

  private func address(port: Int) -> String {
    "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }
}

import Foundation
import HuggingFace
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle

/// Serves one model over HTTP until its service group shuts down.
public struct ModelServer: Service {
  /// Open connections; more wait to be accepted.
  private static let connectionLimit = 1024

  private let model: ServedModel
  private let options: ServerOptions
  private let logger: Logger
  private let onListening: @Sendable (_ address: String) async -> Void

  /// Creates a server, without listening yet.
  ///
  /// - Parameters:
  ///   - onListening: Called once with the server's URL when requests are taken.
  /// - Throws: A ``ServerError`` where the options would let in anyone.
  public init(
    model: ServedModel, options: ServerOptions, logger: Logger,
    onListening: @escaping @Sendable (_ address: String) async -> Void = { _ in }
  ) throws(ServerError) {
    try options.check()
    self.model = model
    self.options = options
    self.logger = logger
    self.onListening = onListening
  }

  /// Serves. Asked to end, it takes no more requests, and cuts the answers that are not done after the options' patience.
  ///
  /// - Throws: A ``ServerError`` where the address cannot be listened on.
  public func run() async throws {
    let application = application
    do {
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await application.run() }
        tasks.addTask { [patience = options.patience] in
          try await gracefulShutdown()
          try await Task.sleep(for: patience)
        }
        defer { tasks.cancelAll() }
        try await tasks.next()
      }
    } catch let error as IOError {
      throw ServerError(.address, "cannot listen on \(address(port: options.port)): \(error.localizedDescription)", cause: error)
    } catch let error as SocketAddressError {
      throw ServerError(.address, "cannot listen on \(address(port: options.port)): \(error)", cause: error)
    }
  }

  private var application: Application<ModelResponder> {
    let responder = ModelResponder(
      model: model, credentials: Credentials(key: options.apiKey), maximumBodySize: options.maximumBodySize,
      created: Int(Date.now.timeIntervalSince1970))
    // The library tells of its own doings, such as that it listens; only this server's lines are wanted.
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    return Application(
      responder: responder,
      server: .http1(configuration: .init(additionalChannelHandlers: [ConnectionWatch()], idleTimeout: .seconds(120))),
      configuration: ApplicationConfiguration(
        address: .hostname(options.host, port: options.port), backlog: 1024,
        availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionLimit, logger: quiet)),
      onServerRunning: { [onListening, options] channel in
        await onListening(address(port: channel.localAddress?.port ?? options.port))
      },
      logger: logger)
  }

  private func address(port: Int) -> String {
    "http://\(options.host.contains(":") ? "[\(options.host)]" : options.host):\(port)"
  }
}

import Foundation
import Listening
public import Logging
public import ServiceLifecycle

/// Serves one model over HTTP until its service group shuts down.
public struct ModelServer: Service {
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

  /// Serves. When it is asked to end, it takes no more requests, and cuts off answers that are not done after the options' patience.
  ///
  /// - Throws: A ``ServerError`` where the address cannot be listened on.
  public func run() async throws {
    let responder = ModelResponder(
      model: model, credentials: Credentials(key: options.apiKey), maximumBodySize: options.maximumBodySize,
      created: Int(Date.now.timeIntervalSince1970))
    let listener = HTTPListener(
      responder, host: options.host, port: options.port, limits: ListeningLimits(patience: options.patience), logger: logger,
      handlers: { [ConnectionWatch()] }, onListening: onListening)
    do {
      try await listener.run()
    } catch let error as ListeningError {
      throw ServerError(.address, error.message, cause: error)
    }
  }
}

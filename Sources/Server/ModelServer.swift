import Foundation
internal import Listening
public import Logging
public import ServiceLifecycle

/// Serves a model, or several, over HTTP until its service group shuts down.
public struct ModelServer: Service {
  private let models: ServedModels
  private let options: ServerOptions
  private let logger: Logger
  private let onListening: @Sendable (_ address: String) async -> Void

  /// Creates a server, without listening yet.
  ///
  /// - Parameters:
  ///   - models: The models. The first one answers requests that name none.
  ///   - onListening: Called once with the server's URL when requests are taken.
  /// - Throws: A ``ServerError`` where the options would let in anyone, or two models have a name in common.
  public init(
    models: [ServedModel], options: ServerOptions, logger: Logger,
    onListening: @escaping @Sendable (_ address: String) async -> Void = { _ in }
  ) throws(ServerError) {
    try options.check()
    self.models = try ServedModels(models)
    self.options = options
    self.logger = logger
    self.onListening = onListening
  }

  /// Serves. When it is asked to end, it takes no more requests, and cuts off answers that are not done after the options' patience.
  ///
  /// - Throws: A ``ServerError`` where the address cannot be listened on.
  public func run() async throws {
    let responder = ModelResponder(
      models: models, options: options, created: Int(Date.now.timeIntervalSince1970))
    let listener = HTTPListener(
      responder, host: options.host, port: options.port, limits: options.limits, logger: logger,
      handlers: { [ConnectionWatch()] }, onListening: onListening)
    do {
      try await listener.run()
    } catch let error as ListeningError {
      throw ServerError(.address, error.message, cause: error)
    }
  }
}

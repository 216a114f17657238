package import Hummingbird
import Logging
import NIOCore

/// The connection and the log of a request.
package struct ServerContext: InitializableFromSource, Sendable {
  let channel: any Channel
  let logger: Logger

  /// Takes over the connection and the request's log.
  package init(source: ApplicationRequestContextSource) {
    channel = source.channel
    logger = source.logger
  }
}

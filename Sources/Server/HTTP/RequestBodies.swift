import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Reads the bodies of requests, within bounds.
struct RequestBodies: Sendable {
  /// The largest body, in bytes.
  let limit: Int

  /// The body of a request, which must say that it is JSON: a web page cannot send that to another origin without asking.
  ///
  /// A body that is announced as too large is refused before it is read, and the listener drops what still comes of it. A client that waits
  /// to be told to send its body is told so once nothing speaks against it.
  func body(of request: Request, on channel: any Channel) async throws -> [UInt8] {
    guard Self.isJSON(request.headers[.contentType]) else {
      let found = request.headers[.contentType].map { "\"\($0.prefix(100))\"" } ?? "none"
      throw ServerError(.mediaType, "Unsupported media type: expected Content-Type: application/json, found \(found).")
    }
    var body: [UInt8] = []
    if let length = request.headers[.contentLength].flatMap({ Int($0) }) {
      guard length <= limit else { throw tooLarge }
      body.reserveCapacity(length)
    }
    if request.headers[.expect]?.lowercased() == "100-continue" {
      // If the client has gone, reading fails.
      try? await channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue))).get()
    }
    do {
      for try await buffer in request.body {
        guard body.count + buffer.readableBytes <= limit else { throw tooLarge }
        body += buffer.readableBytesView
      }
    } catch let error as ServerError {
      throw error
    } catch {
      throw ServerError(.invalidRequest, "the request's body cannot be read", cause: error)
    }
    return body
  }

  private var tooLarge: ServerError {
    ServerError(.tooLarge, "The request's body is larger than the \(limit) bytes that are read.")
  }

  private static func isJSON(_ type: String?) -> Bool {
    let name = type?.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false).first
    return name?.filter { $0 != " " && $0 != "\t" }.lowercased() == "application/json"
  }
}

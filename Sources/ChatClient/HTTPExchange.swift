internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// One request over a connection of its own: an answer takes seconds, and its connection a thousandth of one.
struct HTTPExchange {
  var host: String
  var port: Int
  var path: String
  var headers: [(String, String)]
  var body: [UInt8]
  /// Seconds for the whole reply, from sending to the last byte.
  var timeout: Int

  /// What came back.
  struct Reply {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]
  }

  /// A reply with more bytes than this is none that a text of a few thousand tokens makes.
  static let maximumReply = 64 << 20

  private static let connectSeconds: Int64 = 10

  /// Posts the body and waits for the reply. Being cancelled closes the connection.
  ///
  /// Throws a ``ChatClientError`` whose message follows the server's name, and NIO's errors.
  func post() async throws -> Reply {
    let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(Self.connectSeconds))
      .connect(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(wrappingChannelSynchronously: channel)
        }
      }
    return try await withThrowingTaskGroup(of: Reply?.self) { group in
      group.addTask { try await reply(over: connection) }
      group.addTask {
        try await Task.sleep(for: .seconds(timeout))
        return nil
      }
      defer { group.cancelAll() }
      guard let reply = try await group.next() ?? nil else {
        throw ChatClientError(
          .late, "does not answer: nothing whole came for \(timeout) s: raise --timeout, or ask with fewer --concurrency")
      }
      return reply
    }
  }

  private func reply(over connection: NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>) async throws -> Reply {
    try await connection.executeThenClose { inbound, outbound in
      var fields = HTTPHeaders(headers)
      fields.add(name: "Host", value: host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
      fields.add(name: "Content-Type", value: "application/json")
      fields.add(name: "Content-Length", value: "\(body.count)")
      fields.add(name: "Connection", value: "close")
      try await outbound.write(.head(HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: fields)))
      try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: body))))
      try await outbound.write(.end(nil))
      var reply: Reply?
      for try await part in inbound {
        switch part {
        case .head(let head): reply = Reply(status: Int(head.status.code), headers: head.headers, body: [])
        case .body(let bytes):
          guard (reply?.body.count ?? 0) + bytes.readableBytes <= Self.maximumReply else {
            throw ChatClientError(.reply, "replied more than \(Self.maximumReply) bytes, expected a completion")
          }
          reply?.body.append(contentsOf: bytes.readableBytesView)
        case .end:
          if let reply { return reply }
        }
      }
      throw ChatClientError(.connection, "the connection was closed before the reply was whole")
    }
  }
}

extension HTTPExchange.Reply {
  /// The shortest and the longest pause that is kept, in seconds.
  private static let pauses = 0.5...300

  /// How long a server that is busy asks to wait before another attempt: in seconds, or until a date. Nil where it does not say.
  var pause: Duration? {
    guard status == 429 || status == 503, let told = headers.first(name: "Retry-After") else { return nil }
    guard let seconds = Int(told).map(Double.init) ?? Self.date(told)?.timeIntervalSinceNow else { return nil }
    return .seconds(min(max(seconds, Self.pauses.lowerBound), Self.pauses.upperBound))
  }

  /// A date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
  private static func date(_ text: String) -> Date? {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return format.date(from: text)
  }
}

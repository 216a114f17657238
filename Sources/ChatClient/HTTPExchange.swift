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

  /// What came back.
  struct Reply {
    var status: Int
    var body: [UInt8]
  }

  /// A reply with more bytes than this is none that a text of a few thousand tokens makes.
  static let maximumReply = 64 << 20

  private static let connectSeconds: Int64 = 10

  /// Posts the body and waits for the reply.
  func post() async throws -> Reply {
    let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(Self.connectSeconds))
      .connect(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(wrappingChannelSynchronously: channel)
        }
      }
    return try await connection.executeThenClose { inbound, outbound in
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
        case .head(let head): reply = Reply(status: Int(head.status.code), body: [])
        case .body(let bytes):
          guard (reply?.body.count ?? 0) + bytes.readableBytes <= Self.maximumReply else {
            throw ChatClientError(.reply, "a reply of more than \(Self.maximumReply) bytes, expected an answer")
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

import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on a free port of loopback that replies to requests by a function of the number before them and their bodies.
final class AnsweringServer: Sendable {
  /// A status and a body; nil closes the connection, and the status 0 leaves it without an answer.
  typealias Reply = @Sendable (_ number: Int, _ path: String, _ body: String) -> (status: Int, body: String)?

  private let channel: any Channel
  private let counts: Counts

  /// How many requests came, how many were open at once at most, and how many connections have ended.
  final class Counts: Sendable {
    let values = Mutex((total: 0, open: 0, most: 0, ended: 0))
  }

  /// Listens; every reply has these headers, too.
  init(headers: [(String, String)] = [], _ reply: @escaping Reply) async throws {
    let counts = Counts()
    self.counts = counts
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(reply, headers, counts))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  var address: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)/v1" }

  var total: Int { counts.values.withLock { $0.total } }

  var most: Int { counts.values.withLock { $0.most } }

  var ended: Int { counts.values.withLock { $0.ended } }

  func stop() async { try? await channel.close() }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let reply: Reply
    private let headers: [(String, String)]
    private let counts: Counts
    private var path = ""
    private var body = ""

    init(_ reply: @escaping Reply, _ headers: [(String, String)], _ counts: Counts) {
      self.reply = reply
      self.headers = headers
      self.counts = counts
    }

    func channelInactive(context: ChannelHandlerContext) {
      counts.values.withLock { $0.ended += 1 }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): path = head.uri
      case .body(let bytes): body += String(buffer: bytes)
      case .end:
        let number = counts.values.withLock { counts in
          counts.open += 1
          counts.most = max(counts.most, counts.open)
          counts.total += 1
          return counts.total - 1
        }
        let answer = reply(number, path, body)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        // Long enough for other requests to come meanwhile.
        context.eventLoop.scheduleTask(in: .milliseconds(20)) {
          let (handler, context) = bound.value
          handler.finish(context, answer)
        }
      }
    }

    private func finish(_ context: ChannelHandlerContext, _ answer: (status: Int, body: String)?) {
      counts.values.withLock { $0.open -= 1 }
      guard let answer else { return context.close(promise: nil) }
      guard answer.status > 0 else { return }
      let headers = HTTPHeaders([("Content-Length", "\(answer.body.utf8.count)"), ("Connection", "close")] + headers)
      context.write(
        wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: headers))),
        promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }
}

import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Says in every answer whether its connection goes on, and sees to it that this is true. It stands where a request's version is known.
///
/// A connection ends with an answer whose client wants that, whose client's version is too old for chunks where the answer has no length,
/// whose request has not been read to its end, or that says so itself.
final class RequestGate: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private let keeper: ConnectionKeeper

  /// Whether the answer under way is the connection's last.
  private var isLast = false
  /// Whether the last answer has been given.
  private var isOver = false

  init(_ keeper: ConnectionKeeper) {
    self.keeper = keeper
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(var head):
      let request = ConnectionPhase.Request(isOld: head.version.major < 1 || head.version == .http1_0, staysOpen: head.isKeepAlive)
      keeper.change { $0.beginRequest(request, at: .now()) }
      // Older clients know no answer before the answer.
      if request.isOld { head.headers.remove(name: "Expect") }
      context.fireChannelRead(wrapInboundOut(.head(head)))
    case .body: context.fireChannelRead(data)
    case .end:
      keeper.change { $0.endRequest() }
      keeper.note(isAnswered: true)
      context.fireChannelRead(data)
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard !isOver else {
      promise?.fail(ChannelError.outputClosed)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head(let head): context.write(wrapOutboundOut(.head(framed(head))), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      keeper.change { $0.endAnswer(at: .now()) }
      keeper.note(isAnswered: false)
      guard isLast else { return context.write(data, promise: promise) }
      isOver = true
      keeper.change { $0.note(isUnsent: true, at: .now()) }
      let sent = promise ?? context.eventLoop.makePromise()
      sent.futureResult.assumeIsolated().whenComplete { [keeper] _ in keeper.linger() }
      context.writeAndFlush(data, promise: sent)
    }
  }

  private func framed(_ head: HTTPResponseHead) -> HTTPResponseHead {
    // 100 Continue and its like come before the answer.
    guard head.status.code >= 200 else { return head }
    var head = head
    // What answers no request, as the answer to one that cannot be parsed, is the last.
    let request = keeper.phase.requests.first ?? ConnectionPhase.Request(isOld: false, staysOpen: false)
    if request.isOld { head.version = .http1_0 }
    let endsWithConnection = request.isOld && head.status.mayHaveResponseBody && !head.headers.contains(name: "Content-Length")
    isLast = !request.staysOpen || !request.isComplete || endsWithConnection || head.headers[canonicalForm: "Connection"].contains("close")
    head.headers.remove(name: "Connection")
    if isLast {
      head.headers.add(name: "Connection", value: "close")
    } else if request.isOld {
      head.headers.add(name: "Connection", value: "keep-alive")
    }
    return head
  }
}

/// Takes a new connection in: places the keeper and the gate, which stand before the handlers that the library lets others add.
final class ConnectionEntrance: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let keeper: ConnectionKeeper

  init(_ limits: ListeningLimits, in crowd: ConnectionCrowd) {
    keeper = ConnectionKeeper(limits, in: crowd)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let pipeline = context.pipeline.syncOperations
    do {
      let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
      try pipeline.addHandler(RequestGate(keeper), position: .before(codec))
      try pipeline.addHandler(keeper, position: .first)
    } catch {
      context.close(promise: nil)
    }
  }
}

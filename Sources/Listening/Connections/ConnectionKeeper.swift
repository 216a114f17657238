import NIOCore

/// Keeps one connection's times. It stands first, where bytes come in.
///
/// Connections that take too long are closed; one that has begun a request is answered 408 before. A client that has had its last answer
/// sees its end at once; what it still sends is dropped for a while, because closing with unread bytes would take the answer from it.
final class ConnectionKeeper: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let crowd: ConnectionCrowd
  private(set) var phase: ConnectionPhase
  private var context: ChannelHandlerContext?
  private var timer: (deadline: NIODeadline, task: Scheduled<Void>)?

  init(_ limits: ListeningLimits, in crowd: ConnectionCrowd) {
    self.crowd = crowd
    phase = ConnectionPhase(limits, at: .now())
  }

  /// Takes note of an event, and of the deadline that follows from it.
  func change<Result>(_ event: (inout ConnectionPhase) -> Result) -> Result {
    defer { setTimer() }
    return event(&phase)
  }

  /// A request is complete, or its answer is.
  func note(isAnswered: Bool) {
    if let context { crowd.note(context.channel, isAnswered: isAnswered) }
  }

  /// Ends the connection once its last answer has been sent.
  func linger() {
    guard let context, !phase.isLingering else { return }
    change { $0.linger(at: .now()) }
    context.close(mode: .output, promise: nil)
    context.read()
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    crowd.enter(context.channel)
    setTimer()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    leave(context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    leave(context)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let isTooMuch = change { $0.receive(unwrapInboundIn(data).readableBytes, at: .now()) }
    if isTooMuch {
      context.close(promise: nil)
    } else if !phase.isLingering {
      context.fireChannelRead(data)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if phase.isLingering { context.read() } else { context.fireChannelReadComplete() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    let isUnsent = !context.channel.isWritable
    change { $0.note(isUnsent: isUnsent, at: .now()) }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if phase.isLingering, case .inputClosed? = event as? ChannelEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  private func leave(_ context: ChannelHandlerContext) {
    crowd.leave(context.channel)
    timer?.task.cancel()
    timer = nil
    self.context = nil
  }

  /// Sets the timer, unless one is set that comes as early and looks again.
  private func setTimer() {
    guard let context, let deadline = phase.deadline else { return }
    if let timer {
      guard deadline < timer.deadline else { return }
      timer.task.cancel()
    }
    let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
      self?.timer = nil
      self?.look()
    }
    timer = (deadline, task)
  }

  private func look() {
    guard let context else { return }
    let now = NIODeadline.now()
    if let bytes = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes) { phase.note(unsentBytes: bytes, at: now) }
    guard let deadline = phase.deadline, deadline <= now else { return setTimer() }
    guard phase.canBeTold else { return context.close(promise: nil) }
    let answer = ByteBuffer(string: "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    linger()
  }
}

import NIOCore
import Synchronization

/// Notices that a connection's client has gone away, and cancels the work for it.
///
/// A client that closes its side while it waits for an answer counts as gone, as with most HTTP servers: the library by itself would
/// complete the answer, since it keeps half-closed connections open.
final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler, Sendable {
  typealias InboundIn = NIOAny

  private struct State {
    var isClosed = false
    var lastNumber = 0
    var actions: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  /// The watch of a connection that the server has accepted; one that never notices anything for other channels.
  static func of(_ channel: any Channel) async -> ConnectionWatch {
    (try? await channel.pipeline.handler(type: ConnectionWatch.self).get()) ?? ConnectionWatch()
  }

  /// Whether the client has gone.
  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Runs `action` once, from any thread, when the connection closes, or now if it has; returns its number for ``remove(_:)``.
  func onClose(_ action: @escaping @Sendable () -> Void) -> Int? {
    let number: Int? = state.withLock { state in
      guard !state.isClosed else { return nil }
      state.lastNumber += 1
      state.actions[state.lastNumber] = action
      return state.lastNumber
    }
    if number == nil { action() }
    return number
  }

  /// Forgets an action.
  func remove(_ number: Int?) {
    guard let number else { return }
    state.withLock { _ = $0.actions.removeValue(forKey: number) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent { close() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    close()
    context.fireChannelInactive()
  }

  private func close() {
    let actions = state.withLock { state in
      state.isClosed = true
      defer { state.actions = [:] }
      return Array(state.actions.values)
    }
    for action in actions { action() }
  }
}

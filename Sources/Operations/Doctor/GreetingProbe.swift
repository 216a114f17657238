import NIOCore
import NIOPosix
import SystemPackage

/// Opens a connection and reads the first bytes that the other side sends: a learner sends ZMTP's greeting.
///
/// It ends before the handshake, so that the learner never hears of it.
struct GreetingProbe {
  /// The other side's name or address, without brackets.
  var host: String
  /// Its port.
  var port: Int

  /// The result.
  enum Answer: Sendable, Equatable {
    /// A ZMTP socket, with its major version and the security mechanism that it asks for.
    case greeting(version: UInt8, mechanism: String)
    /// Something that listens and does not speak ZMTP.
    case stranger
    /// No connection, and why.
    case unreachable(reason: String)
  }

  /// The beginning of ZMTP 3's greeting: signature and version. The mechanism is left out: a peer answers with its own greeting all the
  /// same, whereas it would hang up on a mechanism that it doesn't share.
  private static let greeting: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3]

  /// How long the other side may take to say who it is.
  private static let patience = Duration.seconds(5)

  /// Connects and asks.
  func run() async -> Answer {
    let (bytes, heard) = AsyncStream<[UInt8]>.makeStream()
    let channel: any Channel
    do {
      channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(5))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(GreetingReader(heard)) }
        }
        .connect(host: host, port: port).get()
    } catch {
      return .unreachable(reason: Self.reason(error))
    }
    let alarm = Task {
      try? await Task.sleep(for: Self.patience)
      heard.finish()
    }
    defer { alarm.cancel() }
    try? await channel.writeAndFlush(ByteBuffer(bytes: Self.greeting))
    var found: [UInt8] = []
    for await piece in bytes {
      found += piece
      if found.count >= 64 { break }
    }
    try? await channel.close()
    return Self.read(found)
  }

  /// The content of a greeting's bytes.
  static func read(_ bytes: [UInt8]) -> Answer {
    guard bytes.count >= 32, bytes[0] == 0xFF, bytes[9] & 1 == 1 else { return .stranger }
    let mechanism = String(decoding: bytes[12..<32].prefix { $0 != 0 }, as: UTF8.self)
    return .greeting(version: bytes[10], mechanism: mechanism)
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      if error.dnsAError != nil || error.dnsAAAAError != nil, error.connectionErrors.isEmpty { return "the name cannot be resolved" }
      return error.connectionErrors.first.map { reason($0.error) } ?? "\(error)"
    case let error as IOError: return "\(Errno(rawValue: error.errnoCode))"
    case ChannelError.connectTimeout: return "no answer within 5 s"
    case is SocketAddressError: return "the name cannot be resolved"
    default: return "\(error)"
    }
  }
}

/// Passes on the received bytes.
private final class GreetingReader: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let heard: AsyncStream<[UInt8]>.Continuation
  private var count = 0

  init(_ heard: AsyncStream<[UInt8]>.Continuation) {
    self.heard = heard
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    count += buffer.readableBytes
    // A greeting has 64 bytes. A peer that sends more is no learner, and the rest is ignored.
    if count <= 4096 { heard.yield(Array(buffer.readableBytesView)) } else { heard.finish() }
  }

  func channelInactive(context: ChannelHandlerContext) { heard.finish() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    heard.finish()
    context.close(promise: nil)
  }
}

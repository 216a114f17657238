import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import NIOPosix
import Server
import ServiceLifecycle
import Synchronization
import Tokenizers

/// A server on a port of its own over a fake source.
struct TestServer: Sendable {
  static let modelName = "tiny/model"

  /// The tokenizer of the model that ships with the package: bytes and some words.
  static func tokenizer() throws -> Tokenizer {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../Sources/Demonstration/Resources/EmbeddedModel")
    return try Tokenizer(folder: folder.standardizedFileURL.path)
  }

  let port: Int
  let source: FakeSource
  let adapterSources: [FakeSource]
  let tokenizer: Tokenizer

  /// Runs `body` beside a server, which ends in good order afterwards.
  static func run(
    _ conduct: FakeSource.Conduct = .answers, maximumLength: Int = 128, options: ServerOptions = ServerOptions(port: 0),
    template: ServedModel.ChatRenderer? = render, adapters: [String] = [], logger: Logger = quietLogger,
    _ body: @Sendable (TestServer, ServiceGroup) async throws -> Void
  ) async throws {
    let tokenizer = try tokenizer()
    let source = FakeSource(conduct, tokenizer: tokenizer, maximumLength: maximumLength)
    let model = ServedModel(
      name: modelName, aliases: ["/models/tiny"], source: source, tokenizer: tokenizer, stopTokens: [0],
      renderChat: template, tokenizerInformation: .init([.init("eos_token", .string("<|endoftext|>"))]))
    let others = adapters.map { name in
      ServedModel(
        name: "\(modelName)+\(name)", base: modelName, source: FakeSource(conduct, tokenizer: tokenizer, maximumLength: maximumLength),
        tokenizer: tokenizer, stopTokens: [0], renderChat: template)
    }
    let (ports, found) = AsyncStream<Int>.makeStream()
    let server = try ModelServer(models: [model] + others, options: options, logger: logger) { address in
      found.yield(Int(address.split(separator: ":").last ?? "") ?? 0)
    }
    let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { found.finish() }
        try await group.run()
      }
      if let port = await ports.first(where: { _ in true }) {
        do {
          let sources = others.compactMap { $0.source as? FakeSource }
          try await body(TestServer(port: port, source: source, adapterSources: sources, tokenizer: tokenizer), group)
        } catch {
          await group.triggerGracefulShutdown()
          throw error
        }
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  static func run(
    _ conduct: FakeSource.Conduct = .answers, maximumLength: Int = 128, options: ServerOptions = ServerOptions(port: 0),
    template: ServedModel.ChatRenderer? = render, adapters: [String] = [], logger: Logger = quietLogger,
    _ body: @Sendable (TestServer) async throws -> Void
  ) async throws {
    try await run(conduct, maximumLength: maximumLength, options: options, template: template, adapters: adapters, logger: logger) {
      server, _ in
      try await body(server)
    }
  }

  static let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// A template: each role and content in brackets. It refuses the role "nobody".
  static let render: ServedModel.ChatRenderer = { messages, variables, addsGenerationPrompt in
    let texts = try messages.map { message in
      guard message["role"] != .string("nobody") else { throw RefusedRole() }
      return "[\(message["role"].text): \(message["content"].text)]"
    }
    return texts.joined() + variables.members.map { "{\($0.key)=\($0.value.summary)}" }.joined()
      + (addsGenerationPrompt ? "[assistant:" : "")
  }

  private struct RefusedRole: Error, CustomStringConvertible {
    var description: String { "nobody may not speak" }
  }

  struct Answer: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: String

    var json: JSONValue { (try? JSONReader.value(of: Array(body.utf8), source: "the answer")) ?? .null }

    /// What follows each `data: `.
    var events: [String] {
      body.components(separatedBy: "\n\n").filter { !$0.isEmpty }.map { $0.hasPrefix("data: ") ? String($0.dropFirst(6)) : "?" + $0 }
    }

    /// The chunks of a stream, without the final `[DONE]`.
    var chunks: [JSONValue] {
      events.dropLast().map { (try? JSONReader.value(of: Array($0.utf8), source: "a chunk")) ?? .null }
    }

    /// What the chunks of a stream have of one choice.
    func pieces(ofChoice index: Int) -> [JSONValue] {
      var pieces: [JSONValue] = []
      for chunk in chunks where chunk["choices"][0]["index"] == .integer(index) { pieces.append(chunk["choices"][0]) }
      return pieces
    }
  }

  /// Sends a request on a connection of its own.
  func send(
    _ method: HTTPRequest.Method, _ path: String, body: String? = nil, headers: HTTPFields = [:]
  ) async throws -> Answer {
    var head = "\(method.rawValue) \(path) HTTP/1.1\r\nConnection: close\r\n"
    if !headers.contains(where: { $0.name == Self.host }) { head += "Host: 127.0.0.1\r\n" }
    if body != nil, headers[.contentType] == nil { head += "Content-Type: application/json\r\n" }
    for field in headers { head += "\(field.name.rawName): \(field.value)\r\n" }
    if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
    let received = Mutex("")
    try await connect(sending: head + "\r\n" + (body ?? "")) { pieces in
      let text = await pieces.whole
      received.withLock { $0 = text }
    }
    return try Answer(parsing: received.withLock { $0 })
  }

  func complete(_ body: String) async throws -> Answer { try await send(.post, "/v1/completions", body: body) }

  func chat(_ body: String) async throws -> Answer { try await send(.post, "/v1/chat/completions", body: body) }

  /// The field that names the server.
  static let host: HTTPField.Name = {
    guard let name = HTTPField.Name("Host") else { preconditionFailure("Host") }
    return name
  }()

  /// Sends bytes as they are and hands over what comes back, piece by piece; the connection closes afterwards, and this side of it
  /// once `halfClosing` returns.
  func connect(
    sending text: String, halfClosing: (@Sendable () async -> Void)? = nil,
    _ body: @escaping @Sendable (AsyncThrowingStream<[UInt8], any Error>) async throws -> Void
  ) async throws {
    try await converse { pieces, outbound in
      try await outbound.write(ByteBuffer(string: text))
      if let halfClosing {
        await halfClosing()
        outbound.finish()
      }
      try await body(pieces)
    }
  }

  /// Opens a connection for as long as `body` runs, which is handed what comes back, piece by piece, and a writer.
  func converse(
    _ body:
      @escaping @Sendable (
        AsyncThrowingStream<[UInt8], any Error>, NIOAsyncChannelOutboundWriter<ByteBuffer>
      ) async throws -> Void
  ) async throws {
    // A connection that the other side has closed halfway can still be written to.
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).channelOption(.allowRemoteHalfClosure, value: true)
    let channel = try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
      channel.eventLoop.makeCompletedFuture {
        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
          wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
      }
    }
    try await channel.executeThenClose { inbound, outbound in
      let (pieces, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
      let reading = Task {
        do {
          for try await buffer in inbound { continuation.yield(Array(buffer.readableBytesView)) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      try await body(pieces, outbound)
      reading.cancel()
    }
  }

  /// A POST as it goes over the wire.
  static func post(_ path: String, _ body: String) -> String {
    "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }
}

extension AsyncThrowingStream<[UInt8], any Error> {
  /// What has come when `isEnough` is true of it, or the other side has closed.
  func text(until isEnough: (String) -> Bool) async -> String {
    var bytes: [UInt8] = []
    do {
      for try await piece in self {
        bytes += piece
        if isEnough(String(decoding: bytes, as: UTF8.self)) { break }
      }
    } catch {
      // The other side has closed without much ado.
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// All that comes until the other side closes.
  var whole: String {
    get async { await text { _ in false } }
  }
}

extension JSONValue {
  /// A member of an object, null where there is none.
  subscript(key: String) -> JSONValue {
    if case .object(let object) = self { object[key] ?? .null } else { .null }
  }

  /// An element of an array, null where there is none.
  subscript(index: Int) -> JSONValue {
    if case .array(let values) = self, values.indices.contains(index) { values[index] } else { .null }
  }

  /// The elements of an array.
  var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }

  /// The names of an object's members.
  var keys: [String] { if case .object(let object) = self { object.members.map(\.key) } else { [] } }

  /// A string's characters.
  var text: String { if case .string(let text) = self { text } else { "" } }

  /// An array of numbers, where null is nil.
  var numbers: [Double?] {
    elements.map {
      switch $0 {
      case .integer(let value): Double(value)
      case .number(let value): value
      default: nil
      }
    }
  }
}

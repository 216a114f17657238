internal import ChatTemplates
internal import Evaluation
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A model behind `/v1/chat/completions` and `/v1/completions`.
public struct ChatServer: Sendable {
  /// The address of the API, such as `http://127.0.0.1:8000/v1`.
  public let address: String

  /// The model's name there.
  public let model: String

  private let host: String
  private let port: Int
  private let path: String
  private let apiKey: String?
  private let timeout: Int

  /// Seconds that a whole reply may take where nobody says otherwise.
  public static let usualTimeout = 600

  /// Reads an address; a path that does not end in `/v1` gets it, as clients are used to. A whole reply may take `timeout` seconds.
  public init(
    _ address: String, model: String, apiKey: String? = nil, timeout: Int = usualTimeout
  ) throws(ChatClientError) {
    let expected = "expected an address such as http://127.0.0.1:8000/v1"
    guard let parts = URLComponents(string: address), let host = parts.host, !host.isEmpty, let scheme = parts.scheme?.lowercased() else {
      throw ChatClientError(.address, "--server \(address): \(expected)")
    }
    guard scheme == "http" else {
      let advice = scheme == "https" ? "a server with TLS is asked through a proxy on this host; " : ""
      throw ChatClientError(.address, "--server \(address): \(advice)\(expected)")
    }
    var path = parts.percentEncodedPath
    while path.hasSuffix("/") { path.removeLast() }
    if !path.hasSuffix("/v1") { path += "/v1" }
    self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    port = parts.port ?? 80
    self.path = path
    self.model = model
    self.apiKey = apiKey
    self.timeout = timeout
    self.address = "http://\(host):\(parts.port ?? 80)\(path)"
  }

  /// What is asked of the model: messages of a chat, or a text to go on with.
  struct Call: Encodable {
    struct Message: Encodable {
      var role: String
      var content: String
    }
    var model: String
    var messages: [Message]?
    var prompt: String?
    var max_tokens: Int
    var temperature: Double
    var top_p = 1.0
    var seed: Int
    var n = 1
  }

  private struct Completion: Decodable {
    struct Choice: Decodable {
      struct Message: Decodable {
        var content: String?
      }
      var message: Message?
      var text: String?
      var finish_reason: String?
    }
    struct Usage: Decodable {
      var completion_tokens: Int?
    }
    var choices: [Choice]
    var usage: Usage?
  }

  /// One response to a prompt. A server that is busy, or whose connection breaks, is asked again a few times, after the pause that it asks for.
  func response(
    to prompt: ModelPrompt, maximumTokens: Int, temperature: Double, seed: Int
  ) async throws -> ModelResponse {
    var call = Call(model: model, max_tokens: maximumTokens, temperature: temperature, seed: seed)
    let place: String
    switch prompt {
    case .chat(let messages):
      place = "/chat/completions"
      call.messages = messages.map { Call.Message(role: $0.role, content: $0.content) }
    case .text(let text):
      place = "/completions"
      call.prompt = text
    }
    let encoder = JSONEncoder()
    // The same bytes for the same question.
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let exchange = HTTPExchange(
      host: host, port: port, path: path + place, headers: apiKey.map { [("Authorization", "Bearer \($0)")] } ?? [],
      body: [UInt8](try encoder.encode(call)), timeout: timeout)
    var (attempt, waits) = (0, 0)
    while true {
      let last = attempt == Self.pauses.count
      do {
        let reply = try await exchange.post()
        if reply.status == 200 { return try read(reply.body) }
        if let pause = reply.pause, waits < Self.maximumWaits {
          waits += 1
          try await Task.sleep(for: pause)
          continue
        }
        guard !last, reply.pause == nil, Self.busy.contains(reply.status) else { throw refusal(reply) }
      } catch let error as ChatClientError where error.code != .connection {
        throw ChatClientError(error.code, "\(address) \(error.message)", cause: error.cause)
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        if last { throw ChatClientError(.connection, "\(address) does not answer: \(Self.reason(error))", cause: error) }
      }
      try await Task.sleep(for: .milliseconds(Self.pauses[attempt]))
      attempt += 1
    }
  }

  /// Milliseconds before another attempt.
  private static let pauses = [500, 2000, 8000]

  /// The most pauses of a request that the server asks for.
  private static let maximumWaits = 10

  /// What a server says that will answer later.
  private static let busy: Set<Int> = [408, 429, 500, 502, 503, 504]

  /// What a server says of a request that it understands, and does not take: too long for the model, or not allowed.
  private static let unacceptable: Set<Int> = [400, 413, 422]

  /// The largest number of tokens that is believed.
  private static let maximumTokenCount = Int(Int32.max)

  /// The error for a status, to follow the address.
  private func refusal(_ reply: HTTPExchange.Reply) -> ChatClientError {
    if (300..<400).contains(reply.status), let place = reply.headers.first(name: "Location") {
      return ChatClientError(
        .refused,
        "refused with status \(reply.status): it sends on to \(Self.excerpt(Array(place.utf8))): name the server there after --server")
    }
    return ChatClientError(
      Self.unacceptable.contains(reply.status) ? .question : .refused, "refused with status \(reply.status): \(Self.excerpt(reply.body))")
  }

  /// Reads a completion; the message of an error follows the address.
  private func read(_ body: [UInt8]) throws(ChatClientError) -> ModelResponse {
    guard let completion = try? JSONDecoder().decode(Completion.self, from: Data(body)), let choice = completion.choices.first,
      choice.message != nil || choice.text != nil
    else {
      throw ChatClientError(.reply, "replied \(Self.excerpt(body)), expected a completion")
    }
    let count = completion.usage?.completion_tokens
    if let count, !(0...Self.maximumTokenCount).contains(count) {
      throw ChatClientError(.reply, "replied a completion of \(count) tokens, expected from 0 to \(Self.maximumTokenCount)")
    }
    return ModelResponse(
      text: choice.message?.content ?? choice.text ?? "", tokenCount: count, isTruncated: choice.finish_reason == "length")
  }

  /// Why there is no connection, in a few words.
  private static func reason(_ error: any Error) -> String {
    guard let connecting = error as? NIOConnectionError else { return oneLine("\(error)") }
    guard let cause = connecting.connectionErrors.last?.error else { return "no address is known for \(connecting.host)" }
    guard let cause = cause as? IOError else { return oneLine("\(cause)") }
    return unsafe String(cString: strerror(cause.errnoCode))
  }

  private static func excerpt(_ bytes: [UInt8]) -> String {
    let text = oneLine(String(decoding: bytes, as: UTF8.self))
    return text.isEmpty ? "nothing" : text.count > 200 ? text.prefix(200) + "…" : text
  }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 } ? " " : $0 })
  }
}

package import Hummingbird
internal import JSON
internal import Logging
internal import NIOCore
internal import Rollouts

/// Answers every request: finds what its path names, checks who asks, and gives each failure OpenAI's shape.
package struct ModelResponder: HTTPResponder {
  let model: ServedModel
  let credentials: Credentials
  let maximumBodySize: Int
  let readers = CallReaders()
  /// When the server began, which stands for the model's creation. Seconds since 1970.
  let created: Int

  private static let discardedBodySize = 64 << 20

  /// Answers a request. Errors are answers as well.
  package func respond(to request: Request, context: ServerContext) async throws -> Response {
    let log = AccessLog(request, logger: context.logger)
    do {
      return try await answer(request, context, log)
    } catch is CancellationError {
      log.writeCancelled()
      return Self.response(ServerError(.stopped, "The server is ending."), to: request)
    } catch {
      let told = ServerError(telling: error)
      log.write(told.status, error: error)
      return Self.response(told, to: request)
    }
  }

  private func answer(_ request: Request, _ context: ServerContext, _ log: AccessLog) async throws -> Response {
    let path = request.uri.path
    if path == "/health" {
      try check(request, allows: .get)
      return finish(.members(["status": .string("ok")]), log)
    }
    try credentials.check(request.headers)
    switch path {
    case "/v1/models":
      try check(request, allows: .get)
      return finish(.members(["object": .string("list"), "data": .array([modelObject])]), log)
    case _ where path.hasPrefix("/v1/models/"):
      try check(request, allows: .get)
      let name = String(path.dropFirst("/v1/models/".count))
      guard model.isCalled(name) || model.isCalled(name.percentDecoded) else { throw model.unknown(name) }
      return finish(modelObject, log)
    case "/v1/completions":
      let watch = await ConnectionWatch.of(context.channel)
      let call = try await call(of: request, watch, CompletionsCall.read)
      let head = head("cmpl-", seed: call.seed)
      let format = CompletionsFormat(head: head, model: model, tellsTokens: call.toldAlternatives != nil)
      return try await answer(call, format, watch, log)
    case "/v1/chat/completions":
      let watch = await ConnectionWatch.of(context.channel)
      let call = try await call(of: request, watch, ChatCall.read)
      let format = ChatFormat(head: head("chatcmpl-", seed: call.seed), model: model, tellsTokens: call.toldAlternatives != nil)
      return try await answer(call, format, watch, log)
    default: throw ServerError(.unknownRoute, "Unknown request URL: \(request.method) \(path.prefix(200)).")
    }
  }

  private func check(_ request: Request, allows method: HTTPRequest.Method) throws(ServerError) {
    guard request.method == method else {
      throw ServerError(.wrongMethod, "Not allowed to \(request.method) on \(request.uri.path.prefix(200)) (HINT: use \(method)).")
    }
  }

  private func call(
    of request: Request, _ watch: ConnectionWatch, _ read: @escaping @Sendable (RequestFields, ServedModel) throws(ServerError) -> Call
  ) async throws -> Call {
    try check(request, allows: .post)
    let body = try await body(of: request)
    return try await readers.read(for: watch) { [model] () throws(ServerError) in try read(try RequestFields(body: body), model) }
  }

  /// The body. Bytes beyond the limit are read and dropped, up to a second limit: a client that is still sending would otherwise see a
  /// broken connection instead of the answer.
  private func body(of request: Request) async throws -> [UInt8] {
    let readLimit = maximumBodySize + Self.discardedBodySize
    var body: [UInt8] = []
    var size = 0
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length <= maximumBodySize { body.reserveCapacity(length) }
    do {
      for try await buffer in request.body {
        size += buffer.readableBytes
        if size <= maximumBodySize { body += buffer.readableBytesView } else { body = [] }
        if size > readLimit { break }
      }
    } catch {
      throw ServerError(.invalidRequest, "the request's body cannot be read", cause: error)
    }
    guard size <= maximumBodySize else {
      throw ServerError(.tooLarge, "The request's body is larger than the \(maximumBodySize) bytes that are read.")
    }
    return body
  }

  private var modelObject: JSONValue {
    .members([
      "id": .string(model.name), "object": .string("model"), "created": .integer(created), "owned_by": .string("empo"),
      // vLLM's extension, which clients look at to cut their prompts.
      "max_model_len": .integer(model.source.maximumLength),
    ])
  }

  private func finish(_ value: JSONValue, _ log: AccessLog) -> Response {
    log.write(.ok)
    return Self.response(value, status: .ok)
  }

  static func response(_ value: JSONValue, status: HTTPResponse.Status) -> Response {
    Response(status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.oneLine)))
  }

  private static func response(_ error: ServerError, to request: Request) -> Response {
    var response = response(error.json, status: error.status)
    switch error.code {
    case .busy: response.headers[.retryAfter] = "1"
    case .unauthorized: response.headers[.wwwAuthenticate] = "Bearer"
    case .wrongMethod: response.headers[.allow] = request.uri.path.hasSuffix("completions") ? "POST" : "GET"
    default: break
    }
    if request.method == .head { response = response.createHeadResponse() }
    return response
  }
}

extension String {
  /// The text with %41 and the like resolved; the text itself if the result is not UTF-8.
  fileprivate var percentDecoded: String {
    var bytes: [UInt8] = []
    var rest = utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count > 1 {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self) ?? self
  }
}

/// The connection and the log of a request.
package struct ServerContext: InitializableFromSource, Sendable {
  let channel: any Channel
  let logger: Logger

  /// Takes over the connection and the request's log.
  package init(source: ApplicationRequestContextSource) {
    channel = source.channel
    logger = source.logger
  }
}

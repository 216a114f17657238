package import Hummingbird
internal import JSON
internal import Listening
internal import Logging
internal import NIOCore
internal import Rollouts

/// Answers every request: finds what its path names, checks who asks, and gives each failure OpenAI's shape.
package struct ModelResponder: HTTPResponder {
  private let models: ServedModels
  /// When the server began, which stands for the models' creation. Seconds since 1970.
  private let created: Int
  private let credentials: Credentials
  private let origins: AllowedOrigins
  private let pages: PageGuard
  private let bodies: RequestBodies
  private let calls: CallCount
  private let readers = CallReaders()

  init(models: ServedModels, options: ServerOptions, created: Int) {
    self.models = models
    self.created = created
    credentials = Credentials(key: options.apiKey)
    origins = AllowedOrigins(options.allowedOrigins)
    pages = PageGuard(options, origins: origins)
    bodies = RequestBodies(limit: options.maximumBodySize)
    let connections = options.limits.openConnections
    calls = CallCount(limit: max(1, connections - max(1, connections / Self.shareOfOthers)))
  }

  /// One of so many connections is kept for requests that are no calls.
  private static let shareOfOthers = 16

  /// Answers a request. Errors are answers as well.
  package func respond(to request: Request, context: ServerContext) async throws -> Response {
    let log = AccessLog(request, logger: context.logger)
    var response: Response
    do {
      response = try await answer(request, context, log)
    } catch is CancellationError {
      log.writeCancelled()
      response = Self.response(ServerError(.stopped, "The server is ending."), to: request)
    } catch {
      let told = ServerError(telling: error)
      log.write(told.status, error: error)
      response = Self.response(told, to: request)
    }
    origins.mark(&response, to: request)
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func answer(_ request: Request, _ context: ServerContext, _ log: AccessLog) async throws -> Response {
    let path = request.uri.path
    let route = Route(path: path)
    // Health is for everyone, and says nothing.
    if route != .health { try pages.check(request) }
    if let response = origins.preflight(request) { return response }
    if route != .health { try credentials.check(request.headers) }
    guard let route else { throw ServerError(.unknownRoute, "Unknown request URL: \(request.method) \(path.prefix(200)).") }
    guard route.methods.contains(request.method) else {
      throw ServerError(.wrongMethod, "Not allowed to \(request.method) on \(path.prefix(200)) (HINT: use \(route.allowed)).")
    }
    switch route {
    case .health: return finish(.members(["status": .string("ok")]), log)
    case .models: return finish(.members(["object": .string("list"), "data": .array(models.all.map(object))]), log)
    case .model(let name):
      let model = models.all.first { $0.isCalled(name) }
      return finish(object(try model ?? models.model(named: name.percentDecoded)), log)
    case .tokenizerInformation: return finish(.object(try models.model(named: nil).tokenizerInformation), log)
    case .tokenize: return finish(try await read(request, context, TokenizerCalls.tokenize).value, log)
    case .detokenize: return finish(try await read(request, context, TokenizerCalls.detokenize).value, log)
    case .completions:
      return try await call(request, context, log, CompletionsCall.read) { call, model in
        CompletionsFormat(head: ReplyHead("cmpl-", model, seed: call.seed), model: model, tellsTokens: call.toldAlternatives != nil)
      }
    case .chat:
      return try await call(request, context, log, ChatCall.read) { call, model in
        ChatFormat(head: ReplyHead("chatcmpl-", model, seed: call.seed), model: model, tellsTokens: call.toldAlternatives != nil)
      }
    }
  }

  private typealias BodyReader<Value> = @Sendable (RequestFields, ServedModel) throws(ServerError) -> Value

  /// Reads a call and answers it.
  private func call(
    _ request: Request, _ context: ServerContext, _ log: AccessLog, _ read: @escaping BodyReader<Call>,
    format: (Call, ServedModel) -> some ReplyFormat
  ) async throws -> Response {
    let (call, model, watch, place) = try await self.read(request, context, read)
    return try await answer(call, format(call, model), watch, place, log)
  }

  /// Reads a body among others that wait for their turn.
  private func read<Value: Sendable>(
    _ request: Request, _ context: ServerContext, _ read: @escaping BodyReader<Value>
  ) async throws -> (value: Value, model: ServedModel, watch: ConnectionWatch, place: CallPlace) {
    let watch = await ConnectionWatch.of(context.channel)
    let body = try await bodies.body(of: request, on: context.channel)
    let place = try calls.enter()
    let (value, model) = try await readers.read(for: watch) { [models] () throws(ServerError) in
      let fields = try RequestFields(body: body)
      let model = try models.model(named: try fields.string("model"))
      return (try read(fields, model), model)
    }
    return (value, model, watch, place)
  }

  private func object(_ model: ServedModel) -> JSONValue {
    var object = JSONObject([
      .init("id", .string(model.name)), .init("object", .string("model")), .init("created", .integer(created)),
      .init("owned_by", .string("empo")),
      // vLLM's extensions: the first one is what clients cut their prompts to.
      .init("max_model_len", .integer(model.source.maximumLength)),
    ])
    if let base = model.base { object.members.append(.init("parent", .string(base))) }
    return .object(object)
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
    case .wrongMethod: response.headers[.allow] = Route(path: request.uri.path)?.allowed
    default: break
    }
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

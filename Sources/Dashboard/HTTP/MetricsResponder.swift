package import Hummingbird
import NIOCore

/// Answers `GET /livez`, `/readyz` and `/metrics` from a board.
package struct MetricsResponder: HTTPResponder {
  private let board: any Board

  package init(_ board: any Board) {
    self.board = board
  }

  package func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    guard request.method == .get || request.method == .head else {
      var response = Self.response(.methodNotAllowed, "expected GET\n")
      response.headers[.allow] = "GET, HEAD"
      return response
    }
    let response = answer(request.uri.path)
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func answer(_ path: String) -> Response {
    switch path {
    case "/livez": Self.response(board.liveness)
    case "/readyz": Self.response(board.readiness)
    case "/metrics": Self.response(.ok, Exposition.text(of: board.metrics), type: Exposition.contentType)
    default: Self.response(.notFound, "expected /livez, /readyz or /metrics\n")
    }
  }

  private static func response(_ health: Health) -> Response {
    response(health.isGood ? .ok : .serviceUnavailable, health.line + "\n")
  }

  private static func response(_ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8") -> Response {
    Response(
      status: status, headers: [.contentType: type, .cacheControl: "no-store"], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

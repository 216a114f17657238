import HTTPTypes
import Hummingbird

/// The web pages that may read answers: cross-origin resource sharing, as the Fetch standard has it.
struct AllowedOrigins: Sendable {
  private let origins: Set<String>
  private let allowsAll: Bool

  /// Allows pages of these origins; `*` stands for all.
  init(_ origins: [String]) {
    self.origins = Set(origins.map { $0.lowercased() })
    allowsAll = origins.contains("*")
  }

  /// Whether a text is `*`, or an origin as browsers spell it.
  static func isOrigin(_ text: String) -> Bool {
    if text == "*" { return true }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0].count > 1 && parts[0].last == ":" && parts[1].isEmpty && !parts[2].isEmpty
  }

  /// Whether a page may use the server.
  func contains(_ origin: String) -> Bool {
    allowsAll || origins.contains(origin.lowercased())
  }

  /// The answer to a browser's question whether a page may send a request; nil where this is none, or the page may not.
  func preflight(_ request: Request) -> Response? {
    guard request.method == .options, request.headers[.accessControlRequestMethod] != nil, let origin = request.headers[.origin],
      contains(origin)
    else { return nil }
    var headers: HTTPFields = [.accessControlAllowMethods: "GET, HEAD, POST", .accessControlMaxAge: "600"]
    headers[.accessControlAllowHeaders] = request.headers[.accessControlRequestHeaders] ?? "Authorization, Content-Type"
    // Browsers ask this before a page of the Internet reaches an address of a private network.
    if request.headers[Self.requestsPrivateNetwork] == "true" { headers[Self.allowsPrivateNetwork] = "true" }
    return Response(status: .noContent, headers: headers)
  }

  /// Lets the page that sent a request read its answer.
  func mark(_ response: inout Response, to request: Request) {
    guard allowsAll || !origins.isEmpty else { return }
    response.headers[.vary] = "Origin"
    if let origin = request.headers[.origin], contains(origin) { response.headers[.accessControlAllowOrigin] = origin }
  }

  private static let requestsPrivateNetwork = name("Access-Control-Request-Private-Network")
  private static let allowsPrivateNetwork = name("Access-Control-Allow-Private-Network")

  private static func name(_ text: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(text) else { preconditionFailure(text) }
    return name
  }
}

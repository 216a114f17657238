import HTTPTypes
import Hummingbird

/// Keeps web pages in a browser of this host from using a server that asks for no key.
///
/// A page may send simple requests to any address that its browser reaches (cross-site request forgery); its own name may also begin to
/// mean this host's address (DNS rebinding). Browsers name the page in `Origin`, and its host in `Host`. No page knows a key, so that a
/// server with one needs no guard.
struct PageGuard: Sendable {
  /// The names that the server answers to; nil for any.
  private let hosts: Set<String>?
  private let origins: AllowedOrigins
  private let isNeeded: Bool

  /// The guard of a server with these options.
  init(_ options: ServerOptions, origins: AllowedOrigins) {
    isNeeded = options.apiKey == nil
    // Other hosts may call a server by any name; pages are still known by their origins.
    hosts = options.isLoopback ? Set((["localhost", options.host] + options.allowedHosts).map { $0.lowercased() }) : nil
    self.origins = origins
  }

  /// Throws where the request comes from a page that is not allowed, or calls the server by a name that is not its own.
  func check(_ request: Request) throws(ServerError) {
    guard isNeeded else { return }
    let authority = request.head.authority
    if let hosts, let authority {
      guard isOwn(Self.host(of: authority), hosts), request.headers[values: Self.hostField].isEmpty else {
        throw ServerError(
          .foreign,
          "Host \"\(authority.prefix(200))\": as it has no key, this server answers to localhost and the names of --allow-host only.")
      }
    }
    guard let origin = request.headers[.origin], !origins.contains(origin) else { return }
    // A page of this address itself, whose name is known to be the server's own.
    if hosts != nil, let authority, origin.lowercased() == "http://\(authority.lowercased())" { return }
    throw ServerError(
      .foreign, "Origin \"\(origin.prefix(200))\": as this server has no key, pages may use it only if --allow-origin names them.")
  }

  private func isOwn(_ host: String, _ hosts: Set<String>) -> Bool {
    hosts.contains(host) || ServerOptions(host: host).isLoopback
  }

  /// The name in a `Host` field, without its port and the dot behind it.
  private static func host(of authority: String) -> String {
    var host = authority.lowercased()[...]
    if host.first == "[", let end = host.firstIndex(of: "]") {
      host = host[host.index(after: host.startIndex)..<end]
    } else if let colon = host.lastIndex(of: ":") {
      host = host[..<colon]
    }
    if host.last == "." { host = host.dropLast() }
    return String(host)
  }

  private static let hostField: HTTPField.Name = {
    guard let name = HTTPField.Name("Host") else { preconditionFailure("Host") }
    return name
  }()
}

public import Listening

/// Where a server listens, and for whom.
public struct ServerOptions: Sendable {
  /// The address to listen on.
  public var host: String

  /// The port; 0 for any that is free.
  public var port: Int

  /// The key that clients must send as `Authorization: Bearer KEY`; nil admits everyone who reaches the address.
  public var apiKey: String?

  /// Whether other hosts may reach the server without a key.
  public var isInsecure: Bool

  /// The largest body that is read, in bytes.
  public var maximumBodySize: Int

  /// Further names by which requests may call a server that listens on loopback without a key.
  public var allowedHosts: [String]

  /// The web pages that may use the server, by origin, such as `http://localhost:3000`; `*` for all.
  public var allowedOrigins: [String]

  /// How many connections there may be, and how long what they wait for may take.
  public var limits: ListeningLimits

  /// Creates options.
  public init(
    host: String = "127.0.0.1", port: Int = 8000, apiKey: String? = nil, isInsecure: Bool = false,
    maximumBodySize: Int = 4 << 20, allowedHosts: [String] = [], allowedOrigins: [String] = [],
    limits: ListeningLimits = ListeningLimits(connections: 2048)
  ) {
    self.host = host
    self.port = port
    self.apiKey = apiKey
    self.isInsecure = isInsecure
    self.maximumBodySize = maximumBodySize
    self.allowedHosts = allowedHosts
    self.allowedOrigins = allowedOrigins
    self.limits = limits
  }

  /// Whether only this host reaches the address.
  var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Throws where the options are invalid.
  package func check() throws(ServerError) {
    guard (0...65535).contains(port) else { throw ServerError(.address, "port \(port): expected 0 to 65535") }
    for origin in allowedOrigins where !AllowedOrigins.isOrigin(origin) {
      throw ServerError(.exposed, "origin \"\(origin.prefix(200))\": expected *, or one such as http://localhost:3000, without a path")
    }
    for name in allowedHosts where name.isEmpty || name.contains(where: { ":/ ".contains($0) }) {
      throw ServerError(.exposed, "host \"\(name.prefix(200))\": expected a name such as gpu.example.org, without a port")
    }
    if let apiKey {
      guard !apiKey.isEmpty, apiKey.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw ServerError(.exposed, "the API key must be printable ASCII without spaces, at least one character")
      }
    } else if !isLoopback, !isInsecure {
      throw ServerError(
        .exposed,
        "anyone who reaches \(host) could use the model: give --api-key KEY, or --insecure if that is wanted, or listen on 127.0.0.1")
    }
  }
}

/// A TCP endpoint, `tcp://HOST:PORT`. The host `*` stands for every interface where it is bound, and for the host at which the
/// learner was reached where it is a publisher; the port `*` (or 0) is chosen by the system.
package struct Endpoint: Equatable, CustomStringConvertible {
  package var host: String
  /// Nil where the system chooses.
  package var port: UInt16?

  init(host: String, port: UInt16?) {
    self.host = host
    self.port = port
  }

  package init(_ text: String) throws(WireError) {
    let problem = WireError(.address, "\(text.debugDescription) is not an endpoint; expected tcp://HOST:PORT, such as tcp://127.0.0.1:5555")
    let scheme = "tcp://"
    guard text.hasPrefix(scheme), text.utf8.count <= Limits.nameBytes else { throw problem }
    let rest = text.dropFirst(scheme.count)
    guard let colon = rest.lastIndex(of: ":") else { throw problem }
    host = String(rest[..<colon])
    let digits = rest[rest.index(after: colon)...]
    guard Self.isHost(host) else { throw problem }
    if digits == "*" {
      port = nil
    } else {
      guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = UInt16(digits) else { throw problem }
      port = number == 0 ? nil : number
    }
  }

  /// A name, an address, an interface, `*`, or an IPv6 address in brackets.
  private static func isHost(_ host: String) -> Bool {
    if host == "*" { return true }
    if host.hasPrefix("["), host.hasSuffix("]") {
      return host.count > 2 && host.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
    }
    return !host.isEmpty && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
  }

  package var description: String { "tcp://\(host):\(port.map(String.init) ?? "*")" }

  var isIPv6: Bool { host.hasPrefix("[") }

  /// Whether only this machine can reach the endpoint.
  package var isLoopback: Bool {
    if host == "localhost" || host == "[::1]" || host == "lo" { return true }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false)
    return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
  }

  /// Throws unless the endpoint may be bound without keys.
  func requireLoopback(unless insecure: Bool) throws(WireError) {
    guard !isLoopback, !insecure else { return }
    let loopback = Endpoint(host: "127.0.0.1", port: port)
    throw WireError(
      .insecure,
      "refusing to bind \(self): it is not a loopback address, and without keys anyone who reaches it could join the run; "
        + "give the learner a key and the workers' (--key, --authorized), bind \(loopback), or allow it with --insecure on a network that you trust"
    )
  }

  /// Throws unless a worker can connect to the endpoint.
  func requireConnectable() throws(WireError) {
    guard host != "*", port != nil else {
      throw WireError(.address, "cannot connect to \(self): host and port must be named, such as tcp://127.0.0.1:5555")
    }
  }

  /// The endpoint with `*` replaced by the host of another.
  func resolved(against reached: Endpoint) -> Endpoint {
    host == "*" ? Endpoint(host: reached.host, port: port) : self
  }
}

/// Throws unless a name can be a worker's: 1 to 64 bytes, printable ASCII without spaces.
func requireWorkerName(_ name: String) throws(WireError) {
  guard (1...Limits.workerNameBytes).contains(name.utf8.count), name.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
    throw WireError(
      .address,
      "worker name \(name.debugDescription): expected 1 to \(Limits.workerNameBytes) printable ASCII characters without spaces")
  }
}

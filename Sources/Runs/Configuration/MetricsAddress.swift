/// Where a process tells its metrics, `HOST:PORT`; an IPv6 address stands in brackets. Port 0 is any that is free.
public struct MetricsAddress: Sendable, Hashable, LosslessStringConvertible {
  /// A name or an address, without brackets.
  public let host: String

  /// The port.
  public let port: Int

  /// Both.
  package var place: (host: String, port: Int) { (host, port) }

  /// Reads the text form; nil where it is none.
  public init?(_ description: String) {
    guard description.utf8.count <= 256, let colon = description.lastIndex(of: ":") else { return nil }
    let digits = description[description.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else { return nil }
    var host = description[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
    } else {
      guard !host.isEmpty, host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }) else { return nil }
    }
    self.host = String(host)
    self.port = Int(port)
  }

  /// The text form.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

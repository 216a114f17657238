import Digests

/// A worker as the learner's socket knows it: by the identity that its connection announced.
public struct Peer: Sendable, Hashable, CustomStringConvertible {
  /// The identity; a worker's name in UTF-8, or bytes that the socket made up for a stranger.
  public let identity: [UInt8]

  /// Creates a peer from its identity.
  public init(identity: [UInt8]) {
    self.identity = identity
  }

  /// Creates the peer that a worker of this name shows up as.
  public init(_ worker: String) {
    identity = Array(worker.utf8)
  }

  /// The name where it is printable, and hexadecimal digits where it is not.
  public var description: String {
    if !identity.isEmpty, identity.allSatisfy({ (0x21...0x7e).contains($0) }) {
      return String(decoding: identity, as: UTF8.self)
    }
    return "0x" + hexadecimal(identity)
  }
}

/// The result of handing a message to a socket. Both failures are expected, so they are values and not errors.
public enum Delivery: Sendable, Equatable {
  /// It is on its way.
  case sent
  /// No connection leads to the peer.
  case unreachable
  /// The queue to the peer stands at its high-water mark; try again later.
  case congested
}

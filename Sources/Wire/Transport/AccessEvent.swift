/// What a transport that lets in nobody but listed keys has to tell. It has answered the peer already.
public enum AccessEvent: Sendable, Equatable {
  /// A peer was turned away; a stranger is told by the address that it came from.
  case denied(Peer, reason: String)
  /// A worker is let in no longer. Nothing that it sends from here on arrives.
  case revoked(Peer, reason: String)
  /// The allow-list was read again, or could not be.
  case list(String)
}

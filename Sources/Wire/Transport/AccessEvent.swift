/// A report of a transport that lets in only listed keys. The transport has answered the peer already.
public enum AccessEvent: Sendable, Equatable {
  /// A peer was refused; a stranger is named by its address.
  case denied(Peer, reason: String)
  /// A worker's key was revoked. Nothing that it sends from now on arrives.
  case revoked(Peer, reason: String)
  /// The allow-list was read again, or could not be.
  case list(String)
}

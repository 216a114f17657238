/// A message of a conversation, in the common form.
public struct ChatMessage: Sendable, Hashable {
  /// Who speaks: "system", "user" or "assistant".
  public var role: String

  /// The message's text.
  public var content: String

  /// Creates a message.
  public init(role: String, content: String) {
    self.role = role
    self.content = content
  }
}

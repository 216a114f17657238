/// One turn of a question that is a conversation.
public struct PromptMessage: Sendable, Equatable {
  /// Who says it, such as `system`, `user` or `assistant`.
  public var role: String

  /// What is said.
  public var content: String

  /// Creates a turn.
  public init(role: String, content: String) {
    self.role = role
    self.content = content
  }
}

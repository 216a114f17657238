public import ChatTemplates

/// What a server's model is asked.
public enum ServerPrompt: Sendable, Equatable {
  /// Messages, which the server's chat template makes a text of: `/v1/chat/completions`.
  case chat([ChatMessage])
  /// The text itself, for models that no chat was taught: `/v1/completions`.
  case text(String)
}

/// What a model is asked where somebody else renders it, such as a server.
public enum ModelPrompt: Sendable, Equatable {
  /// Messages, which the model's chat template makes a text of.
  case chat([ChatMessage])
  /// The text itself, for models that no chat was taught.
  case text(String)
}

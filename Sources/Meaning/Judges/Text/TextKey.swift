/// The words of a short text.
public struct TextKey: Hashable, Sendable {
  /// The words, with one blank between two.
  let text: String

  /// The key of a text; nil for one without words.
  init?(_ text: String) {
    self.text = text.lowercased()
    if text.isEmpty { return nil }
  }
}

/// Where a chat template comes from.
public enum TemplateSource: Sendable, Hashable {
  /// The model's folder, where it has one.
  case automatic
  /// Nowhere: the prompt is the text alone.
  case none
  /// A file.
  case path(String)
}

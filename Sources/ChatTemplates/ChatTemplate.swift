/// A checkpoint's chat template: from messages to the text that the model was trained on.
///
/// Templates are written in Jinja, and behave as in transformers' `apply_chat_template`. They may come from strangers, so they see only the
/// conversation, change nothing, and run within bounds on steps, output, value sizes and depth.
public struct ChatTemplate: Sendable {
  /// The path of the file that the template was read from; nil where it was given as text.
  public let file: String?

  /// The template's text.
  public let source: String

  private let tree: TemplateTree

  /// The template that the checkpoint has for conversations with tools, where it has one.
  private var toolTree: TemplateTree?

  /// Reads a template; `name` names it in error messages.
  ///
  /// Throws a ``FileError`` with the name, the line and the wrong or unsupported construct.
  public init(source: String, name: String) throws {
    try self.init(source: source, name: name, file: nil)
  }

  init(source: String, name: String, file: String?, toolSource: (text: String, name: String)? = nil) throws {
    self.file = file
    self.source = source
    tree = try TemplateParser.tree(of: source, name: name)
    toolTree = try toolSource.map { try TemplateParser.tree(of: $0.text, name: $0.name) }
  }

  /// Renders a conversation.
  ///
  /// Throws ``ChatTemplateFailure/raised(_:)`` where the template itself refuses the conversation, and a ``FileError``
  /// with the template's name and line for everything else.
  public func render(_ conversation: Conversation) throws -> String {
    let rendering = Rendering(
      conversation.hasTools ? toolTree ?? tree : tree, variables: conversation.variables, time: conversation.time)
    return String(decoding: try rendering.run(), as: UTF8.self)
  }
}

/// A refusal that a template itself reports, as opposed to an error in the template.
public enum ChatTemplateFailure: Error, Equatable, CustomStringConvertible {
  /// The template called `raise_exception`, such as for roles that do not alternate.
  case raised(String)

  /// The template's message.
  public var description: String {
    switch self {
    case .raised(let message): "the chat template refuses the conversation: \(message)"
    }
  }
}

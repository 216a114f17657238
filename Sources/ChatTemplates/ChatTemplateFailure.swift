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

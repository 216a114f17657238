package import ChatTemplates
import Files
package import Questions
import Tokenizers

/// How a question becomes what the model reads.
///
/// With a chat template, the prompt is what the user says, and the template writes the special tokens; without one, the prompt is the text
/// itself, and the tokenizer's post-processor adds those that a text begins with. A pure function: a template is given no clock.
package struct PromptRenderer: Sendable {
  /// The bytes of the file that the template is in; nil without one.
  package let templateFile: [UInt8]?

  private let configuration: RunConfiguration
  private let tokenizer: Tokenizer
  private let template: ChatTemplate?
  private let specialTokens: SpecialTokens

  /// The renderer of a run.
  package init(_ configuration: RunConfiguration, base: BaseModel) throws {
    self.configuration = configuration
    tokenizer = base.tokenizer
    switch configuration.template {
    case .automatic:
      template = try ChatTemplate.read(folder: base.source.textFolder)
    case .none: template = nil
    case .path(let path): template = try ChatTemplate.read(file: path)
    }
    templateFile = try template?.file.map(ModelFiles.bytes)
    specialTokens = template == nil ? SpecialTokens() : try SpecialTokens.read(folder: base.source.textFolder)
    if template == nil, !configuration.templateVariables.isEmpty {
      throw RunsError(
        .model,
        "chat_template_kwargs: found \(configuration.templateVariables), but \(base.folder) has no chat template to read them: expected {}, "
          + "or a template (template: FILE)")
    }
    if template == nil, configuration.system != nil {
      throw RunsError(
        .model,
        "system: found a text, but \(base.folder) has no chat template to put it in: expected none, or a template (template: FILE)")
    }
  }

  /// The prompt of a question, as text.
  package func text(of question: Question) throws -> String {
    guard let template else { return try configuration.plainPrompt(of: question) }
    return try template.render(
      Conversation(
        messages: configuration.messages(of: question), addsGenerationPrompt: true, variables: configuration.templateVariables.object,
        specialTokens: specialTokens))
  }

  /// The prompt of a question, as tokens.
  package func tokens(of question: Question) throws -> [Int32] {
    tokenizer.encode(try text(of: question), addingSpecialTokens: template == nil)
  }
}

extension RunConfiguration {
  /// What a chat about a question consists of.
  package func messages(of question: Question) -> [ChatMessage] {
    let asked = question.messages.isEmpty ? [ChatMessage(role: "user", content: prompt(for: question.text))] : question.messages
    // A conversation's own system message is part of it.
    guard let system, asked.first?.role != "system" else { return asked }
    return [ChatMessage(role: "system", content: system)] + asked
  }

  /// What a model reads without a chat template: a conversation of one message is a text like any other.
  func plainPrompt(of question: Question) throws -> String {
    guard question.messages.count > 1 || question.messages.first.map({ $0.role != "user" }) == true else {
      return prompt(for: question.text)
    }
    throw RunsError(
      .model,
      "found a conversation of \(counted(question.messages.count, "message")), but no chat template: expected one user message, or a template"
    )
  }
}

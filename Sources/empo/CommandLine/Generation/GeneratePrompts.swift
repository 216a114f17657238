import ChatTemplates
import Files
import JSON
import Runs
import Tokenizers

/// Turns the texts and conversations of `empo generate` into the tokens of prompts.
struct GeneratePrompts: Sendable {
  let model: LoadedModel

  /// Whether a text is a user's message, for the chat template.
  let isChat: Bool

  /// The system message of conversations that have none.
  let system: String?

  /// Variables of the chat template.
  let variables: TemplateVariables

  /// The expected members of a line.
  var expected: String { isChat ? "\"prompt\" or \"messages\"" : "\"prompt\"" }

  /// The tokens of a text.
  func tokens(of text: String) throws -> [Int32] {
    guard isChat else { return model.tokenizer.encode(text, addingSpecialTokens: true) }
    return try conversation([ChatMessage(role: "user", content: text)])
  }

  /// The tokens of a line.
  func tokens(of line: JSONLine) throws -> [Int32] {
    guard line.has("messages") else { return try tokens(of: try line.string("prompt")) }
    guard isChat else { throw line.failure("\"messages\" are for a chat template, expected \"prompt\", or the flag --chat") }
    let messages = try self.messages(line)
    do {
      return try conversation(messages)
    } catch let error as FileError {
      // A template's refusal concerns these messages.
      throw line.failure(error.description)
    }
  }

  private func conversation(_ messages: [ChatMessage]) throws -> [Int32] {
    var messages = messages
    if let system, messages.first?.role != "system" { messages.insert(ChatMessage(role: "system", content: system), at: 0) }
    return try model.prompt(messages, variables: variables)
  }

  private func messages(_ line: JSONLine) throws -> [ChatMessage] {
    let expected = "messages of {\"role\": …, \"content\": …}"
    guard case .array(let values) = line["messages"], !values.isEmpty else { throw line.wrong("messages", "a list of " + expected) }
    return try values.map { value in
      guard case .object(let object) = value, case .string(let role) = object["role"], case .string(let content) = object["content"]
      else { throw line.failure("\"messages\" has \(value.summary), expected " + expected) }
      return ChatMessage(role: role, content: content)
    }
  }
}

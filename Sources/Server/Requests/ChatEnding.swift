import Foundation
import JSON

/// Where a conversation's prompt ends.
enum ChatEnding {
  /// Where the model's answer begins.
  case answer
  /// Behind the last message.
  case messages
  /// Within the last message, an assistant's, which the model continues.
  case continuing(String)

  /// Reads vLLM's parameters `add_generation_prompt` and `continue_final_message`, which exclude each other.
  init(_ fields: RequestFields, messages: [JSONValue]) throws(ServerError) {
    let isAdded = try fields.value("add_generation_prompt") == nil ? nil : fields.boolean("add_generation_prompt")
    guard try fields.boolean("continue_final_message") else {
      self = isAdded == false ? .messages : .answer
      return
    }
    guard isAdded != true else {
      throw fields.refusal("continue_final_message", "only with add_generation_prompt: false, as that would begin another message")
    }
    guard case .object(let last)? = messages.last, last["role"] == .string("assistant"), case .string(let text) = last["content"],
      !Self.trimmed(text).isEmpty
    else {
      throw fields.refusal("continue_final_message", "the last message must be an assistant's, with a text to be continued")
    }
    self = .continuing(text)
  }

  /// Whether the template writes what begins the model's answer.
  var addsGenerationPrompt: Bool { if case .answer = self { true } else { false } }

  /// The prompt of a conversation that the template has written: without what follows the message that is continued. Spaces at the end of
  /// that message stay if the template has kept them. Nil where the template has not written the message.
  func prompt(of conversation: String) -> String? {
    guard case .continuing(let text) = self else { return conversation }
    guard let found = conversation.range(of: Self.trimmed(text), options: [.backwards, .literal]) else { return nil }
    let begun = text.drop(while: \.isWhitespace)
    return String(conversation[..<found.lowerBound] + (conversation[found.lowerBound...].hasPrefix(begun) ? begun : conversation[found]))
  }

  private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}

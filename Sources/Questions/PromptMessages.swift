import ChatTemplates
import Files
import JSON

/// A question that came as a conversation: a list of objects with `role` and `content`.
///
/// Turns of the assistant after the user's last one are left out, since the model is asked for them. A content may be a list of
/// parts of type `text`, which are joined by line ends.
struct PromptMessages {
  /// Far more than in any conversation that is a prompt.
  static let maximumCount = 1024

  /// The roles of messages that instruct a model and ask it nothing.
  private static let systemRoles: Set = ["system", "developer"]

  /// The roles of messages that answer a tool call.
  private static let toolRoles: Set = ["tool", "function"]

  /// The members of a message that hold tool calls.
  private static let toolCalls = ["tool_calls", "function_call"]

  private(set) var messages: [ChatMessage] = []

  private let key: String

  init(_ values: [JSONValue], key: String) throws(QuestionProblem) {
    self.key = key
    guard values.count <= PromptMessages.maximumCount else {
      throw QuestionProblem("found \(values.count) messages under \"\(key)\", expected at most \(PromptMessages.maximumCount)")
    }
    for (index, value) in values.enumerated() {
      messages.append(try message(value, number: index + 1))
    }
    while messages.last?.role == "assistant" { messages.removeLast() }
    if !messages.isEmpty, messages.allSatisfy({ Self.systemRoles.contains($0.role) }) {
      let found = messages.count == 1 ? "a system message alone" : "system messages alone"
      throw QuestionProblem("found \(found) under \"\(key)\", expected the user's message with the question after it")
    }
    guard !messages.isEmpty else {
      throw QuestionProblem("found a list of messages without a question under \"\(key)\", expected the user's message at its end")
    }
  }

  /// The question, still without a name; its text is the user's last turn.
  var question: Question {
    Question(id: "", text: messages.last { $0.role == "user" }?.content ?? messages.last?.content ?? "", messages: messages)
  }

  private func message(_ value: JSONValue, number: Int) throws(QuestionProblem) -> ChatMessage {
    guard case .object(let object) = value else {
      throw problem(number, "found \(value.summary), expected an object with role and content")
    }
    guard case .string(let role)? = object["role"], !role.isEmpty else {
      throw problem(number, "found \(object["role"]?.summary ?? "nothing") as its role, expected a text such as \"user\"")
    }
    if Self.toolRoles.contains(role) { throw toolUse(number, "the answer of a tool") }
    if let calls = Self.toolCalls.first(where: { object[$0].map(Self.isCall) ?? false }) {
      throw toolUse(number, "a tool call (\"\(calls)\")")
    }
    switch object["content"] {
    case .string(let text): return ChatMessage(role: role, content: text)
    case .array(let parts):
      var texts: [String] = []
      for part in parts { texts.append(try text(part, number)) }
      return ChatMessage(role: role, content: texts.joined(separator: "\n"))
    case let other: throw problem(number, "found \(other?.summary ?? "nothing") as its content, expected text")
    }
  }

  private func text(_ part: JSONValue, _ number: Int) throws(QuestionProblem) -> String {
    if case .string(let text) = part { return text }
    guard case .object(let object) = part, object["type"] == .string("text"), case .string(let text)? = object["text"] else {
      var kind = part.summary
      if case .object(let object) = part, case .string(let type)? = object["type"] { kind = "a part of type \"\(type)\"" }
      throw problem(number, "found \(kind) in its content, expected parts of type \"text\"")
    }
    return text
  }

  /// Whether a member holds a tool call: some data sets have an empty list, or null, in every message.
  private static func isCall(_ value: JSONValue) -> Bool {
    switch value {
    case .null: false
    case .array(let calls): !calls.isEmpty
    default: true
    }
  }

  private func toolUse(_ number: Int, _ what: String) -> QuestionProblem {
    problem(number, "found \(what), expected a conversation in text alone, since no tool answers while a model is trained: leave it out")
  }

  private func problem(_ number: Int, _ message: String) -> QuestionProblem {
    QuestionProblem("message \(number) under \"\(QuestionRecord.excerpt(key))\": \(DurableFile.oneLine(String(message.prefix(300))))")
  }
}

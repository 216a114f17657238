import JSON

/// Reads the messages of a conversation for a template: each an object with a role, and a content that is a string or null.
enum ChatMessages {
  static let limit = 4096

  static func read(_ fields: RequestFields) throws(ServerError) -> [JSONValue] {
    guard let values = try fields.array("messages"), !values.isEmpty else {
      throw fields.refusal("messages", expected: "an array of messages, at least one")
    }
    guard values.count <= limit else { throw fields.refusal("messages", expected: "at most \(limit) messages") }
    var messages: [JSONValue] = []
    for (index, value) in values.enumerated() { messages.append(try message(value, at: "messages[\(index)]")) }
    return messages
  }

  private static func message(_ value: JSONValue, at place: String) throws(ServerError) -> JSONValue {
    guard case .object(var message) = value else { throw refusal(place, expected: "an object", found: value) }
    guard case .string(let role) = message["role"], !role.isEmpty else {
      throw refusal(place + ".role", expected: "a string", found: message["role"])
    }
    let content: JSONValue
    switch message["content"] {
    case .string(let text): content = .string(text)
    case .array(let parts): content = .string(try text(of: parts, at: place + ".content"))
    case nil, .null:
      // An assistant's message may consist of tool calls alone.
      guard role == "assistant" else { throw refusal(place + ".content", expected: "a string", found: message["content"]) }
      content = .null
    case .some(let other): throw refusal(place + ".content", expected: "a string or an array of parts", found: other)
    }
    message.members.removeAll { $0.key == "content" }
    let position = message.members.firstIndex { $0.key == "role" }.map { $0 + 1 } ?? 0
    message.members.insert(.init("content", content), at: position)
    return .object(message)
  }

  /// The texts of content parts, one a line, as templates for plain texts expect them.
  private static func text(of parts: [JSONValue], at place: String) throws(ServerError) -> String {
    var texts: [String] = []
    for (index, part) in parts.enumerated() {
      let place = "\(place)[\(index)]"
      guard case .object(let object) = part else { throw refusal(place, expected: "an object", found: part) }
      guard object["type"] == .string("text") else {
        throw refusal(place + ".type", expected: "\"text\", the one type this model takes", found: object["type"])
      }
      guard case .string(let text) = object["text"] else {
        throw refusal(place + ".text", expected: "a string", found: object["text"])
      }
      texts.append(text)
    }
    return texts.joined(separator: "\n")
  }

  private static func refusal(_ place: String, expected: String, found: JSONValue?) -> ServerError {
    ServerError(.invalidRequest, "\(place): expected \(expected), found \(found?.summary ?? "nothing")", parameter: place)
  }
}

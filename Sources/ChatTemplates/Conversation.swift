internal import Files
package import JSON

/// The input of a chat template: messages, variables and special tokens.
public struct Conversation: Sendable {
  /// The messages and all other values, by the names that templates use.
  let variables: [String: TemplateValue]

  /// The time for `strftime_now`; without one, templates see no such function, and use their fallback date.
  public var time: TemplateTime?

  /// Creates a conversation of messages of the common form.
  public init(messages: [ChatMessage], addsGenerationPrompt: Bool = true, specialTokens: SpecialTokens = SpecialTokens()) {
    self.init(messages: messages, addsGenerationPrompt: addsGenerationPrompt, variables: JSONObject(), specialTokens: specialTokens)
  }

  /// As ``init(messages:addsGenerationPrompt:specialTokens:)``, with variables of the template such as `enable_thinking`.
  package init(messages: [ChatMessage], addsGenerationPrompt: Bool = true, variables: JSONObject, specialTokens: SpecialTokens) {
    let messages = messages.map { message in
      var builder = DictionaryBuilder()
      builder.insert(.text(message.role), at: .text("role"))
      builder.insert(.text(message.content), at: .text("content"))
      return TemplateValue.dictionary(builder.finished())
    }
    self.init(messages: .list(TemplateList(messages)), addsGenerationPrompt, variables, specialTokens)
  }

  /// Creates a conversation of any messages, with contents of several parts, calls of tools and other fields that templates read.
  ///
  /// Throws a ``FileError`` where `messages` is no array of objects, or has none.
  package init(
    messages: JSONValue, addsGenerationPrompt: Bool = true, variables: JSONObject = JSONObject(),
    specialTokens: SpecialTokens = SpecialTokens()
  ) throws {
    guard case .array(let elements) = messages else {
      throw FileError(.malformed, "messages: found \(messages.summary), expected an array of objects")
    }
    guard !elements.isEmpty else { throw FileError(.malformed, "messages: found none, expected at least one") }
    let values = try elements.enumerated().map { place, element in
      guard case .object(let message) = element else {
        throw FileError(.malformed, "messages[\(place)]: found \(element.summary), expected an object")
      }
      return Self.normalized(message)
    }
    self.init(messages: .list(TemplateList(values)), addsGenerationPrompt, variables, specialTokens)
  }

  private init(messages: TemplateValue, _ addsGenerationPrompt: Bool, _ variables: JSONObject, _ tokens: SpecialTokens) {
    var all: [String: TemplateValue] = [:]
    for (name, token) in tokens.texts { all[name] = .text(token) }
    // Templates ask whether these are none, which is not the same as undefined.
    all["tools"] = TemplateValue.none
    all["documents"] = TemplateValue.none
    for member in variables.members { all[member.key] = TemplateValue(member.value) }
    all["messages"] = messages
    all["add_generation_prompt"] = .boolean(addsGenerationPrompt)
    self.variables = all
  }

  /// Whether tools are given; some checkpoints have a separate template for this.
  var hasTools: Bool { variables["tools"]?.isNone == false }

  /// A message as transformers hands it to templates: null members are left out, and the reasoning, given under any name, is found under
  /// all the names that templates read.
  private static func normalized(_ message: JSONObject) -> TemplateValue {
    var plain = DictionaryBuilder()
    for member in message.members { plain.insert(TemplateValue(member.value), at: .text(member.key)) }
    let given = plain.finished()
    let reasoning = ["reasoning_content", "thinking", "reasoning"].lazy
      .compactMap { given.value(of: TemplateText($0)) }.first { !$0.isNone }
    var builder = DictionaryBuilder()
    if let reasoning { builder.insert(reasoning, at: .text("thinking")) }
    for (key, value) in zip(given.keys, given.values) where !value.isNone { builder.insert(value, at: key) }
    if let reasoning { builder.insert(reasoning, at: .text("reasoning_content")) }
    return .dictionary(builder.finished())
  }
}

extension TemplateValue {
  /// A JSON value as templates see it. If a name comes twice, the last value counts.
  init(_ value: JSONValue) {
    switch value {
    case .null: self = .none
    case .boolean(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .float(value)
    case .string(let value): self = .text(value)
    case .array(let values): self = .list(TemplateList(values.map(TemplateValue.init)))
    case .object(let object):
      var builder = DictionaryBuilder()
      for member in object.members { builder.insert(TemplateValue(member.value), at: .text(member.key)) }
      self = .dictionary(builder.finished())
    }
  }
}

/// A message of a conversation, in the common form.
public struct ChatMessage: Sendable, Hashable {
  /// Who speaks: "system", "user" or "assistant".
  public var role: String

  /// The message's text.
  public var content: String

  /// Creates a message.
  public init(role: String, content: String) {
    self.role = role
    self.content = content
  }
}

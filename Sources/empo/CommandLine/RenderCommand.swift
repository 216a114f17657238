import ArgumentParser
import Benches
import ChatTemplates
import Files
import HuggingFace
import JSON

/// `empo render`: turns conversations into texts by a checkpoint's chat template.
struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render", abstract: "Renders conversations with a chat template: JSON lines in, JSON lines out.",
    discussion: """
      Each line is {"messages": [...]}, with "add_generation_prompt": true to ask for the assistant's turn and "kwargs": {...} \
      for the template's own variables, such as {"enable_thinking": false} or {"tools": [...]}. It gives {"text": ...}, or \
      {"error": ...} with the template's own message where the template refuses the conversation.

      Any other error names the line and ends the command with status 1; the lines before it have been answered by then.
      """)

  @Option(help: ArgumentHelp("The checkpoint's folder, whose template and special tokens are used.", valueName: "DIR"))
  var model: String?

  @Option(help: ArgumentHelp("A chat template to use instead of the checkpoint's.", valueName: "FILE"))
  var template: String?

  @Option(
    help: ArgumentHelp(
      "A JSON file of special tokens, such as {\"bos_token\": \"<s>\"}; they go before the checkpoint's.", valueName: "FILE"))
  var tokens: String?

  @Option(
    help: ArgumentHelp("The time for templates, such as 2025-01-31 or 2025-01-31T09:30:00; by default none.", valueName: "TIME"),
    transform: Bounds.value("a time such as 2025-01-31 or 2025-01-31T09:30:00") { TemplateTime(argument: $0) })
  var date: TemplateTime?

  @Argument(help: ArgumentHelp("The conversations; by default, or for -, the standard input.", valueName: "FILE"))
  var input: String?

  func validate() throws {
    guard model != nil || template != nil else { throw ValidationError("Expected --model DIR or --template FILE.") }
  }

  func run() throws {
    let template = try chatTemplate()
    let tokens = try specialTokens()
    var reader = try JSONLineReader(path: input)
    while let (number, value) = try reader.next() {
      do {
        try JSONLineWriter.write(try answer(to: value, with: template, tokens))
      } catch let error as FileError {
        let hint = error.message.contains("'strftime_now' is undefined") ? "; --date gives templates the time" : ""
        throw CommandLineError(.input, "line \(number): \(error)\(hint)", cause: error)
      }
    }
  }

  private func chatTemplate() throws -> ChatTemplate {
    if let template { return try ChatTemplate.read(file: template) }
    let folder = model ?? "."
    try ModelPlace.requireFolder(folder)
    guard let found = try ChatTemplate.read(folder: folder) else {
      throw CommandLineError(.input, "\(folder) has no chat template: expected chat_template.jinja, or one in tokenizer_config.json")
    }
    return found
  }

  private func specialTokens() throws -> SpecialTokens {
    var tokens = try model.map { try SpecialTokens.read(folder: $0) } ?? SpecialTokens()
    if let file = self.tokens { tokens.texts.merge(try SpecialTokens.read(file: file).texts) { $1 } }
    return tokens
  }

  /// The line that answers a line.
  private func answer(to line: JSONValue, with template: ChatTemplate, _ tokens: SpecialTokens) throws -> JSONValue {
    let conversation = try conversation(line, tokens)
    do {
      return .object(JSONObject([.init("text", .string(try template.render(conversation)))]))
    } catch ChatTemplateFailure.raised(let message) {
      return .object(JSONObject([.init("error", .string(message))]))
    }
  }

  private func conversation(_ line: JSONValue, _ tokens: SpecialTokens) throws -> Conversation {
    guard case .object(let fields) = line else {
      throw FileError(.malformed, "found \(line.summary), expected an object with \"messages\"")
    }
    guard let messages = fields["messages"] else { throw FileError(.malformed, "messages: missing, expected an array of objects") }
    var conversation = try Conversation(
      messages: messages, addsGenerationPrompt: try Self.isPromptAdded(fields), variables: try Self.variables(fields), specialTokens: tokens
    )
    conversation.time = date
    return conversation
  }

  private static func isPromptAdded(_ fields: JSONObject) throws -> Bool {
    switch fields["add_generation_prompt"] {
    case nil, .null: return false
    case .boolean(let value): return value
    case .some(let value):
      throw FileError(.malformed, "add_generation_prompt: found \(value.summary), expected true or false")
    }
  }

  private static func variables(_ fields: JSONObject) throws -> JSONObject {
    switch fields["kwargs"] {
    case nil, .null: return JSONObject()
    case .object(let variables): return variables
    case .some(let value): throw FileError(.malformed, "kwargs: found \(value.summary), expected an object")
    }
  }
}

import ChatTemplates
import Files
import Foundation
import JSON
import TestSupport
import Testing

/// Against what transformers rendered for the fixtures (scripts/fixtures/chat_templates.py).
@Suite struct ChatTemplateTests {
  static let noon = TemplateTime(year: 2024, month: 7, day: 5, hour: 13, minute: 4, second: 9)
  static let tokens = SpecialTokens(["bos_token": "<s>", "eos_token": "</s>"])

  private static func fixture(_ name: String) throws -> JSONObject {
    guard case .object(let object) = try JSONReader.value(of: Array(try TestFiles.data(name)), source: name) else {
      throw FileError(.malformed, name)
    }
    return object
  }

  @Test("Renders every piece of the language as transformers does") func rendersEveryPieceOfTheLanguageAsTransformersDoes() throws {
    let fixture = try Self.fixture("snippets.json")
    let messages = try #require(fixture["messages"])
    let variables = try fixture.object("variables")
    try TemplateOutcome.check(try fixture.objects("cases").map { (try $0.string("source").debugDescription, $0) }) { fields in
      TemplateOutcome(of: try fields.string("source")) {
        var conversation = try Conversation(messages: messages, variables: variables, specialTokens: Self.tokens)
        conversation.time = Self.noon
        return conversation
      }
    }
  }

  @Test("Renders families of templates as transformers does") func rendersFamiliesOfTemplatesAsTransformersDoes() throws {
    let fixture = try Self.fixture("families.json")
    let templates = try fixture.object("templates")
    let conversations = try fixture.object("conversations")
    let variables = try fixture.objects("variables")
    try TemplateOutcome.check(
      try fixture.objects("cases").map { ("\(try $0.string("template")), \(try $0.string("conversation")), \($0["variables"] as Any)", $0) }
    ) { fields in
      guard case .integer(let index)? = fields["variables"] else { throw FileError(.malformed, "no variables") }
      return TemplateOutcome(of: try templates.string(try fields.string("template"))) {
        var conversation = try Conversation(
          messages: try #require(conversations[try fields.string("conversation")]), addsGenerationPrompt: fields.isTrue("prompt"),
          variables: variables[index], specialTokens: Self.tokens)
        conversation.time = fields.isTrue("time") ? Self.noon : nil
        return conversation
      }
    }
  }

  @Test("Renders messages of the common form") func rendersMessagesOfTheCommonForm() throws {
    let template = try ChatTemplate(
      source:
        "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m['content'] }}{% endfor %}{% if add_generation_prompt %}<a>{% endif %}",
      name: "t")
    let messages = [ChatMessage(role: "system", content: "Be kind."), ChatMessage(role: "user", content: "Hi {{ bos_token }}")]
    #expect(
      try template.render(Conversation(messages: messages, specialTokens: Self.tokens)) == "<s><system>Be kind.<user>Hi {{ bos_token }}<a>")
    #expect(
      try template.render(Conversation(messages: messages, addsGenerationPrompt: false)) == "<system>Be kind.<user>Hi {{ bos_token }}")
  }

  @Test("Has no clock unless given one") func hasNoClockUnlessGivenOne() throws {
    let template = try ChatTemplate(source: "{{ strftime_now('%d %b %Y') if strftime_now is defined else 'no clock' }}", name: "t")
    var conversation = Conversation(messages: [ChatMessage(role: "user", content: "")])
    #expect(try template.render(conversation) == "no clock")
    conversation.time = Self.noon
    #expect(try template.render(conversation) == "05 Jul 2024")
  }

  @Test("Refuses messages that are none", arguments: [#"[]"#, #"{}"#, #"["x"]"#, #"null"#]) func refusesMessagesThatAreNone(_ json: String)
    throws
  {
    let value = try JSONReader.value(of: Array(json.utf8), source: "m")
    #expect(throws: FileError.self) { try Conversation(messages: value) }
  }
}

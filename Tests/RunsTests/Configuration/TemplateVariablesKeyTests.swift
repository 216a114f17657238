import ChatTemplates
import Runs
import TestSupport
import Testing

@Suite("Variables of the chat template") struct TemplateVariablesKeyTests {
  private static func message(_ yaml: String) -> String {
    (#expect(throws: RunsError.self) { try RunConfiguration(yaml: yaml, name: "c.yaml") })?.message ?? ""
  }

  @Test(
    "A mapping, a flow mapping and a text are the same object",
    arguments: [
      "chat_template_kwargs:\n  enable_thinking: false\n  budget: 12\n  names: [a, 'true', null, 1.5]\n",
      "chat_template_kwargs: {\"enable_thinking\": false, \"budget\": 12, \"names\": [\"a\", \"true\", null, 1.5]}\n",
      "chat_template_kwargs: '{\"enable_thinking\": false, \"budget\": 12, \"names\": [\"a\", \"true\", null, 1.5]}'\n",
    ])
  func forms(yaml: String) throws {
    let configuration = try RunConfiguration(yaml: yaml)
    #expect(configuration.templateVariables.description == #"{"enable_thinking":false,"budget":12,"names":["a","true",null,1.5]}"#)
    #expect(try RunConfiguration(yaml: configuration.yaml()) == configuration)
    #expect(configuration.outcomeDigest != RunConfiguration().outcomeDigest)
  }

  @Test("No variables are an empty object")
  func none() throws {
    #expect(try RunConfiguration(yaml: "chat_template_kwargs: {}\n") == RunConfiguration())
    #expect(RunConfiguration().yaml().contains("\nchat_template_kwargs: \"{}\"\n"))
  }

  @Test(
    "What is no object is one clear line",
    arguments: [
      ("chat_template_kwargs: true\n", "line 1: chat_template_kwargs: found \"true\", expected a JSON object such as"),
      ("steps: 1\nchat_template_kwargs: [1]\n", "line 2: chat_template_kwargs: found a list, expected a JSON object"),
      ("chat_template_kwargs:\n", "found nothing, expected a JSON object"),
      ("chat_template_kwargs:\n  enable_thinking: no\n", "line 2: chat_template_kwargs: found no, expected true or false"),
      ("chat_template_kwargs: '{\"messages\": []}'\n", "expected a JSON object"),
      ("chat_template_kwargs:\n  a: &x [1]\n  [b]: 1\n", "found a list as a name"),
    ])
  func wrong(yaml: String, expected: String) {
    let message = Self.message(yaml)
    #expect(message.contains(expected) && !message.contains("\n"), "\(message)")
  }

  @Test("Text is checked with its reason")
  func text() {
    for (text, expected) in [
      ("{enable_thinking: false}", "no JSON"), ("[]", "an array of 0"), ("", "no JSON"), ("{\"a\": 1} 2", "no JSON"),
      ("{\"add_generation_prompt\": false}", "which the conversation decides"),
    ] {
      let error = #expect(throws: (any Error).self) { try TemplateVariables(json: text) }
      #expect(error.map { "\($0)" }?.contains(expected) == true, "\(text)")
    }
  }
}

import ChatTemplates
import Files
import Foundation
import JSON
import TestSupport
import Testing

@Suite struct ChatTemplateReadingTests {
  /// Reads the template of a folder with these files and renders one message.
  private static func rendered(_ files: [String: String], tools: Bool = false) throws -> String? {
    try ScratchFolder.with { folder in
      for (name, text) in files {
        let url = URL(fileURLWithPath: folder + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      }
      let variables = tools ? JSONObject([.init("tools", .array([]))]) : JSONObject()
      return try ChatTemplate.read(folder: folder)?.render(
        Conversation(messages: [ChatMessage(role: "user", content: "hi")], variables: variables, specialTokens: try .read(folder: folder)))
    }
  }

  @Test("Prefers the file over the configurations") func prefersTheFileOverTheConfigurations() throws {
    let configuration = #"{"chat_template": "config {{ messages[0].content }}"}"#
    #expect(try Self.rendered(["chat_template.jinja": "file\n", "tokenizer_config.json": configuration]) == "file")
    #expect(try Self.rendered(["tokenizer_config.json": configuration, "chat_template.json": #"{"chat_template": "old"}"#]) == "config hi")
    #expect(try Self.rendered(["tokenizer_config.json": "{}", "chat_template.json": #"{"chat_template": "old"}"#]) == "old")
    #expect(try Self.rendered(["tokenizer_config.json": #"{"chat_template": null}"#]) == nil)
    #expect(try Self.rendered([:]) == nil)
  }

  @Test("Tells which file the template is from") func tellsWhichFileTheTemplateIsFrom() throws {
    #expect(try ChatTemplate(source: "x", name: "x").file == nil)
    try ScratchFolder.with { folder in
      #expect(try ChatTemplate.read(folder: folder)?.file == nil)
      for (name, text) in [
        ("chat_template.json", #"{"chat_template": "x"}"#),
        ("tokenizer_config.json", #"{"chat_template": [{"name": "default", "template": "x"}]}"#),
        ("chat_template.jinja", "x"),
      ] {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
        #expect(try ChatTemplate.read(folder: folder)?.file == folder + "/" + name)
        if name.hasSuffix("jinja") { #expect(try ChatTemplate.read(file: folder + "/" + name).file == folder + "/" + name) }
      }
    }
  }

  @Test("Picks the template for tools") func picksTheTemplateForTools() throws {
    let named = #"{"chat_template": [{"name": "tool_use", "template": "tools"}, {"name": "default", "template": "plain"}]}"#
    #expect(try Self.rendered(["tokenizer_config.json": named]) == "plain")
    #expect(try Self.rendered(["tokenizer_config.json": named], tools: true) == "tools")
    let files = ["chat_template.jinja": "plain", "additional_chat_templates/tool_use.jinja": "tools"]
    #expect(try Self.rendered(files) == "plain")
    #expect(try Self.rendered(files, tools: true) == "tools")
  }

  @Test(
    "Names the field that is wrong",
    arguments: [
      (#"{"chat_template": 3}"#, "chat_template: found 3"), (#"{"chat_template": [3]}"#, "chat_template[0]: found 3"),
      (#"{"chat_template": [{"name": "a", "template": ""}]}"#, "none of the templates is named \"default\""),
      (#"{"chat_template": "{% x %}"}"#, "chat_template: line 1: the tag \"x\""), (#"[]"#, "expected an object"),
    ]) func namesTheFieldThatIsWrong(_ json: String, _ expected: String) throws
  {
    #expect {
      _ = try Self.rendered(["tokenizer_config.json": json])
    } throws: { error in
      "\(error)".contains("tokenizer_config.json") && "\(error)".contains(expected)
    }
  }

  @Test("Refuses a file that is not text") func refusesAFileThatIsNotText() throws {
    try ScratchFolder.withFile([0x61, 0xFF]) { path in
      _ = #expect(throws: FileError.self) { try ChatTemplate.read(file: path) }
    }
    #expect(throws: FileError.self) { try ChatTemplate.read(file: "/nonexistent/template.jinja") }
  }

  @Test("Reads special tokens") func readsSpecialTokens() throws {
    try ScratchFolder.with { folder in
      let configuration = #"""
        {"bos_token": {"content": "<s>", "lstrip": false}, "eos_token": "</s>", "unk_token": null, "add_bos_token": true,
         "image_token": "<image>", "extra_special_tokens": {"boi_token": "<boi>"}, "name_or_path": "x"}
        """#
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder + "/tokenizer_config.json"))
      try Data(#"{"eos_token": "other", "pad_token": "<pad>"}"#.utf8).write(to: URL(fileURLWithPath: folder + "/special_tokens_map.json"))
      #expect(
        try SpecialTokens.read(folder: folder).texts
          == ["bos_token": "<s>", "eos_token": "</s>", "image_token": "<image>", "boi_token": "<boi>", "pad_token": "<pad>"])
      #expect(try SpecialTokens.read(folder: folder + "/nonexistent") == SpecialTokens())
    }
  }
}

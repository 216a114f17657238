import Foundation
import TestSupport
import Testing

/// A model and questions of one's own, from flags to an exported folder.
@Suite("A model of one's own")
struct OwnModelTests {
  private static let template = """
    {% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}
    {% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}
    """

  private static let questions = "id,problem,answer\r\n1,\"Tom has 3 apples, and 4 more.\nHow many?\",7\r\n2,1+1?,2\r\n"

  /// Flags that make a run small enough for a test.
  private static let small = [
    "--max-tokens", "12", "--group-size", "4", "--questions-per-step", "2", "--steps", "2", "--workers", "1", "--train", "full",
  ]

  @Test("Flags, a CSV and a chat template make a run, whose model can be told and exported")
  func fromFlagsToExport() async throws {
    let run = try await TinyRun()
    try run.write(Self.questions, to: "questions.csv")
    try run.write(Self.template, to: "model/chat_template.jinja")
    let command = try Command(
      ["train", "--model", "model", "--questions", "questions.csv", "--run", "run", "--system", "Be brief."] + Self.small, in: run.folder,
      name: "own")
    #expect(await command.status() == 0, "\(command.errors)")
    #expect(command.errors.contains("questions.csv: 2 questions (CSV, questions under \"problem\", answers under \"answer\")"))

    // Everything is resolved: paths, the preset's text, what depends on the model.
    let configuration = run.folder.text("run/config.yaml")
    #expect(configuration.contains("questions: \(run.folder.path)/questions.csv\n"))
    #expect(configuration.contains("prompt_template: \"{question} Let's think step by step"))
    #expect(configuration.contains("system: \"Be brief.\"\n") && configuration.contains("learning_rate: 1e-06\n"))
    #expect(run.folder.text("run/checkpoints/step-000002/chat_template.jinja") == Self.template)

    let info = try Command(["info", "run"], in: run.folder, name: "info")
    #expect(await info.status() == 0, "\(info.output)")
    #expect(info.output.contains("step 2, the run's last") && info.output.contains("in chat_template.jinja"), "\(info.output)")

    let export = try Command(
      ["export", "run", "out/model/", "--dtype", "f32", "--max-shard-size", "300kB"], in: run.folder, name: "export")
    #expect(await export.status() == 0, "\(export.errors)")
    #expect(export.output == "out/model\n")
    for name in [
      "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja",
      "model.safetensors.index.json",
    ] {
      #expect(run.folder.exists("out/model/" + name), "\(name)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: run.folder.file("out")) == ["model"])

    // The export is a model like any other: in float32 it is the run's last policy, to the bit.
    let again = try Command(["export", "out/model", "whole", "--dtype", "f32"], in: run.folder, name: "again")
    #expect(await again.status() == 0, "\(again.errors)")
    let whole = try Data(contentsOf: URL(fileURLWithPath: run.folder.file("whole/model.safetensors")))
    let last = try Data(contentsOf: URL(fileURLWithPath: run.folder.file("run/checkpoints/step-000002/model.safetensors")))
    #expect(whole == last)
    let half = try Command(["export", "run/checkpoints/step-000002", "half"], in: run.folder, name: "half")
    #expect(await half.status() == 0, "\(half.errors)")
    let narrow = try Data(contentsOf: URL(fileURLWithPath: run.folder.file("half/model.safetensors")))
    #expect(narrow.count < last.count * 6 / 10)
  }

  @Test("A dry run shows the first prompt as the model reads it, for every kind of question")
  func dryRun() async throws {
    let run = try await TinyRun()
    try run.write(Self.template, to: "chat.jinja")
    let conversation = """
      {"data": [{"prompt": [{"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2"}, {"role": "user", "content": "Sure?"}]}]}
      """
    try run.write(conversation, to: "questions.json")
    try run.write("{\"query\": \"1+1?\"}\n", to: "questions.jsonl")
    let base = ["train", "--dry-run", "--model", "model"] + Self.small
    for (name, arguments, prompt) in [
      ("plain", ["--questions", "questions.jsonl", "--prompt", "qa"], "#   Q: 1+1?\n#   A:\n"),
      (
        "math", ["--questions", "questions.jsonl", "--prompt", "qwen-math", "--template", "chat.jinja"],
        "#   <|system|>Please reason step by step, and put your final answer within \\boxed{}.\n#   <|user|>1+1?\n#   <|assistant|>\n"
      ),
      (
        "conversation", ["--questions", "questions.json", "--template", "chat.jinja"],
        "#   <|user|>1+1?\n#   <|assistant|>2\n#   <|user|>Sure?\n#   <|assistant|>\n"
      ),
    ] {
      let command = try Command(base + arguments, in: run.folder, name: name)
      #expect(await command.status() == 0, "\(command.errors)")
      #expect(command.output.hasSuffix(prompt), "\(command.output.suffix(400))")
      // What it prints is a configuration, comments and all.
      try run.write(command.output, to: "\(name).yaml")
      let resolved = try Command(["train", "\(name).yaml", "--dry-run"], in: run.folder, name: name + "-resolved")
      #expect(await resolved.status() == 0, "\(resolved.errors)")
      #expect(resolved.output == command.output)
    }
  }

  @Test(
    "What is missing or does not fit is named",
    arguments: [
      (["--model", "model"], "questions: found nothing, expected a file of questions"),
      (["--model", "model", "--questions", "q.jsonl", "--question-key", "text"], "expected the key \"text\" (question_key)"),
      (["--model", "model", "--questions", "q.jsonl", "--system", "Be brief."], "has no chat template to put it in"),
      (["--model", "model", "--questions", "chat.jsonl"], "question 1: found a conversation of 2 messages, but no chat template"),
      (["--model", "model", "--questions", "q.jsonl", "--template", "broken.jinja"], "broken.jinja"),
      (["--model", "model", "--questions", "q.jsonl", "--held-out", "q.jsonl"], "question 1 has no answer, but held_out needs"),
      (["--model", "absent", "--questions", "q.jsonl"], "absent"),
    ])
  func refusals(arguments: [String], expected: String) async throws {
    let run = try await TinyRun()
    try run.write("{\"question\": \"1+1?\"}\n", to: "q.jsonl")
    let turn = "{\"role\": \"user\", \"content\": \"a\"}"
    try run.write("{\"messages\": [\(turn), \(turn)]}\n", to: "chat.jsonl")
    try run.write("{% for %}", to: "broken.jinja")
    let command = try Command(["train", "--run", "run"] + arguments + Self.small, in: run.folder, name: "refused")
    #expect(await command.status() == 1)
    #expect(command.error.contains(expected), "\(command.errors)")
    #expect(!run.folder.exists("run"))
  }

  @Test("A template's variables reach the prompt, and a preset's values the configuration")
  func variablesAndPreset() async throws {
    let run = try await TinyRun()
    let quick = "{% if enable_thinking is defined and not enable_thinking %}<quick>{% endif %}"
    try run.write("{{ messages[-1]['content'] }}\(quick)", to: "chat.jinja")
    try run.write("{\"question\": \"1+1?\"}\n", to: "q.jsonl")
    try run.write("chat_template_kwargs:\n  enable_thinking: false\npreset: paper-maths-trl\ngroup_size: 3\n", to: "c.yaml")
    let base = ["train", "--dry-run", "--model", "model", "--questions", "q.jsonl", "--template", "chat.jinja", "--prompt", "plain"]
    let short = ["--max-tokens", "12", "--steps", "1"]
    let flag = try Command(base + short + ["--chat-template-kwargs", "{\"enable_thinking\": false}"], in: run.folder, name: "flag")
    #expect(await flag.status() == 0, "\(flag.errors)")
    #expect(flag.output.hasSuffix("#   1+1?<quick>\n"))
    #expect(flag.output.contains("\nchat_template_kwargs: \"{\\\"enable_thinking\\\":false}\"\n"))
    let file = try Command([base[0], "c.yaml"] + base.dropFirst() + short, in: run.folder, name: "file")
    #expect(await file.status() == 0, "\(file.errors)")
    #expect(file.output.hasSuffix("#   1+1?<quick>\n"))
    #expect(file.output.contains("\ngroup_size: 3\n") && file.output.contains("\nquestions_per_step: 112\n"))
    #expect(file.output.contains("\nsystem: none\n"))

    for (arguments, status, expected) in [
      (
        ["--chat-template-kwargs", "{enable_thinking: false}"], 2,
        "chat_template_kwargs: found \"{enable_thinking: false}\", expected a JSON object"
      ),
      (["--chat-template-kwargs", "{\"a\": 1}", "--template", "none"], 1, "has no chat template to read them"),
      (["--preset", "paper"], 2, "paper-maths-trl"),
    ] as [([String], Int32, String)] {
      let command = try Command(base.filter { $0 != "--template" && $0 != "chat.jinja" } + short + arguments, in: run.folder, name: "wrong")
      #expect(await command.status() == status, "\(arguments)")
      #expect(command.errors.contains(expected), "\(command.errors)")
    }
  }

  @Test("What is too long is left out, and what has no answer is refused before anything begins")
  func questionsThatDoNotServe() async throws {
    let run = try await TinyRun()
    let long = String(repeating: "How many? ", count: 400)
    try run.write("{\"question\": \"1+1?\"}\n{\"question\": \"\(long)\"}\n{\"question\": \"2+2?\"}\n", to: "q.jsonl")
    try run.write("{\"question\": \"\(long)\"}\n", to: "long.jsonl")
    try run.write(
      "{\"question\": \"1+1?\", \"answer\": [\"2\", \"two\"]}\n{\"question\": \"2+2?\", \"answer\": \"\\\\boxed{}\"}\n",
      to: "held.jsonl")
    func train(_ arguments: [String], _ name: String) throws -> Command {
      try Command(["train", "--model", "model"] + Self.small + arguments, in: run.folder, name: name)
    }
    let dry = try train(["--questions", "q.jsonl", "--dry-run"], "dry")
    #expect(await dry.status() == 0, "\(dry.errors)")
    let notice = "1 of 3 questions is longer than the context"
    #expect(dry.errors.contains(notice) && dry.output.contains("# " + notice))
    let begun = try train(["--questions", "q.jsonl", "--run", "run"], "begun")
    #expect(await begun.status() == 0, "\(begun.errors)")
    #expect(begun.errors.contains(notice))
    let none = try train(["--questions", "long.jsonl", "--dry-run"], "none")
    #expect(await none.status() == 1)
    #expect(none.error.contains("no questions fit the context"), "\(none.errors)")
    let empty = try train(["--questions", "q.jsonl", "--held-out", "held.jsonl", "--dry-run"], "empty")
    #expect(await empty.status() == 1)
    #expect(empty.error.contains("held.jsonl line 2: question 2 has an empty answer under \"answer\", but held_out"), "\(empty.errors)")
    let accuracy = try train(["--questions", "held.jsonl", "--reward", "accuracy", "--dry-run"], "accuracy")
    #expect(await accuracy.status() == 1)
    #expect(accuracy.error.contains("held.jsonl line 2: question 2 has an empty answer"), "\(accuracy.errors)")
  }

  @Test("An export stands whole or not at all, and replaces nothing unasked")
  func exportsRefuse() async throws {
    let run = try await TinyRun()
    try run.write("notes", to: "notes.txt")
    func export(_ arguments: [String]) async throws -> Command {
      let command = try Command(["export"] + arguments, in: run.folder, name: "export")
      _ = await command.status()
      return command
    }
    #expect(try await export(["model", "."]).error.contains("expected another folder than the model's own"))
    #expect(try await export(["model", "model/inner"]).error.contains("expected another folder than the model's own"))
    #expect(try await export(["absent", "out"]).error.contains("absent is no folder"))
    #expect(try await export(["model", "notes.txt"]).error.contains("notes.txt is a file"))
    #expect(try await export(["model", "out", "--max-shard-size", "0"]).errors.contains("--max-shard-size"))

    #expect(try await export(["model", "out"]).errors.contains("written to out in bf16"))
    #expect(try await export(["model", "out"]).error.contains("out is not empty: expected a folder that is not there yet, or --force"))
    #expect(try await export(["model", "out", "--force"]).error.isEmpty)
    try run.write("mine", to: "out/notes.txt")
    try FileManager.default.removeItem(atPath: run.folder.file("out/config.json"))
    #expect(try await export(["model", "out", "--force"]).error.contains("holds no model"))
    #expect(run.folder.exists("out/notes.txt"))

    // Weights that cannot be read leave nothing behind.
    try run.write("no weights", to: "model/model.safetensors")
    #expect(try await export(["model", "other"]).error.contains("model.safetensors"))
    #expect(!run.folder.exists("other") && !run.folder.exists(".other.partial"))
  }

  @Test("Info names every part that is broken")
  func brokenFolder() async throws {
    let run = try await TinyRun()
    for name in ["config.json", "tokenizer.json", "model.safetensors"] { try run.write("?", to: "model/" + name) }
    let command = try Command(["info", "model"], in: run.folder, name: "info")
    #expect(await command.status() == 1)
    let problems = command.output.split(separator: "\n").filter { $0.hasPrefix("problem ") }
    #expect(problems.count == 3, "\(command.output)")
    for name in ["config.json", "tokenizer.json", "model.safetensors"] { #expect(problems.contains { $0.contains("model/" + name) }) }
    let json = try Command(["info", "--json", "model"], in: run.folder, name: "json")
    #expect(await json.status() == 1)
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect((object?["problems"] as? [String])?.count == 3)
  }
}

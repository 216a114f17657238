import ArgumentParser
import ChatTemplates
import JSON
import Rollouts
import Runs

/// `empo generate`: a model's continuations of prompts.
struct GenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Continues prompts; JSON lines in and out.",
    discussion: """
      {"prompt": …} becomes {"responses": [{"text", "ids", "logprobs", "finish_reason"}]}, in the order of the lines; with --chat, \
      {"messages": [{"role", "content"}]} as well. A line's responses are a function of the model, the options, the seed and the \
      line's place. logprobs are those of the model itself, at temperature 1 over its whole vocabulary, whatever --temperature, --top-k and \
      --top-p are. With --prompt, there is one prompt, and a terminal shows the text as it comes.
      """)

  @OptionGroup var model: ModelOptions

  @OptionGroup var sampling: GenerateSampling

  @Option(help: ArgumentHelp("One prompt, in place of lines.", valueName: "TEXT"))
  var prompt: String?

  @Flag(help: "Writes prompts as conversations, with the model's chat template.")
  var chat = false

  @Option(help: ArgumentHelp("The system message of every conversation that has none; implies --chat.", valueName: "TEXT"))
  var system: String?

  @Option(
    help: ArgumentHelp(
      "Variables of the chat template, such as {\"enable_thinking\": false}; implies --chat.", valueName: "JSON"),
    transform: TemplateVariables.init(argument:))
  var chatTemplateKwargs: TemplateVariables?

  @Argument(help: ArgumentHelp("JSON lines; by default, or for -, the standard input.", valueName: "FILE"))
  var file: String?

  func validate() throws {
    if prompt != nil, file != nil { throw ValidationError("--prompt is the only prompt: it takes no FILE") }
  }

  func run() async throws {
    // A missing file is reported before a model is loaded.
    let reader = prompt == nil ? try JSONLineReader(path: file) : nil
    let loaded = try model.load()
    let prompts = GeneratePrompts(
      model: loaded, isChat: chat || system != nil || chatTemplateKwargs != nil, system: system,
      variables: chatTemplateKwargs ?? TemplateVariables())
    let sampling = sampling
    if let prompt {
      let request = try sampling.request(try prompts.tokens(of: prompt), slot: 0, model: loaded)
      try await show(try loaded.service(maximumSequences: min(request.sampleCount, 64)).submit(request), samples: request.sampleCount)
    } else if let reader {
      try await CompletionLines.answer(reader, with: loaded.service(), expected: prompts.expected) { line, index in
        let slot = UInt32(truncatingIfNeeded: index)
        return AskedLine(
          line: line, request: try sampling.request(try prompts.tokens(of: line), slot: slot, model: loaded, line: line))
      } reply: { _, answer in
        Self.reply(answer)
      }
    }
  }

  /// Writes the answer to a single prompt: a line of JSON, or text for a terminal.
  private func show(_ stream: AsyncThrowingStream<CompletionEvent, any Error>, samples: Int) async throws {
    guard Console.output.isTerminal else {
      return try JSONLineWriter.write(Self.reply(try await CompletionAnswer(of: stream, samples: samples) { _, _ in }))
    }
    let answer = try await CompletionAnswer(of: stream, samples: samples) { sample, text in
      if sample == 0 { Console.output.write(text) }
    }
    Console.output.write("\n")
    for response in answer.responses.dropFirst() { Console.output.write("\n---\n\(response.text)\n") }
  }

  private static func reply(_ answer: CompletionAnswer?) -> JSONValue {
    .members([
      "responses": .array(
        (answer?.responses ?? []).map { response in
          .members([
            "text": .string(response.text),
            "ids": .tokens(response.tokens.map(\.id)),
            "logprobs": .array(response.tokens.map { .logProbability($0.logProbability) }),
            "finish_reason": .string(response.reason.rawValue),
          ])
        })
    ])
  }
}

extension TemplateVariables {
  /// Reads a flag's value.
  fileprivate init(argument: String) throws {
    do {
      try self.init(json: argument)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

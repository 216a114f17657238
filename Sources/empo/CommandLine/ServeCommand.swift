import ArgumentParser
import Benches
import ChatTemplates
import Foundation
import JSON
import Operations
import Runs
import Server

/// `empo serve`: one model over HTTP, in OpenAI's shapes.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves a model over HTTP, for clients of OpenAI's API.",
    discussion: """
      /v1/models, /v1/completions and /v1/chat/completions, with streaming; /health. Requests are answered together, each as if it \
      were alone. One line on the standard output gives the address once requests are taken; the log is on the standard error. \
      Ctrl-C ends it.
      """)

  @Option(name: .customLong("model"), help: ArgumentHelp("A Hugging Face folder.", valueName: "DIR"))
  var folder: String

  @Option(help: ArgumentHelp("The address to listen on.", valueName: "ADDRESS"))
  var host = "127.0.0.1"

  @Option(help: ArgumentHelp("The port; 0 for any that is free.", valueName: "N"), transform: Bounds.integer(0...65535))
  var port = 8000

  @Option(help: ArgumentHelp("The model's name in requests, beside the folder's path; by default the folder's name.", valueName: "NAME"))
  var name: String?

  @Option(help: ArgumentHelp("Continuations under way at once; more wait.", valueName: "N"), transform: Bounds.integer(1...4096))
  var maxSequences = 64

  @Option(
    help: ArgumentHelp("Tokens of the longest prompt with its continuation; by default the model's own limit.", valueName: "N"),
    transform: Bounds.integer(2...16_777_216))
  var maxLength: Int?

  @Option(help: ArgumentHelp("Threads; by default as many as there are processors.", valueName: "N"), transform: Bounds.integer(1...1024))
  var threads: Int?

  @Option(help: LoadedModel.arithmeticHelp)
  var arithmetic = ArithmeticChoice.exact

  @Option(help: ArgumentHelp("A key that every client must send. EMPO_API_KEY in the environment keeps it out of sight.", valueName: "KEY"))
  var apiKey: String?

  @Option(
    help: ArgumentHelp(
      "A PEFT folder that is served as MODEL+NAME beside the model, whose weights it shares; by default its name is the folder's. May be given several times.",
      valueName: "NAME=DIR"))
  var adapter: [ServedAdapter] = []

  @Flag(help: "Lets other hosts use the model without a key.")
  var insecure = false

  @Option(
    help: ArgumentHelp(
      "Another name by which requests may call a server on loopback without a key; may be given several times.", valueName: "NAME"))
  var allowHost: [String] = []

  @Option(
    help: ArgumentHelp(
      "Web pages that may use the server, such as http://localhost:3000, or * for all; may be given several times.", valueName: "ORIGIN"))
  var allowOrigin: [String] = []

  func run() async throws {
    let options = ServerOptions(
      host: host, port: port, apiKey: apiKey ?? ProcessInfo.processInfo.environment["EMPO_API_KEY"], isInsecure: insecure,
      allowedHosts: allowHost, allowedOrigins: allowOrigin)
    // Checked first: a model may take minutes to load, in vain if the address is refused.
    try options.check()
    OpenFiles.raiseLimit()
    let loaded = try LoadedModel(folder: folder, threads: threads, positions: maxLength, arithmetic: arithmetic)
    let logger = RoleLog.logger("empo.serve")
    let path = URL(filePath: folder).standardizedFileURL.path
    let name = name ?? URL(filePath: path).lastPathComponent
    var models = [try served(loaded, name: name, aliases: [folder, path])]
    for adapter in adapter {
      models.append(try served(try loaded.with(adapters: adapter.folder), name: "\(name)+\(adapter.name)", base: name))
    }
    let server = try ModelServer(models: models, options: options, logger: logger) { address in
      Console.output.line("empo: serving \(folder) at \(address)")
    }
    _ = try await Interruption.run(server, isSupervised: false, logger: logger)
  }

  private func served(_ loaded: LoadedModel, name: String, aliases: [String] = [], base: String? = nil) throws -> ServedModel {
    var renderer: ServedModel.ChatRenderer?
    if let template = loaded.template {
      let specialTokens = loaded.specialTokens
      renderer = { messages, variables, addsGenerationPrompt in
        try template.render(
          Conversation(
            messages: .array(messages), addsGenerationPrompt: addsGenerationPrompt, variables: variables, specialTokens: specialTokens))
      }
    }
    return ServedModel(
      name: name, aliases: aliases, base: base, source: loaded.service(maximumSequences: maxSequences, share: 1 + adapter.count),
      tokenizer: loaded.tokenizer, stopTokens: loaded.stopTokens, renderChat: renderer,
      tokenizerInformation: try Self.tokenizerInformation(loaded))
  }

  /// What transformers' tokenizer_config.json says that clients ask for: the special tokens, and the chat template.
  private static func tokenizerInformation(_ loaded: LoadedModel) throws -> JSONObject {
    let tokens = try SpecialTokens.read(folder: loaded.textFolder).texts
    var object = JSONObject()
    for name in ["bos_token", "eos_token", "pad_token", "unk_token"] {
      object.members.append(.init(name, tokens[name].map { .string($0) } ?? .null))
    }
    object.members.append(.init("model_max_length", .integer(loaded.positions)))
    object.members.append(.init("chat_template", loaded.template.map { .string($0.source) } ?? .null))
    return object
  }
}

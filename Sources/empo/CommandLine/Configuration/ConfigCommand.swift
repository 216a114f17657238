import ArgumentParser
import HuggingFace
import Operations
import Runs

/// `empo config`: the keys of a run's configuration.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Prints the keys of a run's configuration: a page, a schema for editors, or a file to begin with.")

  @Option(
    help: ArgumentHelp(
      "markdown, the page of all keys; schema, a JSON Schema by which editors complete and check a file; or yaml, a file of all defaults.",
      valueName: "FORMAT"))
  var format = Format.markdown

  @Option(help: ArgumentHelp("With --format yaml: the model that the defaults are for, a Hugging Face folder.", valueName: "DIR"))
  var model: String?

  @Option(
    help: ArgumentHelp("With --format yaml: a preset whose values stand in place of the defaults.", valueName: "NAME"),
    completion: .list(ConfigurationPreset.allCases.map(\.rawValue)))
  var preset: ConfigurationPreset?

  func validate() throws {
    if model != nil, format != .yaml { throw ValidationError("--model chooses among defaults: expected --format yaml, too") }
    if preset != nil, format != .yaml { throw ValidationError("--preset chooses among values: expected --format yaml, too") }
  }

  func run() throws {
    switch format {
    case .markdown: Console.output.write(ConfigurationPage.text)
    case .schema: Console.output.write(ConfigurationSchema.text)
    case .yaml:
      // The defaults depend on the model's positions, so that a folder that cannot be read is an error here.
      if let model { _ = try ModelConfiguration(folder: model) }
      let defaults = RunConfiguration(defaultsFor: model.map { .path($0) } ?? .embedded, preset: preset)
      // No file can say that there are no questions, and a warm-up that is not given follows the number of steps.
      var open: Set = defaults.questions == .none ? ["questions"] : []
      if preset?.values.contains(where: { $0.key == "optimizer.warmup_steps" }) != true { open.insert("optimizer.warmup_steps") }
      Console.output.write(defaults.yaml(isCommented: true, open: open))
    }
  }

  /// The forms of the keys.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case markdown, schema, yaml
  }
}

import ArgumentParser
import Benches
import Runs

/// The model that a command runs, and its settings.
struct ModelOptions: ParsableArguments {
  @Option(name: .customLong("model"), help: ArgumentHelp("A Hugging Face folder.", valueName: "DIR"))
  var folder: String

  @Option(help: ArgumentHelp("Threads; by default as many as there are processors.", valueName: "N"), transform: Bounds.integer(1...1024))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Tokens of the longest sequence; by default the model's own limit, up to \(LoadedModel.usualPositions).", valueName: "N"),
    transform: Bounds.integer(2...16_777_216))
  var context: Int?

  @Option(help: LoadedModel.arithmeticHelp)
  var arithmetic = ArithmeticChoice.exact

  func load() throws -> LoadedModel {
    try LoadedModel(folder: folder, threads: threads, positions: context, arithmetic: arithmetic)
  }
}

extension LoadedModel {
  /// What the flag of a command chooses that loads a model.
  static let arithmeticHelp = ArgumentHelp(
    "How products of bfloat16 weights are computed: exact, bf16, or auto for the faster one here.", valueName: "HOW")
}

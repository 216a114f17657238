import ArgumentParser

/// The command `empo`.
struct Empo: AsyncParsableCommand {
  /// What `--version` prints, and what workers and learners tell each other.
  static let version = "empo 0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "empo",
    abstract: "Trains a small language model on its own consistency: questions in, no answers needed.",
    version: version,
    subcommands: [TrainCommand.self, LearnerCommand.self, WorkerCommand.self, PlotCommand.self, PretrainCommand.self, BenchCommand.self])
}

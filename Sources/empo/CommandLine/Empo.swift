// empo: the command line. A command parses its arguments, assembles objects of the rooms below and runs them; it holds no logic of
// training.
//
// - `CommandLine/` is the commands, and the way from any failure to one line and an exit status. `Configuration/` is the flags of a run's
//   keys and `empo config`, `JSONLines/` the input and output of the Unix-shaped ones, `Generation/` the requests of `generate` to the
//   completion service, `Evaluation/` the measuring of models, `Meaning/` the commands on answers alone.
// - `Pretraining/` is the command that made the embedded model.
// - `Documentation.docc/` is the manual.
//
// What must hold: exit status 0 for success, 1 for an error, 2 for a wrong command line; an error is one line on the standard error.

import ArgumentParser
import Benches
import Release

/// The command `empo`.
struct Empo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "empo",
    abstract: "Trains a small language model on its own consistency: questions in, no answers needed.",
    version: Release.name,
    subcommands: [
      TrainCommand.self, ProbeCommand.self, PlanCommand.self, LaunchCommand.self, DoctorCommand.self, LearnerCommand.self,
      WorkerCommand.self, RelayCommand.self, KeysCommand.self, ConfigCommand.self, VerifyCommand.self, PlotCommand.self,
      EvalCommand.self, CompareCommand.self,
      InfoCommand.self, ExportCommand.self, GenerateCommand.self, ServeCommand.self, TokenizeCommand.self, RenderCommand.self,
      ScoreCommand.self, ClusterCommand.self, EquivalentCommand.self, ExtractCommand.self,
      BenchCommand.self, PretrainCommand.self,
    ])
}

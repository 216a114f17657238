// empo: the command line. It parses, assembles the parts below and runs them; it holds no logic of training.
//
// - `CommandLine/` is the commands, and how everything that goes wrong becomes one line and an exit status. `Configuration/` is
//   the flags of a run's keys and `empo config`, `JSONLines/` what the Unix-shaped ones read and write, `Generation/` what `generate` and
//   `score` ask of the completion service, `Meaning/` the ones that look at answers alone.
// - `Supervisor/` is `empo train`: a pure state machine (`Supervision`) over the processes of a run, and the actor that obeys it.
// - `Launch/` is the same over ssh: a file of hosts, and processes on them. `Doctor/` looks at a host before it takes part.
// - `Learner/`, `Worker/` and `Relay/` put together what the roles run. `RunAssembly` reads and checks all that a configuration names,
//   before anything is made; a worker gets the same from the learner's welcome and nothing from its own host.
// - `Model/` is a model folder: the base of a run (`BaseModel`), one that answers (`LoadedModel`), one that is told or exported;
//   `Pretraining/` is how the embedded one was made.
// - `Signals/` is how a process is asked to end, `Terminal/` what it shows.
//
// What must hold: a failed beginning leaves no folder behind. The learner alone decides on a run; the supervisor only keeps
// processes alive, and none of them outlives it.

import ArgumentParser

/// The command `empo`.
struct Empo: AsyncParsableCommand {
  /// What `--version` prints, and what workers and learners tell each other.
  static let version = "empo 0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "empo",
    abstract: "Trains a small language model on its own consistency: questions in, no answers needed.",
    version: version,
    subcommands: [
      TrainCommand.self, LaunchCommand.self, DoctorCommand.self, LearnerCommand.self, WorkerCommand.self, RelayCommand.self,
      KeysCommand.self, ConfigCommand.self, GenerateCommand.self, ServeCommand.self, ScoreCommand.self, ClusterCommand.self,
      EquivalentCommand.self,
      ExtractCommand.self,
      TokenizeCommand.self, RenderCommand.self, InfoCommand.self, ExportCommand.self, PlotCommand.self, PretrainCommand.self,
      BenchCommand.self,
    ])
}

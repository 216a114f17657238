import ArgumentParser
import Operations
import Runs

/// `empo train`: a whole run on this host.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Runs a training run: one learner and some workers, supervised.",
    usage: """
      empo train [CONFIG.yaml] [--preset NAME] [--KEY VALUE ...] [--run DIR] [--hours H] [--dry-run | --prepare] [--key FILE --authorized PATH ... | --insecure]
      empo train --resume DIR [--steps N] [--hours H] [--workers N] [--worker-KEY VALUE ...] [--gradients PLACE] [--learner-works WHEN] [--metrics HOST:PORT] [--accept-loss] [--key FILE --authorized PATH ... | --insecure]
      """,
    discussion: """
      Without a configuration, the demonstration that ships with empo; with --model and --questions, a model of your own. Ctrl-C writes a \
      checkpoint and ends; a second one ends at once. --resume continues a run, whatever ended it.

      Every key of the configuration has a flag below; empo config prints a page of them.
      """)

  @Argument(help: ArgumentHelp("The run's configuration, a YAML file.", valueName: "CONFIG.yaml"))
  var file: String?

  @Option(name: .customLong("run"), help: ArgumentHelp("The run folder; by default runs/ and the time of day.", valueName: "DIR"))
  var runFolder: String?

  @Option(help: .hours, transform: TimeLimit.argument)
  var hours: Double?

  @Option(
    help: ArgumentHelp(
      "Continues the run in this folder; only --workers, their --worker-threads, --worker-nice and --worker-memory, --gradients, "
        + "--learner-works and --metrics may differ, and --steps may be more where the schedule is constant.",
      valueName: "DIR"))
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "Settings of a published run, above the defaults and below all else: \(ConfigurationPreset.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "NAME"),
    completion: .list(ConfigurationPreset.allCases.map(\.rawValue)))
  var preset: ConfigurationPreset?

  @Flag(help: "Prints the resolved configuration, the memory it would need and one prompt, and ends.")
  var dryRun = false

  @Flag(help: "Makes the run folder and ends; empo learner --run DIR then begins the run.")
  var prepare = false

  @Flag(help: .acceptLoss)
  var acceptLoss = false

  @OptionGroup(title: "Who may join") var access: AccessOptions

  @OptionGroup var keys: ConfigurationFlags

  /// The keys that may differ when a run is continued.
  private static let changeable = Set(
    ["steps", "workers", "worker.threads", "worker.nice", "worker.memory", "learner.metrics"] + LearnerRole.changeableKeys.map(\.name))

  func validate() throws {
    if runFolder?.isEmpty == true { throw ValidationError("--run names no folder: expected a path, such as --run runs/mine") }
    if acceptLoss, resume == nil { throw ValidationError("--accept-loss continues a run: expected --resume DIR, too") }
    if hours != nil, dryRun || prepare { throw ValidationError("--hours ends a run: it takes no \(dryRun ? "--dry-run" : "--prepare")") }
    guard resume != nil else { return }
    let given: [(name: String, isGiven: Bool)] = [
      ("CONFIG.yaml", file != nil), ("--run", runFolder != nil), ("--preset", preset != nil), ("--dry-run", dryRun), ("--prepare", prepare),
    ]
    let flags = keys.values
    let fixed = ConfigurationKey.all.first { flags[$0.name] != nil && !Self.changeable.contains($0.name) }
    let other = given.first(where: \.isGiven)?.name ?? fixed?.flag
    if let other {
      throw ValidationError("--resume continues a run as it was configured: it takes no \(other)")
    }
  }
}

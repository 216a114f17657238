import ArgumentParser
import Runs

/// `empo train`: a whole run on this host.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Runs a training run: one learner and some workers, supervised.",
    discussion: """
      Without a configuration, the demonstration that ships with empo; with --model and --questions, a model of your own. Ctrl-C writes a \
      checkpoint and ends; a second one ends at once. --resume goes on where a run ended, for whatever reason it did.
      """)

  @Argument(help: ArgumentHelp("The run's configuration, a YAML file.", valueName: "CONFIG.yaml"))
  var file: String?

  @OptionGroup(title: "Model and questions") var data: TrainingData

  @Option(help: ArgumentHelp("Updates of the policy.", valueName: "N"))
  var steps: Int?

  @Option(help: ArgumentHelp("Questions of a step.", valueName: "N"))
  var questionsPerStep: Int?

  @Option(help: ArgumentHelp("Responses to each question.", valueName: "N"))
  var groupSize: Int?

  @Option(help: ArgumentHelp("The longest response, in tokens.", valueName: "N"))
  var maxTokens: Int?

  @Option(help: ArgumentHelp("Logits are divided by this.", valueName: "T"))
  var temperature: Double?

  @Option(help: ArgumentHelp("The learning rate after warm-up.", valueName: "X"))
  var learningRate: Double?

  @Option(help: ArgumentHelp("Workers on this host; they do not change the result.", valueName: "N"))
  var workers: Int?

  @Option(name: .customLong("run"), help: ArgumentHelp("The run folder; by default runs/ and the time of day.", valueName: "DIR"))
  var runFolder: String?

  @Option(help: ArgumentHelp("The seed of everything random.", valueName: "S"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("empo, majority, accuracy, format or random.", valueName: "R"))
  var reward: String?

  @Option(
    help: ArgumentHelp(
      "What decides that answers mean the same: exact, math, choice, text, embedding:DIR or verifier:DIR.", valueName: "J"))
  var judge: String?

  @Option(help: ArgumentHelp("How many versions behind workers may sample from.", valueName: "L"))
  var lag: Int?

  @Option(help: ArgumentHelp("The share of tasks that two workers do, whose answers are compared.", valueName: "SHARE"))
  var audit: Double?

  @Flag(inversion: .prefixedNo, help: "Turns workers away whose arithmetic differs in the last bits (default) or takes them in.")
  var requireSameBits: Bool?

  @Option(help: ArgumentHelp("Goes on with the run in this folder.", valueName: "DIR"))
  var resume: String?

  @Option(help: .metrics)
  var metrics: String?

  @Flag(help: "Prints the resolved configuration, the memory it would need and one prompt, and ends.")
  var dryRun = false

  @Flag(help: "Makes the run folder and ends; empo learner --run DIR then begins the run.")
  var prepare = false

  @OptionGroup(title: "Who may join") var access: AccessOptions

  /// The keys that may differ when a run goes on.
  private static let changeable: Set = ["workers", "learner.metrics"]

  func validate() throws {
    // A flag out of its range is a usage error, whatever a file says.
    do {
      try RunConfiguration.check(flags: flags)
    } catch {
      throw ValidationError("\(error)")
    }
    if runFolder?.isEmpty == true { throw ValidationError("--run names no folder: expected a path, such as --run runs/mine") }
    guard resume != nil else { return }
    let given: [(name: String, isGiven: Bool)] = [
      ("CONFIG.yaml", file != nil), ("--run", runFolder != nil), ("--dry-run", dryRun), ("--prepare", prepare),
    ]
    let fixed = ConfigurationKey.all.first { flags[$0.name] != nil && !Self.changeable.contains($0.name) }
    let other = given.first(where: \.isGiven)?.name ?? fixed?.flag
    if let other {
      throw ValidationError("--resume goes on with a run as it was configured: it takes no \(other)")
    }
  }
}

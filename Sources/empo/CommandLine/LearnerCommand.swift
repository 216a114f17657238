import ArgumentParser
import Benches
import Operations
import Runs

/// `empo learner`: the one learner of a run.
struct LearnerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learner", abstract: "Hands out tasks, updates the policy and broadcasts weights, for the run in a folder.",
    discussion: "The folder needs a config.yaml; empo train makes one. Continues where an earlier learner ended.")

  @Option(name: .customLong("run"), help: ArgumentHelp("The run folder.", valueName: "DIR"))
  var runFolder: String

  @Option(
    help: ArgumentHelp("Where workers connect to; port 0 lets the system choose. By default as config.yaml says.", valueName: "ADDRESS"))
  var listen: String?

  @Option(help: .metrics, transform: Bounds.value("HOST:PORT, such as 127.0.0.1:9100") { MetricsAddress($0) })
  var metrics: MetricsAddress?

  @Option(help: .hours, transform: TimeLimit.argument)
  var hours: Double?

  @Option(help: .thisTime("Who computes gradients: auto, learner or workers"))
  var gradients: String?

  @Option(help: .thisTime("Whether the learner computes parts of gradients beside the workers: auto, true or false"))
  var learnerWorks: String?

  @Flag(help: .acceptLoss)
  var acceptLoss = false

  @Flag(help: .hidden)
  var supervised = false

  @Option(help: .hidden)
  var lifeline: Int?

  @OptionGroup(title: "Who may join") var access: AccessOptions

  /// What is given of the learner's ``LearnerRole/changeableKeys``.
  private var settings: [String: String] { ["gradients": gradients, "learner.works": learnerWorks].compactMapValues(\.self) }

  func validate() throws {
    do {
      try RunConfiguration.check(flags: settings)
    } catch {
      throw ValidationError("\(error)")
    }
    try access.requireListed()
  }

  func run() async throws {
    let limit = hours.map(TimeLimit.init)
    if supervised { SupervisedLife.begin(patience: lifeline) }
    let role = LearnerRole(
      folder: try RunFolder.open(runFolder), listen: listen, access: access.access, isSupervised: supervised,
      // A supervisor on this host writes the log to a file; over ssh, log and output arrive together.
      hasLogApart: supervised && lifeline == nil, metrics: metrics, acceptsLoss: acceptLoss, limit: limit, settings: settings)
    let status = try await role.run()
    if status != ExitStatus.success { throw ExitCode(status) }
  }
}

extension ArgumentHelp {
  /// The help of a flag that stands in for a key of config.yaml.
  fileprivate static func thisTime(_ meaning: String) -> ArgumentHelp {
    ArgumentHelp("\(meaning), this time; by default as config.yaml says. The weights are the same.", valueName: "VALUE")
  }

  /// The help of `--accept-loss`.
  static let acceptLoss = ArgumentHelp(
    "Goes on although the ledger is damaged, or lacks what it held when the checkpoint was written: what is lost is sampled again.")

  /// The help of `--hours`.
  static let hours = ArgumentHelp(
    "Ends after so many hours with a checkpoint, before a step that would take longer; --resume then continues the run.", valueName: "H")
}

extension TimeLimit {
  /// Reads a number of hours that a run can be given.
  static let argument = Bounds.number(expectation, where: allows)
}

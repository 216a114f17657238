import ArgumentParser
import Benches
import Foundation
import Operations
import Runs
import Wire

/// `empo relay`: hands a run's weights on to many workers.
struct RelayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "relay", abstract: "Hands a learner's weights on to workers, for many workers behind one slow link.",
    discussion: """
      Weights cross the link once, to the relay; workers that are given --relay fetch them there. Tasks and groups go between worker and \
      learner as usual, and so do weights when the relay is gone. Ends with the run, or by Ctrl-C or SIGTERM.
      """)

  @Option(help: ArgumentHelp("The learner's address, tcp://HOST:PORT.", valueName: "ADDRESS"))
  var connect: String

  @Option(help: ArgumentHelp("Where workers connect to; port 0 lets the system choose.", valueName: "ADDRESS"))
  var listen: String

  @Option(
    help: ArgumentHelp("Where weights leave from; by default the host of --listen and a port of the system's choice.", valueName: "ADDRESS")
  )
  var publish: String?

  @Option(
    help: ArgumentHelp(
      "A name, unique among the run's workers and relays; by default its key's, or relay-HOST-PID.",
      valueName: "N"))
  var name: String?

  @Option(
    help: ArgumentHelp(
      "The relay's secret key (empo keys new worker NAME): by it learner and workers know the relay.",
      valueName: "FILE"))
  var key: String?

  @Option(help: ArgumentHelp("The learner's public key.", valueName: "FILE"))
  var learnerKey: String?

  @Option(
    help: ArgumentHelp(
      "Public keys of the workers that are let in: a file, or a folder of .pub files; may be given more than once. Read again when it changes.",
      valueName: "PATH"))
  var authorized: [String] = []

  @Option(name: .customLong("cache"), help: .cache)
  var cacheFolder: String?

  @Option(help: .metrics, transform: Bounds.value("HOST:PORT, such as 127.0.0.1:9100") { MetricsAddress($0) })
  var metrics: MetricsAddress?

  @Flag(help: "Listens beyond this host without keys: anyone who reaches the ports can read the weights.")
  var insecure = false

  @Flag(help: .hidden)
  var supervised = false

  @Option(help: .hidden)
  var lifeline: Int?

  func validate() throws {
    if (key == nil) != (learnerKey == nil) {
      throw ValidationError("--key and --learner-key belong together: the learner must know the relay, and the relay the learner")
    }
    if key == nil, !authorized.isEmpty { throw ValidationError("--authorized lists keys, but the relay has none: expected --key, too") }
    if key != nil, authorized.isEmpty { throw ValidationError("--key lets in listed workers only: expected --authorized, too") }
    if key != nil, insecure { throw ValidationError("--key keeps strangers out and --insecure lets them in: expected one of them") }
  }

  func run() async throws {
    if supervised { SupervisedLife.begin(patience: lifeline) }
    var learnerCredentials: LearnerCredentials?
    var workerCredentials: WorkerCredentials?
    if let key, let learnerKey {
      learnerCredentials = try LearnerCredentials(relayKeyFile: key, authorized: authorized)
      workerCredentials = try WorkerCredentials(keyFile: key, learnerKeyFile: learnerKey)
    }
    if let pool = workerCredentials?.key.pool {
      throw CommandLineError(
        .input, "\(key ?? "") is the key of the pool \(pool), and a relay needs one of its own: empo keys new worker NAME")
    }
    if let credentials = workerCredentials, let name, name != credentials.key.name {
      throw CommandLineError(
        .input, "\(key ?? "") is the key of \(credentials.key.name), found --name \(name): leave --name out, or make a key of that name")
    }
    let process = ProcessInfo.processInfo
    let host = process.hostName.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }.prefix(40)
    let role = RelayRole(
      learner: connect, listen: listen, publish: publish,
      name: name ?? workerCredentials?.key.name ?? "relay-\(host)-\(process.processIdentifier)", learnerCredentials: learnerCredentials,
      workerCredentials: workerCredentials, cacheFolder: cacheFolder, isInsecure: insecure, isSupervised: supervised, metrics: metrics)
    let status = try await role.run()
    if status != ExitStatus.success { throw ExitCode(status) }
  }
}

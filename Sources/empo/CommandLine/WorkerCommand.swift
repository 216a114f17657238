import ArgumentParser
import Benches
import Foundation
import Operations
import Runs
import Wire

/// `empo worker`: one worker of a run, here or on any host.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Samples and scores for a learner, until its run is over.",
    discussion: """
      Needs only the learner's address, keys if the learner requires them, and the judge's model if the run's judge has one. A run that \
      trains adapters alone needs its base model: a worker takes it from this host, or fetches it once into the cache. \
      Ctrl-C or SIGTERM gives back tasks that are not begun, finishes the others and leaves; a second one leaves at once.
      """)

  @Option(help: ArgumentHelp("The learner's address, tcp://HOST:PORT.", valueName: "ADDRESS"))
  var connect: String

  @Option(
    help: ArgumentHelp(
      "A name, unique among the run's workers; by default its key's, or HOST-PID; with a pool's key, POOL/NAME.",
      valueName: "N"))
  var name: String?

  @Option(
    help: ArgumentHelp(
      "The worker's secret key, for a learner that lets in only listed keys; its name is the worker's.", valueName: "FILE"))
  var key: String?

  @Option(help: ArgumentHelp("The learner's public key.", valueName: "FILE"))
  var learnerKey: String?

  @Option(
    help: ArgumentHelp(
      "Where an empo relay listens: weights come from there while it has them, and from the learner otherwise.", valueName: "ADDRESS"))
  var relay: String?

  @Option(help: ArgumentHelp("The relay's public key, for a relay that has one.", valueName: "FILE"))
  var relayKey: String?

  @Option(help: .metrics, transform: Bounds.value("HOST:PORT, such as 127.0.0.1:9100") { MetricsAddress($0) })
  var metrics: MetricsAddress?

  @Option(
    help: ArgumentHelp("Threads; by default worker.threads of the run's configuration, where 0 is one a processor.", valueName: "N"),
    transform: Bounds.integer(1...1024))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "The process's niceness, from 0 to 19; by default worker.nice of the run's configuration. A process that is nicer stays so.",
      valueName: "N"), transform: Bounds.integer(0...19))
  var nice: Int?

  @Option(
    help: ArgumentHelp(
      "The most memory that the worker takes, such as 4GB, or none; by default worker.memory of the run's configuration.",
      valueName: "SIZE"), transform: Bounds.value(MemoryCap.expectation) { MemoryCap($0) })
  var memory: MemoryCap?

  @Option(
    name: .customLong("judge"),
    help: ArgumentHelp("Where this host has the model of the run's judge, if elsewhere than the learner's.", valueName: "DIR"))
  var judgeFolder: String?

  @Option(
    name: .customLong("model"),
    help: ArgumentHelp("Where this host has the run's base model, if elsewhere than the learner's.", valueName: "DIR"))
  var modelFolder: String?

  @Option(name: .customLong("cache"), help: .cache)
  var cacheFolder: String?

  @Option(
    help: ArgumentHelp("Seconds for tasks that are begun when the worker is asked to leave.", valueName: "S"),
    transform: Bounds.integer(0...86_400))
  var grace = 10

  @Flag(help: .hidden)
  var supervised = false

  @Option(help: .hidden)
  var lifeline: Int?

  func validate() throws {
    if (key == nil) != (learnerKey == nil) {
      throw ValidationError("--key and --learner-key belong together: the learner must know the worker, and the worker the learner")
    }
    if relayKey != nil, relay == nil || key == nil {
      throw ValidationError(
        "--relay-key is the public key of the relay at --relay, for a worker with a key: expected --relay and --key")
    }
    if relay != nil, key != nil, relayKey == nil {
      throw ValidationError("if workers have keys, so has the relay: expected --relay-key beside --relay")
    }
  }

  func run() async throws {
    if supervised { SupervisedLife.begin(patience: lifeline) }
    let credentials: WorkerCredentials? =
      if let key, let learnerKey { try WorkerCredentials(keyFile: key, learnerKeyFile: learnerKey) } else { nil }
    let relayCredentials: WorkerCredentials? =
      if let key, let relayKey { try WorkerCredentials(keyFile: key, relayKeyFile: relayKey) } else { nil }
    if let credentials, let name, !credentials.key.covers(name) {
      throw CommandLineError(
        .input,
        credentials.key.pool.map {
          "\(key ?? "") is the key of the pool \($0), found --name \(name): expected \($0)/ and a name of its own"
        }
          ?? "\(key ?? "") is the key of \(credentials.key.name), found --name \(name): leave --name out, or make a key of that name")
    }
    let process = ProcessInfo.processInfo
    // Host names may hold what worker names must not.
    let host = process.hostName.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }.prefix(40)
    let place = "\(host)-\(process.processIdentifier)"
    let ownName = credentials.map { credentials in credentials.key.pool.map { "\($0)/\(place)" } ?? credentials.key.name } ?? place
    let role = WorkerRole(
      learner: connect, name: name ?? ownName, credentials: credentials, relay: relay, relayCredentials: relayCredentials,
      threads: threads, niceness: nice, memory: memory, judgeFolder: judgeFolder, modelFolder: modelFolder, cacheFolder: cacheFolder,
      isSupervised: supervised, graceSeconds: grace, metrics: metrics)
    let status = try await role.run()
    if status != ExitStatus.success { throw ExitCode(status) }
  }
}

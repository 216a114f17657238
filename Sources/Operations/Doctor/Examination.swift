internal import Cluster
import Digests
import Foundation
import HuggingFace
import Release
import Runs
import Tensors
import Transformer
package import Wire

/// The checks of `empo doctor`, in the order in which a run would meet the problems.
package struct Examination {
  /// The learner's address, if there is a learner to look at.
  package var learner: String?
  /// The worker's name.
  package var name: String
  /// The worker's secret key.
  package var key: String?
  /// The learner's public key.
  package var learnerKey: String?
  /// A run folder on this host.
  package var run: String?

  /// Creates one.
  package init(learner: String? = nil, name: String, key: String? = nil, learnerKey: String? = nil, run: String? = nil) {
    self.learner = learner
    self.name = name
    self.key = key
    self.learnerKey = learnerKey
    self.run = run
  }

  /// Runs every check, and reports each finding at once.
  package func findings(_ report: (Finding) -> Void) async throws {
    let host = HostFacts()
    report(host.processorFinding)
    report(ProductsFinding.finding())
    let fingerprint = try NumericFingerprint.compute()
    if let key { report(KeyFileFinding.secret(key, as: "key")) }
    if let learnerKey { report(KeyFileFinding.shared(learnerKey, as: "learner key")) }
    if let run { try reportRun(run, host, report) }
    guard let learner else {
      report(.ok("fingerprint", "\(fingerprint): a learner with this one refuses workers with another"))
      return
    }
    guard try await reportNetwork(learner, report) else { return }
    try await reportLearner(learner, fingerprint, host, report)
  }

  /// Whether the address can be connected to, and speaks ZMTP.
  private func reportNetwork(_ learner: String, _ report: (Finding) -> Void) async throws -> Bool {
    let endpoint = try Endpoint(learner)
    guard let port = endpoint.port, endpoint.host != "*" else {
      throw OperationsError(.input, "--connect: found \(learner), expected a host and a port, such as tcp://10.0.0.1:5555")
    }
    switch await GreetingProbe(host: endpoint.host.filter { $0 != "[" && $0 != "]" }, port: Int(port)).run() {
    case .unreachable(let reason):
      report(
        .problem(
          "network", "\(learner) cannot be reached: \(reason)",
          do: "check that the learner runs, that it listens beyond its own host (learner.listen), and that no firewall is between"))
      return false
    case .stranger:
      report(.problem("network", "\(learner) answers, but is no learner", do: "check that the port is the one in the run's endpoints.json"))
      return false
    case .greeting(let version, let mechanism):
      report(.ok("network", "\(learner) answers and speaks ZMTP \(version)"))
      report(Self.encryption(mechanism, hasKeys: key != nil && learnerKey != nil))
      return (mechanism == "CURVE") == (key != nil && learnerKey != nil)
    }
  }

  /// Whether both sides agree on encryption.
  package static func encryption(_ mechanism: String, hasKeys: Bool) -> Finding {
    switch (mechanism, hasKeys) {
    case ("CURVE", true): .ok("encryption", "the learner uses CURVE, and there are keys for it")
    case ("CURVE", false): .problem("encryption", "the learner uses CURVE", do: "give --key and --learner-key, as for empo worker")
    case ("NULL", false): .warning("encryption", "the learner admits anyone who reaches it", do: "use keys unless the network is your own")
    case ("NULL", true): .problem("encryption", "the learner uses no keys, but some were given", do: "start it with --key and --authorized")
    default: .problem("encryption", "the learner uses \(mechanism), which empo does not know", do: "check that it is a learner")
    }
  }

  /// Reports the learner's answer to a hello.
  private func reportLearner(
    _ learner: String, _ fingerprint: String, _ host: HostFacts, _ report: (Finding) -> Void
  ) async throws {
    let credentials: WorkerCredentials? =
      if let key, let learnerKey { try WorkerCredentials(keyFile: key, learnerKeyFile: learnerKey) } else { nil }
    // A worker with a key has the key's name; a worker of a pool has any name within the pool.
    let ownName = credentials.map { $0.key.pool.map { "\($0)/\(name)" } ?? $0.key.name } ?? name
    let probe = HelloProbe(learner: learner, name: ownName, fingerprint: fingerprint, credentials: credentials)
    switch try await probe.run() {
    case .silence:
      report(.problem("learner", "no answer to a hello within 10 s", do: "see its log; check that this worker's key is authorized"))
    case .finished: report(.warning("learner", "its run is over", do: "nothing is left to take part in"))
    case .refused(let refusal): report(Self.refusal(refusal))
    case .welcome(let welcome, let asked, let answered):
      report(.ok("protocol", "version \(Wire.protocolVersion) on both sides"))
      report(BuildFinding.compare(learner: welcome.software, here: Release.name))
      report(.ok("fingerprint", "\(fingerprint), as the run asks for"))
      report(ClockFinding.compare(learner: Double(welcome.timeOfDay) / 1000, asked: asked, answered: answered))
      report(.ok("run", "\(welcome.run), policy version \(welcome.policyVersion); the learner would accept this host"))
      reportWelcome(welcome, host, report)
    }
  }

  /// The finding for a refusal.
  package static func refusal(_ refusal: Refusal) -> Finding {
    switch refusal.code {
    case .protocolVersion: .problem("protocol", refusal.reason, do: "install the same release on both")
    case .fingerprint:
      .problem("fingerprint", refusal.reason, do: "use the same build of empo on all hosts of a run")
    case .full: .problem("learner", refusal.reason, do: "wait until a worker leaves")
    default: .problem("learner", "it refuses this worker: \(refusal.reason)", do: "see its log")
    }
  }

  /// The model that the learner would send, and whether this host can hold it.
  private func reportWelcome(_ welcome: Welcome, _ host: HostFacts, _ report: (Finding) -> Void) {
    func file(_ name: String) -> [UInt8]? { welcome.files.first { $0.name == name }?.bytes }
    do {
      guard let json = file("config.json"), let yaml = file("config.yaml"), let rollout = file(RolloutBounds.fileName) else {
        throw OperationsError(.input, "the learner's welcome lacks a file")
      }
      let model = try ModelConfiguration(json: Data(json), source: "the learner's config.json")
      let configuration = try RunConfiguration(yaml: String(decoding: yaml, as: UTF8.self), name: "the learner's config.yaml")
      let bounds = try JSONDecoder().decode(RolloutBounds.self, from: Data(rollout))
      try bounds.validate(against: model)
      var digest = SHA256()
      for file in welcome.files.sorted(by: { $0.name < $1.name }) where file.name.hasSuffix(".json") { digest.update(file.bytes) }
      report(
        .ok(
          "model",
          "\(model.parameterCount) parameters as \(welcome.manifest.elementType), \(MemoryEstimate.told(Double(welcome.manifest.totalBytes))) to "
            + "fetch; its files have SHA-256 \(digest.hexadecimalDigest().prefix(16))"))
      let bytes = welcome.manifest.elementType == .bfloat16 ? 2 : 4
      let estimate = MemoryEstimate(model: model, bytesPerWeight: bytes, lora: configuration.adapters)
      let memory = WorkerMemory(estimate, length: bounds.maximumLength, judge: 0)
      report(Room.worker(memory, of: configuration.worker, available: host.availableMemory))
    } catch {
      report(.problem("model", "the learner's files cannot be read here: \(error)", do: "install the same release on both"))
    }
  }

  /// Reports whether this host can hold the learner of a run folder.
  private func reportRun(_ path: String, _ host: HostFacts, _ report: (Finding) -> Void) throws {
    let folder = try RunFolder.open(path)
    let assembly = try RunAssembly(try RunConfiguration(contentsOf: folder))
    let configuration = assembly.configuration
    let estimate = MemoryEstimate(of: assembly)
    report(
      .ok(
        "model",
        "\(configuration.model): \(assembly.base.configuration.parameterCount) parameters; outcome \(try assembly.outcome().digest.prefix(16))"
      ))
    report(Room.memory(needed: estimate.learner(of: assembly), for: "the learner", available: host.availableMemory))
    // While a checkpoint is written, there is one more than are kept.
    let checkpoint = estimate.checkpoint(lag: configuration.lag)
    report(Room.disk(needed: checkpoint * Double(configuration.keepCheckpoints + 1), folder: folder.path))
    if let pid = RunLock.holder(of: folder) { report(.ok("run", "a learner (pid \(pid)) runs in \(folder.path)")) }
  }
}

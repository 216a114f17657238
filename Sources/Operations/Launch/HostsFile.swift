package import Runs

/// Where the processes of a run belong: the content of a file such as `cluster/hosts.yaml`.
package struct HostsFile: Equatable, Sendable {
  /// The learner's place.
  package struct Learner: Equatable, Sendable {
    /// Its host.
    package var host: RemoteHost
    /// Where it listens on that host.
    package var listen: String
    /// The host by which workers find it.
    package var reachedAt: String
    /// The run folder on its host, if the file names one.
    package var run: String?
    /// The learner's secret key there.
    package var key: String?
    /// The workers' public keys there.
    package var authorized: String?
    /// Whether it may listen beyond its host without keys.
    package var isInsecure: Bool
  }

  /// One worker's place.
  package struct Worker: Equatable, Sendable {
    /// Its host.
    package var host: RemoteHost
    /// Its name in the run.
    package var name: String
    /// Its threads; nil for the number in the run's configuration.
    package var threads: Int?
    /// Its niceness; nil for that in the run's configuration.
    package var niceness: Int?
    /// A bound on its memory; nil for that in the run's configuration.
    package var memory: MemoryCap?
    /// Its secret key on its host.
    package var key: String?
    /// The learner's public key there.
    package var learnerKey: String?
  }

  /// The learner.
  package var learner: Learner
  /// The workers, in the file's order.
  package var workers: [Worker]
  /// How often one process is started again.
  package var restartBudget: Int

  /// Every host once.
  package var hosts: [RemoteHost] {
    var seen: Set<RemoteHost> = []
    return ([learner.host] + workers.map(\.host)).filter { seen.insert($0).inserted }
  }
}

extension HostsFile {
  /// The learner's arguments.
  ///
  /// - Parameters:
  ///   - run: The run folder on its host.
  ///   - isFirst: Whether no learner of this launch has listened yet; later ones listen where the first did.
  ///   - limit: How long the run may take this time.
  package func learnerArguments(run: String, isFirst: Bool, limit: TimeLimit? = nil) -> [String] {
    var arguments = ["learner", "--run", run] + (limit?.remainder ?? [])
    if isFirst { arguments += ["--listen", learner.listen] }
    if let key = learner.key { arguments += ["--key", key] }
    if let authorized = learner.authorized { arguments += ["--authorized", authorized] }
    if learner.isInsecure { arguments.append("--insecure") }
    return arguments + Self.supervision
  }

  /// A worker's arguments.
  ///
  /// - Parameters:
  ///   - index: The worker's place in ``workers``.
  ///   - port: The learner's port.
  package func workerArguments(_ index: Int, port: String) -> [String] {
    let worker = workers[index]
    var arguments = ["worker", "--connect", "tcp://\(learner.reachedAt):\(port)", "--name", worker.name]
    if let threads = worker.threads { arguments += ["--threads", "\(threads)"] }
    if let niceness = worker.niceness { arguments += ["--nice", "\(niceness)"] }
    if let memory = worker.memory { arguments += ["--memory", "\(memory)"] }
    if let key = worker.key { arguments += ["--key", key] }
    if let learnerKey = worker.learnerKey { arguments += ["--learner-key", learnerKey] }
    return arguments + Self.supervision
  }

  /// Shorter than ssh's own patience, so that a process is gone when its successor begins.
  private static let supervision = ["--supervised", "--lifeline", "10"]
}

package import Logging
package import Runs
package import Wire

/// Who a learner lets in.
package struct LearnerAccess: Sendable, Equatable {
  /// The file of the learner's secret key; without one, the learner lets in everybody who reaches it.
  package var key: String?
  /// Files and folders of the public keys of workers.
  package var authorized: [String] = []
  /// Whether to listen beyond this host without keys.
  package var isInsecure = false

  /// Creates one.
  package init(key: String? = nil, authorized: [String] = [], isInsecure: Bool = false) {
    self.key = key
    self.authorized = authorized
    self.isInsecure = isInsecure
  }

  /// The flags that say the same.
  package var arguments: [String] {
    (isInsecure ? ["--insecure"] : []) + (key.map { ["--key", $0] } ?? []) + authorized.flatMap { ["--authorized", $0] }
  }

  /// Throws unless the keys can be read and the configured endpoints may be bound with them: what would end a learner at once.
  package func check(_ configuration: RunConfiguration.Learner) throws {
    let isOpen = try credentials() != nil || isInsecure
    guard case .endpoint(let listen) = configuration.listen else { return }
    let publish: String? = if case .endpoint(let endpoint) = configuration.publish { endpoint } else { nil }
    try ZeroMQLearnerTransport.check(listen: listen, publish: publish, isOpen: isOpen)
  }

  /// Reads the keys, if there are any.
  package func credentials() throws -> LearnerCredentials? {
    try key.map { try LearnerCredentials(keyFile: $0, authorized: authorized) }
  }

  /// The names of the keys of the run's own workers, whose checks count first; nil where workers have no keys.
  package func ownWorkers(of run: RunFolder) -> Set<String>? {
    key == nil ? nil : LocalKeys.names(inRun: run.path)
  }

  /// Logs who is let in, with a warning where that is too many or nobody.
  package func log(_ logger: Logger) throws {
    if let warning = ZeroMQEncryption.current().warning { logger.warning("\(warning)") }
    if let credentials = try credentials() {
      logger.info(
        "only listed keys are let in", metadata: ["keys": "\(credentials.authorized.count)", "learner": "\(credentials.key.publicKey)"])
      if credentials.authorized.count == 0 {
        logger.warning("no worker's key is listed yet in \(authorized.joined(separator: ", ")): nobody can join")
      }
    } else if isInsecure {
      logger.warning("--insecure: anyone who reaches the learner can join the run")
    }
  }
}

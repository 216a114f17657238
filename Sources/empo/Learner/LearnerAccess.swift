import Logging
import Wire

/// Who a learner lets in.
struct LearnerAccess: Sendable, Equatable {
  /// The file of the learner's secret key; without one, everybody is let in who reaches it.
  var key: String?
  /// Files and folders of the public keys of workers.
  var authorized: [String] = []
  /// Whether to listen beyond this host without keys.
  var isInsecure = false

  /// Reads the keys, if there are any.
  func credentials() throws -> LearnerCredentials? {
    try key.map { try LearnerCredentials(keyFile: $0, authorized: authorized) }
  }

  /// Logs what a user should know of it.
  func log(_ logger: Logger) throws {
    if let warning = ZeroMQEncryption.current().warning { logger.warning("\(warning)") }
    if let credentials = try credentials() {
      logger.info(
        "only listed keys are let in", metadata: ["keys": "\(credentials.authorized.count)", "learner": "\(credentials.key.publicKey)"])
      if credentials.authorized.count == 0 {
        logger.warning("no worker's key is listed yet in \(authorized.joined(separator: ", ")): nobody can join")
      }
    } else if isInsecure {
      logger.warning("--insecure: whoever reaches the learner can join the run")
    }
  }
}

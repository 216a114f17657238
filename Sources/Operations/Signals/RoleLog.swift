package import Logging

/// The log of a learner or worker: its standard error, which the supervisor sends to a file.
package enum RoleLog {
  package static func logger(_ label: String) -> Logger {
    Logger(label: label) { StreamLogHandler.standardError(label: $0) }
  }
}

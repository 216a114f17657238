package import Files
internal import Glibc
package import Logging

/// The limit on open files and connections of this process.
package enum OpenFiles {
  /// The fewest descriptors of a learner or a relay: sockets, the ledger, a checkpoint, and eight workers.
  static let server = 64

  /// The fewest of a worker.
  static let client = 48

  /// The fewest of a supervisor of so many children: three for each, and its own.
  static func supervisor(children: Int) -> Int { 24 + 3 * children }

  /// Raises the limit, and throws where it does not reach.
  ///
  /// - Parameters:
  ///   - least: The fewest with which the process can do its work.
  ///   - subject: Who it is, in words that begin a sentence.
  package static func raiseLimit(least: Int, for subject: String) throws(FileError) {
    raiseLimit()
    try DescriptorLimit.require(least, for: subject)
  }

  /// Raises the limit as far as the system permits this user: a shell's default is 1,024, and each worker takes two of the learner's.
  package static func raiseLimit() {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

/// The log of a learner or worker: its standard error, which the supervisor sends to a file.
package enum RoleLog {
  package static func logger(_ label: String) -> Logger {
    Logger(label: label) { StreamLogHandler.standardError(label: $0) }
  }
}

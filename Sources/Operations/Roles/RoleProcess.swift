internal import Glibc
package import Logging

/// The limit on open files and connections of this process.
package enum OpenFiles {
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

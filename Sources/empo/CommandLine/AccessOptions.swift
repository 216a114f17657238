import ArgumentParser
import Operations

/// The flags for the keys that a learner lets in.
struct AccessOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The learner's secret key; with it, only workers whose keys are listed are let in.", valueName: "FILE"))
  var key: String?

  @Option(
    help: ArgumentHelp(
      "Public keys of the workers that are let in: a file, or a folder of .pub files; may be given more than once. Read again when it changes.",
      valueName: "PATH"))
  var authorized: [String] = []

  @Flag(help: "Listens beyond this host without keys: anyone who reaches the ports can join.")
  var insecure = false

  func validate() throws {
    if key == nil, !authorized.isEmpty { throw ValidationError("--authorized lists keys, but the learner has none: expected --key, too") }
    if key != nil, insecure { throw ValidationError("--key keeps strangers out and --insecure lets them in: expected one of them") }
  }

  /// Throws where nobody could join: only `empo train` gives keys to workers of its own.
  func requireListed() throws {
    guard key != nil, authorized.isEmpty else { return }
    throw ValidationError("--key lets in listed workers only, and none is listed: expected --authorized, too")
  }

  /// The same as a value.
  var access: LearnerAccess { LearnerAccess(key: key, authorized: authorized, isInsecure: insecure) }
}

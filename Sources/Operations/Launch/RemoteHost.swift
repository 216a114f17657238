import Files

/// A host that is reached over ssh, with the program and the environment of its processes.
package struct RemoteHost: Hashable, Sendable {
  /// The name or address that ssh connects to.
  package var name: String
  /// The user to log in as; nil for the one in ssh's own configuration.
  package var user: String?
  /// ssh's port; nil for the one in ssh's own configuration.
  package var port: Int?
  /// The private key's file; nil for the one in ssh's own configuration.
  package var identity: String?
  /// Further options of ssh, `Name=value`.
  package var options: [String]
  /// The program on that host: a path, or a name that its shell finds.
  package var empo: String
  /// Variables of the processes there.
  package var environment: [String: String]
}

extension RemoteHost {
  /// How long ssh may take to reach a host, in seconds.
  private static let connectSeconds = 10

  /// The arguments of ssh for a command line of a POSIX shell. Nothing asks for a password: without a key that works, ssh fails.
  ///
  /// A connection that is silent for 15 s counts as lost.
  package func sshArguments(running script: String) -> [String] {
    var arguments = [
      "-T", "-x", "-a", "-o", "BatchMode=yes", "-o", "ConnectTimeout=\(Self.connectSeconds)", "-o", "ServerAliveInterval=5", "-o",
      "ServerAliveCountMax=3", "-o", "ControlPath=none", "-o", "LogLevel=ERROR",
    ]
    if let user { arguments += ["-l", user] }
    if let port { arguments += ["-p", "\(port)"] }
    if let identity { arguments += ["-i", identity, "-o", "IdentitiesOnly=yes"] }
    for option in options { arguments += ["-o", option] }
    // The login shell may be no POSIX shell, so we start one. It does not exec the program, so that it can report a signal that ends the
    // program as a status.
    return arguments + ["--", name, "sh -c " + ShellWord.quoted(script + "\nexit $?")]
  }

  /// A command line that runs the program with arguments.
  package func command(_ arguments: [String]) -> String {
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let words = (variables.isEmpty ? [] : ["env"] + variables) + [empo] + arguments
    return words.map(ShellWord.quoted).joined(separator: " ")
  }
}

import Release
import Runs

/// Checks every host of a launch before anything is started, so that all problems are reported together.
struct HostCheck {
  /// The hosts.
  var hosts: HostsFile
  /// Whether to continue without the hosts of workers that cannot be used.
  var isPartial: Bool

  /// How many hosts are checked together.
  private static let width = 32

  /// How long a host may take for a login and the start of a program.
  private static let patience = Duration.seconds(30)

  /// The hosts that can be used: all of them, or with ``isPartial`` at least the learner's. Else throws, with a line for each that cannot.
  func usable() async throws -> HostsFile {
    Console.error.line("checking \(hosts.hosts.count == 1 ? "the host" : "\(hosts.hosts.count) hosts")")
    let problems = try await problems()
    guard !problems.isEmpty else { return hosts }
    for host in hosts.hosts {
      guard let problem = problems[host] else { continue }
      Console.error.line((isPartial ? "continuing without it: " : ErrorLine.prefix) + problem)
    }
    guard isPartial, problems[hosts.learner.host] == nil else {
      let count = problems.count == 1 ? "a host" : "\(problems.count) hosts"
      throw OperationsError(.process, "\(count) cannot be used; nothing was started" + advice(problems))
    }
    var usable = hosts
    usable.workers.removeAll { problems[$0.host] != nil }
    return usable
  }

  private func advice(_ problems: [RemoteHost: String]) -> String {
    isPartial || problems[hosts.learner.host] != nil ? "" : " (--partial continues without those)"
  }

  private func problems() async throws -> [RemoteHost: String] {
    try await withThrowingTaskGroup(of: (RemoteHost, String?).self) { group in
      var waiting = hosts.hosts[...]
      var found: [RemoteHost: String] = [:]
      for host in waiting.prefix(Self.width) { group.addTask { (host, try await Self.problem(of: host)) } }
      waiting = waiting.dropFirst(Self.width)
      for try await (host, problem) in group {
        found[host] = problem
        if let next = waiting.popFirst() { group.addTask { (next, try await Self.problem(of: next)) } }
      }
      return found
    }
  }

  /// The problem that keeps a host from taking part; nil if there is none.
  private static func problem(of host: RemoteHost) async throws -> String? {
    let command = RemoteCommand(host: host, script: host.command(["--version"]))
    let said = try await withThrowingTaskGroup(of: RemoteCommand.Outcome?.self) { group in
      group.addTask { try await command.run() }
      group.addTask {
        try await Task.sleep(for: patience)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
    guard let outcome = said else {
      return "host \(host.name): \(host.empo) --version printed nothing for \(patience): does it work there by hand?"
    }
    guard outcome.status == 0 else { return SSHFailure.line(host, status: outcome.status, output: outcome.errors) }
    // A login shell may print a greeting, so the version is the last line.
    let version = outcome.output.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    guard version == Release.name else {
      return
        "host \(host.name): \(host.empo) is \(excerpt(version)), expected \(Release.name): install the same build on every host"
    }
    return nil
  }
}

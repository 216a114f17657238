import Foundation
import TestSupport
import Testing

/// Real processes held over a real sshd; `scripts/checks/launch.sh` does more, and takes longer.
@Suite("Launch over ssh", .serialized, .enabled(if: LoopbackSSH.obstacle == nil, "needs an sshd: install openssh-server"))
struct LaunchTests {
  /// A tiny run, an sshd, and a hosts file for them.
  struct Scene {
    let run: TinyRun
    let ssh: LoopbackSSH

    init() async throws {
      run = try await TinyRun()
      ssh = try LoopbackSSH()
      try hosts(identity: "user")
      // Paths of a launched configuration begin in the login folder.
      let text = run.folder.text("run.yaml").replacingOccurrences(of: "model: model", with: "model: \(run.folder.file("model"))")
      try run.write(text, to: "launched.yaml")
    }

    func hosts(identity: String, empo: String = Command.executable) throws {
      try run.write(
        """
        empo: \(empo)
        \(ssh.login(identity: identity))
        learner: {host: 127.0.0.1, port: 0}
        workers:
          - {host: 127.0.0.1, name: first, threads: 1}
          - {host: 127.0.0.1, name: second, threads: 1}
        """, to: "hosts.yaml")
    }

    func launch(_ name: String, _ arguments: [String] = ["launched.yaml"], as label: String = "") throws -> Command {
      try Command(
        ["launch", "--hosts", "hosts.yaml", "--run", run.folder.file(name)] + arguments, in: run.folder, name: name + label)
    }

    /// The processes of a run in a role, found by the run folder or the worker's name that they were given.
    func pids(_ words: String...) -> [Int32] {
      ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }.filter { pid in
        guard (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) == Command.executable else { return false }
        let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
        let arguments = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return words.allSatisfy(arguments.contains) && isRunning(pid)
      }
    }
  }

  @Test("A run on two hosts of which a worker is killed ends with the same weights", .timeLimit(.minutes(15)))
  func killedWorker() async throws {
    let scene = try await Scene()
    let plain = try scene.run.train("plain")
    #expect(await plain.status() == 0, "\(plain.errors)")
    let launched = try scene.launch("launched")
    #expect(await eventually { !scene.pids("worker", "first", "--lifeline").isEmpty }, "\(launched.errors)")
    if let pid = scene.pids("worker", "first", "--lifeline").first { kill(pid, SIGKILL) }
    #expect(await launched.status() == 0, "\(launched.errors)")
    #expect(launched.errors.contains("worker 1 died of signal 9 (SIGKILL): restart 1 of 10"), "\(launched.errors)")
    #expect(launched.output.contains("127.0.0.1 learner | learner at tcp://127.0.0.1:"))
    #expect(try scene.run.digest(of: "launched") == scene.run.digest(of: "plain"))
  }

  @Test("An interrupt writes a checkpoint, and a launch that is killed leaves nothing running", .timeLimit(.minutes(15)))
  func endings() async throws {
    let scene = try await Scene()
    let interrupted = try scene.launch("run")
    #expect(await eventually { scene.run.steps(of: "run") >= 1 }, "\(interrupted.errors)")
    interrupted.send(SIGINT)
    #expect(await interrupted.status() == 130, "\(interrupted.errors)")
    #expect(interrupted.lastLine.hasPrefix("to resume: empo launch --hosts hosts.yaml --run "), "\(interrupted.errors)")
    let folder = scene.run.folder.file("run")
    #expect(scene.pids("learner", folder).isEmpty)
    let killed = try scene.launch("run", ["--resume"], as: "-killed")
    #expect(await eventually { !scene.pids("learner", folder).isEmpty }, "\(killed.errors)")
    killed.send(SIGKILL)
    #expect(await eventually { scene.pids("learner", folder).isEmpty })
  }

  @Test("A host that cannot be used is one line, and nothing is started", .timeLimit(.minutes(15)))
  func unusable() async throws {
    let scene = try await Scene()
    try scene.hosts(identity: "stranger")
    let refused = try scene.launch("refused")
    #expect(await refused.status() == 1)
    #expect(refused.errors.contains("empo: error: host 127.0.0.1: the key was refused: `ssh -p "), "\(refused.errors)")
    try scene.hosts(identity: "user", empo: "/nowhere/empo")
    let missing = try scene.launch("missing")
    #expect(await missing.status() == 1)
    #expect(missing.errors.contains("empo: error: host 127.0.0.1: there is no /nowhere/empo: install it there"), "\(missing.errors)")
    #expect(!scene.run.folder.exists("refused") && !scene.run.folder.exists("missing"))
  }
}

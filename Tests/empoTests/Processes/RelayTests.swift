import Foundation
import TestSupport
import Testing

/// Workers behind a relay, in real processes.
@Suite("Runs with a relay", .serialized)
struct RelayTests {
  @Test("A run whose relay is killed, with keys, is the same run", arguments: [false, true])
  func killed(hasKeys: Bool) async throws {
    let run = try await TinyRun("workers: 0")
    let learnerKeys = hasKeys ? ["--key", "keys/learner.key", "--authorized", "authorized"] : []
    if hasKeys {
      try FileManager.default.createDirectory(atPath: run.folder.file("authorized"), withIntermediateDirectories: true)
      try await SecureRunTests.make(["learner"], in: run.folder)
      for name in ["near", "far", "relay"] {
        try await SecureRunTests.make(["worker", name], in: run.folder)
        try FileManager.default.copyItem(atPath: run.folder.file("keys/\(name).pub"), toPath: run.folder.file("authorized/\(name).pub"))
      }
    }
    func keys(_ name: String) -> [String] { hasKeys ? ["--key", "keys/\(name).key", "--learner-key", "keys/learner.pub"] : [] }
    let command = try run.train("run", learnerKeys)
    let endpoint = try #require(await run.endpoint(of: "run"), "\(command.errors)")

    let relay = try Command(
      ["relay", "--connect", endpoint, "--listen", "tcp://127.0.0.1:0"]
        + (hasKeys ? keys("relay") + ["--authorized", "authorized"] : ["--name", "relay"]), in: run.folder, name: "relay")
    #expect(await eventually { relay.output.contains("relay at ") }, "\(relay.errors)")
    let address = try #require(relay.output.split(whereSeparator: \.isWhitespace).last).description
    let workers = try ["near", "far"].map { name in
      try Command(
        ["worker", "--connect", endpoint, "--relay", address, "--threads", "1"]
          + (hasKeys ? keys(name) + ["--relay-key", "keys/relay.pub"] : ["--name", name]), in: run.folder, name: name)
    }
    for worker in workers {
      #expect(await eventually { worker.errors.contains("weights come from the relay") }, "\(worker.errors)\(relay.errors)")
    }
    #expect(await eventually { run.steps(of: "run") >= 1 }, "\(workers[0].errors)\(relay.errors)")
    relay.send(SIGKILL)
    for process in [command] + workers { #expect(await process.status() == 0, "\(process.errors)") }
    // The last steps may be over before the relay is missed.
    let plain = try run.train("plain", ["--workers", "1"])
    #expect(await plain.status() == 0, "\(plain.errors)")
    #expect(try run.digest(of: "run") == run.digest(of: "plain"))
  }

  @Test(
    "What cannot be meant is a usage error",
    arguments: [
      ["relay", "--connect", "tcp://127.0.0.1:1"],
      ["relay", "--connect", "tcp://127.0.0.1:1", "--listen", "tcp://127.0.0.1:0", "--key", "k"],
      ["relay", "--connect", "tcp://127.0.0.1:1", "--listen", "tcp://127.0.0.1:0", "--key", "k", "--learner-key", "l.pub"],
      ["worker", "--connect", "tcp://127.0.0.1:1", "--relay-key", "a.pub"],
      ["worker", "--connect", "tcp://127.0.0.1:1", "--relay", "tcp://127.0.0.1:2", "--key", "k", "--learner-key", "l.pub"],
    ])
  func usage(arguments: [String]) async throws {
    let command = try Command(arguments, in: ScratchFolder())
    #expect(await command.status() == 2)
  }

  @Test("A relay does not listen to the world without keys")
  func open() async throws {
    let command = try Command(["relay", "--connect", "tcp://127.0.0.1:1", "--listen", "tcp://0.0.0.0:0"], in: ScratchFolder())
    #expect(await command.status() == 1)
    #expect(command.error.contains("--insecure"), "\(command.errors)")
  }
}

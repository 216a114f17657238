import Foundation
import TestSupport
import Testing

/// Keys on the command line, and runs that ask for them.
@Suite("Runs with keys", .serialized)
struct SecureRunTests {
  /// Makes a key in the folder `keys`.
  static func make(_ arguments: [String], in folder: ScratchFolder) async throws {
    let command = try Command(["keys", "new"] + arguments + ["--to", "keys"], in: folder, name: "keys")
    #expect(await command.status() == 0, "\(command.errors)")
  }

  @Test("Keys are written once, and only their owner may read the secret half")
  func keys() async throws {
    let folder = try ScratchFolder()
    try await Self.make(["worker", "w-1"], in: folder)
    let mode = try FileManager.default.attributesOfItem(atPath: folder.file("keys/w-1.key"))[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(folder.text("keys/w-1.pub").hasPrefix("empo-worker w-1 "))
    let again = try Command(["keys", "new", "worker", "w-1", "--to", "keys"], in: folder, name: "again")
    #expect(await again.status() == 1)
    #expect(again.error.contains("w-1.key exists already"))
  }

  @Test(
    "What cannot be meant is a usage error",
    arguments: [
      ["keys", "new", "worker"], ["keys", "new", "relay", "x"], ["worker", "--connect", "tcp://127.0.0.1:1", "--key", "a.key"],
      ["worker", "--connect", "tcp://127.0.0.1:1", "--learner-key", "a.pub"], ["learner", "--run", "r", "--authorized", "keys"],
      ["learner", "--run", "r", "--key", "a.key", "--insecure"], ["train", "--key", "a.key", "--insecure"],
    ])
  func usage(arguments: [String]) async throws {
    let command = try Command(arguments, in: ScratchFolder())
    #expect(await command.status() == 2)
    #expect(command.errors.split(separator: "\n").count == 1, "\(command.errors)")
  }

  @Test("A run whose workers have keys is the same run; who is not listed hears so, and who is revoked leaves")
  func run() async throws {
    let run = try await TinyRun("workers: 1")
    for arguments in [["learner"], ["worker", "guest"], ["worker", "stranger"]] { try await Self.make(arguments, in: run.folder) }
    try FileManager.default.createDirectory(atPath: run.folder.file("authorized"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: run.folder.file("keys/guest.pub"), toPath: run.folder.file("authorized/guest.pub"))

    // Without a worker of its own it waits, so that nothing here is a race.
    let keyed = try run.train("keyed", ["--workers", "0", "--key", "keys/learner.key", "--authorized", "authorized"])
    #expect(await eventually { keyed.output.contains("learner at ") }, "\(keyed.errors)")
    struct Endpoints: Decodable {
      var learner: String
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: run.folder.file("keyed/endpoints.json")))
    let endpoint = try JSONDecoder().decode(Endpoints.self, from: data).learner
    func worker(_ name: String, _ arguments: [String]) throws -> Command {
      try Command(["worker", "--connect", endpoint, "--threads", "1"] + arguments, in: run.folder, name: name)
    }
    func keys(_ name: String, learner: String = "learner") -> [String] {
      ["--key", "keys/\(name).key", "--learner-key", "keys/\(learner).pub"]
    }

    let stranger = try worker("stranger", keys("stranger"))
    #expect(await stranger.status() == 1)
    #expect(stranger.error.contains("allow-list"), "\(stranger.errors)")
    #expect(await eventually { keyed.output.contains("is not listed in authorized") }, "\(keyed.output)")
    let bare = try worker("bare", [])
    #expect(await bare.status() == 1)
    #expect(bare.error.contains("--key"), "\(bare.errors)")
    let renamed = try worker("renamed", keys("guest") + ["--name", "other"])
    #expect(await renamed.status() == 1)
    #expect(renamed.error.contains("is the key of guest"), "\(renamed.errors)")

    for (arguments, expected) in [(keys("guest"), "ok       protocol "), ([], "problem  encryption ")] {
      let doctor = try Command(["doctor", "--connect", endpoint] + arguments, in: run.folder, name: "doctor")
      #expect(await doctor.status() == (arguments.isEmpty ? 1 : 0), "\(doctor.output)")
      #expect(doctor.output.contains(expected), "\(doctor.output)")
    }

    let guest = try worker("guest", keys("guest"))
    #expect(await eventually { keyed.output.contains("guest joined") }, "\(guest.errors)")
    #expect(await keyed.status() == 0, "\(keyed.errors)")
    #expect(await guest.status() == 0, "\(guest.errors)")

    // The same with a worker of the run's own, whose key the run makes.
    let own = try run.train("own", ["--key", "keys/learner.key"])
    let plain = try run.train("plain")
    #expect(await own.status() == 0, "\(own.errors)")
    #expect(await plain.status() == 0, "\(plain.errors)")
    let expected = try run.digest(of: "plain")
    #expect(try run.digest(of: "keyed") == expected)
    #expect(try run.digest(of: "own") == expected)

    // No secret is in any log.
    for name in ["guest", "stranger", "learner"] {
      let secret = try #require(run.folder.text("keys/\(name).key").split(whereSeparator: \.isWhitespace).last)
      for log in ["keyed.out", "keyed.err", "own.err", "guest.err", "stranger.err", "keyed/logs/learner.log", "own/logs/worker-1.log"] {
        #expect(!run.folder.text(log).contains(secret))
      }
    }
  }

  @Test("Workers that share a pool's key join under names of their own, and the doctor examines with it")
  func pool() async throws {
    let run = try await TinyRun("workers: 0")
    for arguments in [["learner"], ["worker", "pods", "--pool"]] { try await Self.make(arguments, in: run.folder) }
    #expect(run.folder.text("keys/pods.pub").hasPrefix("empo-worker pods/* "))
    let command = try run.train("pooled", ["--key", "keys/learner.key", "--authorized", "keys/pods.pub"])
    #expect(await eventually { command.output.contains("learner at ") }, "\(command.errors)")
    struct Endpoints: Decodable {
      var learner: String
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: run.folder.file("pooled/endpoints.json")))
    let endpoint = try JSONDecoder().decode(Endpoints.self, from: data).learner
    let keys = ["--connect", endpoint, "--key", "keys/pods.key", "--learner-key", "keys/learner.pub"]
    let doctor = try Command(["doctor"] + keys, in: run.folder, name: "doctor")
    #expect(await doctor.status() == 0, "\(doctor.output)\(doctor.errors)")
    #expect(doctor.output.contains("ok       key ") && doctor.output.contains("would accept this host"), "\(doctor.output)")
    let outside = try Command(["worker", "--name", "a"] + keys, in: run.folder, name: "outside")
    #expect(await outside.status() == 1)
    #expect(outside.error.contains("is the key of the pool pods"), "\(outside.errors)")

    let workers = try ["pods/a", "pods/b"].map {
      try Command(["worker", "--name", $0, "--threads", "1"] + keys, in: run.folder, name: $0.replacing("/", with: "-"))
    }
    #expect(await command.status() == 0, "\(command.errors)")
    for worker in workers { #expect(await worker.status() == 0, "\(worker.errors)") }
    #expect(command.output.contains("pods/a joined") || command.output.contains("pods/b joined"), "\(command.output)")
    let plain = try run.train("plain", ["--workers", "1"])
    #expect(await plain.status() == 0, "\(plain.errors)")
    #expect(try run.digest(of: "pooled") == run.digest(of: "plain"))
  }

  @Test("A worker that is revoked while it takes part is told, and its tasks go to others")
  func revocation() async throws {
    let run = try await TinyRun("workers: 0\n")
    for arguments in [["learner"], ["worker", "first"], ["worker", "second"]] { try await Self.make(arguments, in: run.folder) }
    try FileManager.default.createDirectory(atPath: run.folder.file("authorized"), withIntermediateDirectories: true)
    for name in ["first", "second"] {
      try FileManager.default.copyItem(atPath: run.folder.file("keys/\(name).pub"), toPath: run.folder.file("authorized/\(name).pub"))
    }
    let command = try run.train("run", ["--key", "keys/learner.key", "--authorized", "authorized"])
    #expect(await eventually { command.output.contains("learner at ") }, "\(command.errors)")
    struct Endpoints: Decodable {
      var learner: String
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: run.folder.file("run/endpoints.json")))
    let endpoint = try JSONDecoder().decode(Endpoints.self, from: data).learner
    func worker(_ name: String) throws -> Command {
      try Command(
        ["worker", "--connect", endpoint, "--threads", "1", "--key", "keys/\(name).key", "--learner-key", "keys/learner.pub"],
        in: run.folder, name: name)
    }
    let first = try worker("first")
    #expect(await eventually { command.output.contains("first joined") }, "\(first.errors)")
    // Stopped, it holds its tasks for as long as it is listed.
    first.send(SIGSTOP)
    try FileManager.default.removeItem(atPath: run.folder.file("authorized/first.pub"))
    let second = try worker("second")
    #expect(await eventually { command.output.contains("first is lost: its key is no longer let in") }, "\(command.output)")
    first.send(SIGCONT)
    #expect(await first.status() == 1)
    #expect(first.error.contains("allow-list"), "\(first.errors)")
    #expect(await command.status() == 0, "\(command.errors)")
    #expect(await second.status() == 0, "\(second.errors)")
  }
}

import Foundation
import TestSupport
import Testing

/// Workers on hosts that people use.
@Suite("Courtesy", .serialized)
struct CourtesyTests {
  /// Dispatch gives threads of urgent queues a niceness of its own where the process may lower it, so that the highest counts.
  @Test("A worker is as nice as the run says, or as its flag")
  func niceness() async throws {
    let run = try await TinyRun("steps: 1000000")
    let command = try run.train("nice", ["--workers", "1", "--worker-nice", "15"])
    #expect(await eventually { run.steps(of: "nice") >= 1 })
    let worker = try #require(command.children["worker-1"])
    // A machine may run the tests themselves with a niceness.
    #expect(Self.niceness(of: worker).max() == max(15, Self.own))
    #expect(Self.niceness(of: try #require(command.children["learner"])).max() == Self.own)

    struct Endpoints: Decodable {
      var learner: String
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: run.folder.file("nice/endpoints.json")))
    let endpoint = try JSONDecoder().decode(Endpoints.self, from: data).learner
    // As the welcome of the learner says, and as the flag says before there is one.
    let far = try Command(["worker", "--connect", endpoint, "--name", "far"], in: run.folder, name: "far")
    #expect(await eventually { Self.niceness(of: far.pid).max() == max(15, Self.own) })
    let own = try Command(["worker", "--connect", "tcp://127.0.0.1:1", "--name", "own", "--nice", "19"], in: run.folder, name: "own")
    #expect(await eventually { Self.niceness(of: own.pid).max() == 19 })
    own.send(SIGKILL)
    command.send(SIGTERM)
    #expect(await command.status() == 143)
    far.send(SIGTERM)
    #expect(await far.status() == 0)
    _ = await own.status()
  }

  @Test("A worker within a cap samples fewer sequences at once, and the run ends at the same weights")
  func cap() async throws {
    let run = try await TinyRun()
    let plain = try run.train("plain")
    let capped = try run.train("capped", ["--worker-memory", "104MB"])
    for command in [plain, capped] { #expect(await command.status() == 0, "\(command.errors)") }
    let log = run.folder.text("capped/logs/worker-1.log")
    let match = try #require(log.firstMatch(of: /memory is bounded by 104MB: (\d+) of (\d+) sequences/), "\(log)")
    let (sequences, wanted) = (try #require(Int(match.1)), try #require(Int(match.2)))
    #expect(sequences >= 1 && sequences < wanted)
    #expect(try run.digest(of: "capped") == run.digest(of: "plain"))
  }

  @Test("A cap below one sequence is an error that names the least, before there is a run folder and in a worker")
  func tooLittle() async throws {
    let run = try await TinyRun("steps: 1000000")
    let refused = try run.train("refused", ["--worker-memory", "1MB"])
    #expect(await refused.status() == 1)
    #expect(refused.errors.split(separator: "\n").count == 1 && !run.folder.exists("refused"), "\(refused.errors)")
    #expect(refused.error.contains("worker.memory: found 1MB, expected at least "), "\(refused.errors)")

    let command = try run.train("run", ["--workers", "0"])
    #expect(await eventually { run.folder.exists("run/endpoints.json") })
    struct Endpoints: Decodable {
      var learner: String
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: run.folder.file("run/endpoints.json")))
    let endpoint = try JSONDecoder().decode(Endpoints.self, from: data).learner
    let worker = try Command(["worker", "--connect", endpoint, "--memory", "1MB"], in: run.folder, name: "worker")
    #expect(await worker.status() == 1)
    #expect(worker.lastLine.contains("worker.memory: found 1MB, expected at least "), "\(worker.errors)")
    command.send(SIGTERM)
    #expect(await command.status() == 143)
  }

  @Test(
    "Flags that no worker can keep are a usage error",
    arguments: [
      (["worker", "--connect", "tcp://127.0.0.1:1", "--nice", "20"], "--nice 20: expected an integer from 0 to 19"),
      (["worker", "--connect", "tcp://127.0.0.1:1", "--memory", "lots"], "--memory"),
      (["train", "--worker-nice", "20"], "worker.nice: found \"20\", expected an integer from 0 to 19"),
      (["train", "--worker-memory", "lots"], "worker.memory: found \"lots\", expected none, or a size such as 4GB or 512MB"),
    ])
  func usage(arguments: [String], expected: String) async throws {
    let command = try Command(arguments, in: ScratchFolder())
    #expect(await command.status() == 2)
    #expect(command.errors.split(separator: "\n").count == 1 && command.error.contains(expected), "\(command.errors)")
  }

  private static let scope = __priority_which_t(PRIO_PROCESS.rawValue)

  /// The niceness of this process.
  private static let own = Int(getpriority(scope, 0))

  /// The different nicenesses of a process's threads.
  private static func niceness(of process: Int32) -> Set<Int> {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    return Set(
      tasks.compactMap { task in
        let niceness = id_t(task).map { Int(getpriority(scope, $0)) }
        // A thread that has ended by now had none.
        return FileManager.default.fileExists(atPath: "/proc/\(process)/task/\(task)") ? niceness : nil
      })
  }
}

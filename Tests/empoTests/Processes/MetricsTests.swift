import Foundation
import FoundationNetworking
import TestSupport
import Testing

/// What learner and workers tell over HTTP.
@Suite("Metrics", .serialized)
struct MetricsTests {
  /// The URL in the log of a process, once it is there.
  private func url(inLog name: String, of folder: ScratchFolder) async throws -> URL {
    func found() -> String? {
      folder.lines(name).last { $0.contains("metrics at ") }?.components(separatedBy: "metrics at ").last
    }
    #expect(await eventually { found() != nil }, "\(folder.text(name))")
    return try #require(found().flatMap { URL(string: $0) })
  }

  /// What a path answers; nil where nobody does.
  private func ask(_ metrics: URL, _ path: String) async -> (status: Int, body: String)? {
    guard let (data, response) = try? await URLSession.shared.data(from: metrics.deletingLastPathComponent().appending(path: path)),
      let http = response as? HTTPURLResponse
    else { return nil }
    return (http.statusCode, String(decoding: data, as: UTF8.self))
  }

  /// Asks until an answer is as wanted; the last one.
  private func ask(
    _ metrics: URL, _ path: String, until isWanted: (_ status: Int, _ body: String) -> Bool
  ) async -> (status: Int, body: String)? {
    let end = ContinuousClock.now + .seconds(120)
    while true {
      let answer = await ask(metrics, path)
      if let answer, isWanted(answer.status, answer.body) { return answer }
      guard ContinuousClock.now < end else { return answer }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  @Test("A learner, a relay and a worker tell how they are, and that they are ready", .timeLimit(.minutes(15)))
  func run() async throws {
    let run = try await TinyRun("workers: 0")
    let training = try run.train("told", ["--metrics", "127.0.0.1:0"])
    let learner = try await url(inLog: "told/logs/learner.log", of: run.folder)
    let ready = await ask(learner, "readyz") { status, _ in status == 200 }
    #expect(ready?.status == 200 && ready?.body == "the learner listens\n")
    #expect(await ask(learner, "livez")?.status == 200)
    let before = await ask(learner, "metrics")?.body ?? ""
    #expect(before.contains("\nempo_policy_version 0\n") && before.contains("\nempo_workers 0\n"), "\(before)")
    #expect(before.contains("\n# TYPE empo_groups_accepted_total counter\nempo_groups_accepted_total 0\n"))

    struct Endpoints: Decodable {
      var learner: String
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: run.folder.file("told/endpoints.json")))
    let endpoint = try JSONDecoder().decode(Endpoints.self, from: data).learner
    // A worker that nobody welcomes lives, and is not ready.
    let lonely = try Command(
      ["worker", "--connect", "tcp://127.0.0.1:1", "--metrics", "127.0.0.1:0", "--threads", "1"], in: run.folder, name: "lonely")
    let alone = try await url(inLog: "lonely.err", of: run.folder)
    #expect(await ask(alone, "livez", until: { status, _ in status == 200 })?.status == 200)
    #expect(await ask(alone, "readyz")?.status == 503)
    lonely.send(SIGTERM)
    #expect(await lonely.status() == 0, "\(lonely.errors)")

    let relay = try Command(
      ["relay", "--connect", endpoint, "--listen", "tcp://127.0.0.1:0", "--metrics", "127.0.0.1:0"], in: run.folder, name: "relay")
    let relaying = try await url(inLog: "relay.err", of: run.folder)
    #expect(await ask(relaying, "readyz", until: { status, _ in status == 200 })?.body == "the relay has weights to hand on\n")
    #expect(await ask(relaying, "metrics")?.body.contains("\nempo_policy_version 0\n") == true)

    let worker = try Command(
      ["worker", "--connect", endpoint, "--metrics", "127.0.0.1:0", "--threads", "1"], in: run.folder, name: "worker")
    let sampling = try await url(inLog: "worker.err", of: run.folder)
    // The run is short, so that the worker may have left when it is asked; what it said last is then kept by nobody.
    let sampled = await ask(sampling, "metrics") { _, body in body.contains("\nempo_welcomes_total 1\n") }
    #expect(sampled == nil || sampled?.body.contains("\nempo_welcomes_total 1\n") == true, "\(sampled?.body ?? "")")
    #expect(await training.status() == 0, "\(training.errors)")
    #expect(await worker.status() == 0, "\(worker.errors)")
    #expect(await relay.status() == 0, "\(relay.errors)")

    // Nothing of it decides the outcome.
    let plain = try run.train("plain", ["--workers", "1"])
    #expect(await plain.status() == 0, "\(plain.errors)")
    #expect(try run.digest(of: "told") == run.digest(of: "plain"))
  }

  @Test("A port in use is one line, and nothing begins", .timeLimit(.minutes(15)))
  func portInUse() async throws {
    let folder = try ScratchFolder()
    let waiting = ["worker", "--connect", "tcp://127.0.0.1:1", "--threads", "1", "--metrics"]
    let first = try Command(waiting + ["127.0.0.1:0"], in: folder, name: "first")
    let url = try await url(inLog: "first.err", of: folder)
    let port = try #require(url.port)
    let second = try Command(waiting + ["127.0.0.1:\(port)"], in: folder, name: "second")
    #expect(await second.status() == 1)
    #expect(
      second.errors == "empo: error: cannot listen on http://127.0.0.1:\(port): another process listens there; "
        + "choose another port, or 0 for any that is free\n")
    // Signals are answered once its loop turns.
    #expect(await ask(url, "livez", until: { status, _ in status == 200 })?.status == 200)
    first.send(SIGTERM)
    #expect(await first.status() == 0, "\(first.errors)")
  }

  @Test(
    "An address that is none is a usage error",
    arguments: [
      ["worker", "--connect", "tcp://127.0.0.1:1", "--metrics", "9100"], ["learner", "--run", "r", "--metrics", ":9100"],
      ["train", "--metrics", "127.0.0.1:70000"], ["train", "--resume", "r", "--metrics", "tcp://127.0.0.1:9100"],
    ])
  func usage(arguments: [String]) async throws {
    let command = try Command(arguments, in: ScratchFolder())
    #expect(await command.status() == 2)
    #expect(command.errors.split(separator: "\n").count == 1 && command.errors.contains("--metrics"), "\(command.errors)")
  }
}

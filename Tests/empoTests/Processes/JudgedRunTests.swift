import Foundation
import TestSupport
import Testing

/// Runs whose judge asks a model: a tiny random encoder of scripts/fixtures/bert.py, or a classifier of scripts/fixtures/nli.py.
@Suite("Runs with a model judge")
struct JudgedRunTests {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "TransformerTests/Fixtures")

  /// The model of each kind of judge.
  private static let models = ["embedding": "bert/mean-f32/model", "nli": "nli/roberta-three-f32/model"]

  /// A run without workers, judged by the model in its folder `encoder`.
  private static func run(_ judge: String = "embedding") async throws -> TinyRun {
    let run = try await TinyRun("judge: \(judge):encoder\njudge_threshold: 0.5\nwhole_response: true\nworkers: 0")
    try copy(judge, to: "encoder", of: run)
    return run
  }

  private static func copy(_ judge: String, to name: String, of run: TinyRun) throws {
    let model = try #require(models[judge])
    try FileManager.default.copyItem(atPath: fixtures.appending(path: model).path, toPath: run.folder.file(name))
  }

  /// Where the learner of a run listens.
  private static func endpoint(of name: String, in run: TinyRun) async throws -> String {
    struct Endpoints: Decodable {
      var learner: String
    }
    #expect(await eventually { run.folder.exists(name + "/endpoints.json") })
    let data = try Data(contentsOf: URL(fileURLWithPath: run.folder.file(name + "/endpoints.json")))
    return try JSONDecoder().decode(Endpoints.self, from: data).learner
  }

  @Test("End the same whichever worker judges, and refuse one that has another model", arguments: ["embedding", "nli"])
  func workers(judge: String) async throws {
    let run = try await Self.run(judge)
    let plain = try run.train("plain", ["--workers", "2"])
    let remote = try run.train("remote")
    let address = try await Self.endpoint(of: "remote", in: run)
    func work(_ name: String, _ arguments: [String]) throws -> Command {
      try Command(["worker", "--connect", address, "--name", name] + arguments, in: run.folder, name: name)
    }

    try Self.copy(judge, to: "other", of: run)
    try run.write(run.folder.text("other/config.json") + " ", to: "other/config.json")
    let stranger = try work("stranger", ["--judge", "other"])
    #expect(await stranger.status() == 1)
    #expect(stranger.error.contains("other is not the learner's: found SHA-256"), "\(stranger.errors)")
    let lost = try work("lost", ["--judge", "nowhere"])
    #expect(await lost.status() == 1)
    #expect(lost.error.contains("nowhere is not on this host"), "\(lost.errors)")

    try Self.copy(judge, to: "same", of: run)
    try run.write("# A card makes no difference.", to: "same/README.md")
    let worker = try work("worker", ["--judge", "same"])
    #expect(await remote.status() == 0, "\(remote.errors)")
    #expect(await worker.status() == 0, "\(worker.errors)")
    #expect(await plain.status() == 0, "\(plain.errors)")
    #expect(try run.digest(of: "remote") == run.digest(of: "plain"))
  }

  @Test("Are refused before they begin where the judge's model is of another kind")
  func kind() async throws {
    let run = try await Self.run()
    let refused = try run.train("refused", ["--judge", "nli:encoder"])
    #expect(await refused.status() == 1)
    #expect(refused.errors.split(separator: "\n").count == 1 && refused.error.contains("encoder/config.json"), "\(refused.errors)")
    #expect(!run.folder.exists("refused"))
  }

  @Test("Go on with the model that they began with, and no other")
  func change() async throws {
    let run = try await Self.run()
    let begun = try run.train("begun")
    #expect(await eventually { run.folder.exists("begun/endpoints.json") })
    begun.send(SIGTERM)
    #expect(await begun.status() == 143)
    try run.write(run.folder.text("encoder/config.json") + " ", to: "encoder/config.json")
    let resumed = try run.resume("begun")
    #expect(await resumed.status() == 1)
    #expect(resumed.error.contains("begun"), "\(resumed.errors)")
  }
}

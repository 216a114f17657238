import Runs
import TestSupport
import Testing

/// What was changed since a run began.
@Suite("Run outcome")
struct RunOutcomeTests {
  private static func outcome(_ flags: [String: String] = [:], questions: RunOutcome.Questions? = nil) throws -> RunOutcome {
    let configuration = try RunConfiguration.load(environment: [:], flags: flags)
    return RunOutcome(
      digest: configuration.outcomeDigest, configuration: configuration.outcomeValues, arithmetic: "exact",
      questions: questions ?? RunOutcome.Questions(source: "q.jsonl", count: 3, sha256: "a"),
      weights: [RunOutcome.File(name: "model.safetensors", sha256: "w")], model: [RunOutcome.File(name: "config.json", sha256: "c")])
  }

  @Test("A key is named with its old value and its new one") func keys() throws {
    let now = try Self.outcome(["seed": "7", "sampling.temperature": "0.5"])
    #expect(
      now.changes(since: try Self.outcome()) == [#"seed was "0" and is "7""#, #"sampling.temperature was "1.0" and is "0.5""#])
    #expect(now.changes(since: now).isEmpty)
  }

  @Test("Files are named with what is known of them") func files() throws {
    let begun = try Self.outcome()
    let more = try Self.outcome(questions: .init(source: "q.jsonl", count: 4, sha256: "b"))
    #expect(more.changes(since: begun) == ["the questions of q.jsonl were changed: there were 3 and are 4"])
    let others = try Self.outcome(questions: .init(source: "q.jsonl", count: 3, sha256: "b"))
    #expect(others.changes(since: begun) == ["the questions of q.jsonl were changed: as many, with another content"])
    var model = begun
    model.weights[0].sha256 = "x"
    model.model = []
    model.judge = "j"
    model.template = "t"
    #expect(
      model.changes(since: begun) == [
        "the model's config.json is gone", "the model's model.safetensors has another content", "the judge's model has other files",
        "the chat template is another one",
      ])
  }

  @Test("The run folder keeps it, and a ledger of another one is explained by it") func folder() throws {
    let scratch = try ScratchFolder()
    let folder = try RunFolder.create(at: scratch.file("run"))
    let begun = try Self.outcome()
    #expect(folder.beginning == nil)
    try folder.note(begun)
    #expect(folder.beginning == begun)
    try Ledger(path: folder.ledger, configuration: begun.digest).close()
    let now = try Self.outcome(["seed": "7"])
    let error = #expect(throws: RunsError.self) {
      try folder.explainingChanges(to: now) { try Ledger(path: folder.ledger, configuration: now.digest) }
    }
    let told = error?.message ?? ""
    #expect(
      told.hasPrefix("\(folder.path) was begun as another run: seed was \"0\" and is \"7\": undo the change, or begin a new run ("),
      "\(told)")
    #expect(told.contains(begun.digest) && told.contains(now.digest), "\(told)")
  }
}

import Cluster
import EMPO
import Foundation
import GRDB
import Runs
import TestSupport
import Testing

/// Scripts and plots outside the program read these names, so they stay as they are, byte for byte.
@Suite struct FigureNamesTests {
  private let temporary: ScratchFolder

  init() throws {
    temporary = try ScratchFolder()
  }

  private func lines(_ records: [some Encodable]) throws -> String {
    let path = temporary.path + "/metrics.jsonl"
    let log = try MetricsLog(path: path)
    for record in records { try log.append(record) }
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  /// The figures of a step up to where a line has the step, and from there on.
  private static let figures = (
    #"{"clipped_share":0.0625,"divergence":1e-05,"dropped_below_floor":0,"dropped_equal_rewards":4,"dropped_groups":11,"#
      + #""dropped_high_entropy":0,"dropped_low_entropy":0,"dropped_truncated":0,"dropped_unanimous":7,"dropped_unanswered":0,"#
      + #""duplicates":7,"extreme_ratio_groups":0,"gradient_norm":3,"groups_per_second":8,"kept_groups":21,"learner_wait_share":0.25,"#
      + #""learning_rate":0.0002,"length":40.5,"loss":-0.5,"maximum_ratio":1.5,"minimum_ratio":0.75,"processed_tokens":20000,"reassigned":6,"reward":0.375,"semantic_entropy":1.25,"#
      + #""skipped_updates":2,"stale":9,"#,
    #""step_seconds":4,"tokens_per_second":5184,"trained_tokens":13000,"truncated_share":0.125,"update_seconds":0.1,"#
      + #""worker_wait_share":0.625,"workers":5}"#
  )

  @Test("A step's line in metrics.jsonl has the committed names, in their order")
  func stepLine() throws {
    #expect(try lines([StepRecord.sample(step: 6)]) == Self.figures.0 + #""step":6,"# + Self.figures.1 + "\n")
  }

  @Test("A step that may skip questions names them")
  func skipped() throws {
    var record = StepRecord.sample(step: 6)
    record.figures.skippedQuestions = 8
    let line = Self.figures.0.replacing(#""skipped_updates""#, with: #""skipped_questions":8,"skipped_updates""#)
    #expect(try lines([record]) == line + #""step":6,"# + Self.figures.1 + "\n")
    let path = temporary.path + "/ledger.sqlite"
    let ledger = try Ledger(path: path, configuration: "c")
    try ledger.record(record)
    #expect(try ledger.steps() == [record])
    #expect(record.figures.skippedShare == 0.2)
    let saved = SkippedQuestions([record, .sample(step: 7)], groupSize: 4)
    // 40.5 tokens a response, and so 162 a group.
    #expect(saved?.count == 8 && saved?.asked == 64 && saved?.savedTokens == 1296)
    #expect(saved?.description == "left out        8 of 72 questions (11 %), as unanimous: about 1,296 tokens not sampled")
    #expect(SkippedQuestions([.sample(step: 6)], groupSize: 4) == nil)
  }

  @Test("A step whose gradient was spread says where the update's time went, and any step how long its version is")
  func spread() throws {
    let timing = StepTiming(
      step: 6, seconds: 4, learnerWaitSeconds: 1, updateSeconds: 3, gradientSeconds: 1.5, linkSeconds: 0.5, workerBusySeconds: 6,
      workerWaitSeconds: 10, groups: 32, responseTokens: 20_736, intakeSeconds: 4, workers: 5, duplicates: 7, stale: 9, reassigned: 6)
    var record = StepRecord.sample(step: 6)
    let spread = try #require(timing.spread)
    record.figures.spread = spread
    record.figures.versionBytes = 1234
    let line = Self.figures.0.replacing(#""groups_per_second""#, with: #""gradient_seconds":1.5,"groups_per_second""#)
      .replacing(#""learner_wait_share""#, with: #""learner_seconds":1,"learner_wait_share""#)
      .replacing(#""loss""#, with: #""link_seconds":0.5,"loss""#)
    let end = Self.figures.1.replacing(#""worker_wait_share""#, with: #""version_bytes":1234,"worker_wait_share""#)
    #expect(try lines([record]) == line + #""step":6,"# + end + "\n")
    let ledger = try Ledger(path: temporary.path + "/ledger.sqlite", configuration: "c")
    try ledger.record(record)
    #expect(try ledger.steps() == [record])
  }

  @Test("A step's cell in the ledger has the committed names, in their order")
  func stepCell() throws {
    let path = temporary.path + "/ledger.sqlite"
    let ledger = try Ledger(path: path, configuration: "c")
    try ledger.record(StepRecord.sample(step: 6))
    try ledger.close()
    let row = try DatabaseQueue(path: path).read { try Row.fetchOne($0, sql: "SELECT step, policy_version, metrics FROM steps") }
    #expect(row?["metrics"] == Self.figures.0 + Self.figures.1)
    #expect(row?["step"] == 6 && row?["policy_version"] == 7)
  }

  @Test("The policy's digest is in the ledger's cell alone")
  func policyDigest() throws {
    var record = StepRecord.sample(step: 6)
    record.policyDigest = "00000000000000ab"
    #expect(try lines([record]) == Self.figures.0 + #""step":6,"# + Self.figures.1 + "\n")
    let path = temporary.path + "/ledger.sqlite"
    let ledger = try Ledger(path: path, configuration: "c")
    try ledger.record(record)
    #expect(try ledger.steps() == [record])
    try ledger.close()
    let cell = try DatabaseQueue(path: path).read { try String.fetchOne($0, sql: "SELECT metrics FROM steps") }
    #expect(cell?.contains(#""policy_xxh3":"00000000000000ab""#) == true)
  }

  @Test(
    "An evaluation has the committed names of what was measured",
    arguments: [
      (EvaluationFigures(greedy: 0.5), #"{"greedy":0.5"#, "}"),
      (
        EvaluationFigures(greedy: 1, mean: 0.25, majority: 0.75, semanticEntropy: 1.5, length: 12, boxed: 0),
        #"{"boxed":0,"greedy":1,"length":12,"majority":0.75,"mean":0.25"#, #","semantic_entropy":1.5}"#
      ),
    ])
  func evaluation(figures: EvaluationFigures, head: String, tail: String) throws {
    let record = EvaluationRecord(policyVersion: 3, figures: figures)
    #expect(try lines([record]) == head + #","policy_version":3"# + tail + "\n")
    let path = temporary.path + "/ledger.sqlite"
    let ledger = try Ledger(path: path, configuration: "c")
    try ledger.record(record)
    try ledger.close()
    let row = try DatabaseQueue(path: path).read { try Row.fetchOne($0, sql: "SELECT * FROM evaluations") }
    #expect(row?["metrics"] == head + tail)
    #expect(row?["policy_version"] == 3 && row?["name"] == "held_out")
  }

  @Test("Figures that are not finite are words", arguments: [(Double.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf")])
  func notFinite(loss: Double, word: String) throws {
    #expect(try lines([StepRecord.sample(step: 6, loss: loss)]).contains(#","loss":"\#(word)","#))
  }

  @Test("A ledger whose figures somebody changed is not readable", arguments: ["{}", #"{"reward":"x"}"#, "reward"])
  func damage(cell: String) throws {
    let path = temporary.path + "/ledger.sqlite"
    let ledger = try Ledger(path: path, configuration: "c")
    try ledger.record(StepRecord.sample(step: 6))
    try DatabaseQueue(path: path).write { try $0.execute(sql: "UPDATE steps SET metrics = ?", arguments: [cell]) }
    let error = #expect(throws: RunsError.self) { try ledger.steps() }
    #expect(error?.message.contains("ledger \(path) is damaged: the figures of step 6 are not as they were written") == true)
    #expect(error?.message.contains("\n") == false)
  }
}

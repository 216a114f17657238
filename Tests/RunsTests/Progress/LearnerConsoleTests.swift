import Cluster
import EMPO
import Foundation
import Runs
import Synchronization
import TestSupport
import Testing

@Suite struct LearnerConsoleTests {
  /// What a learner of three steps shows, line by line.
  private func lines(
    showsNotices: Bool = true, of reports: [LearnerReport], warn: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> [String] {
    let scratch = try ScratchFolder()
    let file = try #require(FileHandle(forWritingAtPath: try scratch.file("output", "")))
    var configuration = RunConfiguration()
    configuration.steps = 3
    let console = LearnerConsole(
      configuration: configuration, folder: RunFolder(path: scratch.path), showsNotices: showsNotices,
      output: Console(descriptor: file.fileDescriptor), workers: { step in [0: "a", 1: "b-\(step)"] }, warn: warn)
    for report in reports { console.show(report) }
    console.finish()
    try file.close()
    return scratch.lines("output")
  }

  private func step(_ step: UInt32, intakeSeconds: Double, update: UpdateReport = UpdateReport()) -> LearnerReport {
    var update = update
    (update.meanReward, update.semanticEntropy, update.keptGroups) = (0.5, 1, 4)
    let timing = StepTiming(
      step: step, seconds: 2, learnerWaitSeconds: 1, updateSeconds: 1, workerBusySeconds: 1, workerWaitSeconds: 1,
      groups: intakeSeconds > 0 ? 4 : 0, responseTokens: intakeSeconds > 0 ? 600 : 0, intakeSeconds: intakeSeconds, workers: 1,
      duplicates: 0, stale: 0, reassigned: 0)
    return .step(StepRecord(step: step, figures: StepFigures(update: update, pace: timing.pace)), timing)
  }

  @Test("A lone worker's healthy run shows its steps, and nothing of the audits that it goes without", arguments: [true, false])
  func waivedAuditsAreNotShown(showsNotices: Bool) throws {
    let lines = try lines(
      showsNotices: showsNotices,
      of: [
        .listening(endpoint: "tcp://127.0.0.1:5", version: 0),
        .notice(.auditHeld(step: 0, slot: 0, worker: "a")), .notice(.auditWaived(step: 0, slot: 0, worker: "a", isFirst: true)),
        step(0, intakeSeconds: 2),
        .notice(.auditWaived(step: 1, slot: 3, worker: "a", isFirst: false)), step(1, intakeSeconds: 2),
        .notice(.complete),
      ])
    #expect(lines.count == 3)
    #expect(lines.first == "learner at tcp://127.0.0.1:5, 3 steps to go")
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("step ") })
    #expect(lines[1].contains("   300 tok/s"))
  }

  @Test("Trouble among the workers is shown where the log goes elsewhere, and only there", arguments: [true, false])
  func troubleIsShown(showsNotices: Bool) throws {
    let lost = LearnerNotice.workerLost(worker: "a", reason: "silent", leases: 2)
    #expect(try lines(showsNotices: showsNotices, of: [.notice(lost)]) == (showsNotices ? ["\(lost)"] : []))
  }

  @Test("An update's warnings go to the log, and to the terminal where the log goes elsewhere", arguments: [true, false])
  func updateWarnings(showsNotices: Bool) throws {
    var update = UpdateReport()
    update.note([ExtremeRatio(slot: 1, sample: 0, position: 4, ratio: 6e-12)])
    update.skippedUpdates = 1
    let logged = Mutex<[String]>([])
    let lines = try lines(
      showsNotices: showsNotices, of: [step(0, intakeSeconds: 2), step(1, intakeSeconds: 2, update: update), step(2, intakeSeconds: 2)]
    ) { line in logged.withLock { $0.append(line) } }
    let warnings = logged.withLock { $0 }
    try #require(warnings.count == 2)
    #expect(warnings[0].hasPrefix("step 2: importance ratios beyond 1e-3 to 1e3, 6e-12 in slot 1 (b-1): "))
    #expect(warnings[1].hasPrefix("step 2: an update was skipped, "))
    #expect(lines.count == (showsNotices ? 5 : 3))
    #expect(lines.filter { !$0.contains("reward") } == (showsNotices ? warnings : []))
  }

  @Test("The rate of a step whose groups were in the ledger is unknown, and not 0")
  func unknownRate() throws {
    let lines = try lines(of: [step(1, intakeSeconds: 0)])
    #expect(lines.count == 1)
    #expect(lines.first?.contains("     – tok/s") == true)
  }
}

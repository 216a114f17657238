import Cluster
import EMPO
import Foundation
import Runs
import Synchronization
import TestSupport
import Testing
import Wire

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
      output: Console(descriptor: file.fileDescriptor))
    console.warn(of: UpdateConcern(UpdateWatch(), workers: { step in [0: "a", 1: "b-\(step)"] }, log: warn))
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

  @Test("A healthy run shows its steps, and nothing of the checks that are passed", arguments: [true, false])
  func passedChecksAreNotShown(showsNotices: Bool) throws {
    let lines = try lines(
      showsNotices: showsNotices,
      of: [
        .listening(endpoint: "tcp://127.0.0.1:5", version: 0),
        .notice(.accepted(item: WorkItem(step: 0, slot: 0), worker: "a", missing: 3)),
        .notice(.checkPassed(item: WorkItem(step: 0, slot: 0), worker: "a", checker: "(learner)")),
        step(0, intakeSeconds: 2), step(1, intakeSeconds: 2),
        .notice(.complete),
      ])
    #expect(lines.count == 3)
    #expect(lines.first == "learner at tcp://127.0.0.1:5, 3 steps to go")
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("step ") })
    #expect(lines[1].contains("   300 tok/s"))
  }

  @Test(
    "A run that goes on says from where, and one that has no step left that it is done",
    arguments: [(0, "3 steps to go"), (2, "goes on after step 2 of 3"), (3, "nothing to do after step 3 of 3; --steps N goes on")])
  func outlook(version: UInt32, told: String) throws {
    let lines = try lines(of: [.listening(endpoint: "tcp://127.0.0.1:5", version: version)])
    #expect(lines == ["learner at tcp://127.0.0.1:5, " + told])
  }

  @Test("Trouble among the workers is shown where the log goes elsewhere, and only there", arguments: [true, false])
  func troubleIsShown(showsNotices: Bool) throws {
    let lost = LearnerNotice.workerLost(worker: "a", reason: "silent", leases: 2)
    #expect(try lines(showsNotices: showsNotices, of: [.notice(lost)]) == (showsNotices ? ["\(lost)"] : []))
  }

  @Test("Of results that nobody can check the first is shown, and every lie that is survived")
  func whatChecksFindIsShown() throws {
    let item = WorkItem(step: 0, slot: 0)
    let group = ScoredGroup(responses: [], semanticEntropy: 0, isKept: true)
    let other = ScoredGroup(responses: [], semanticEntropy: 0, isKept: false)
    let difference = try #require(ResultDifference(group, other))
    let expelled = LearnerNotice.lieFound(Lie(item: item, worker: "a", party: "a", difference: difference, action: .expel))
    let stopped = LearnerNotice.lieFound(Lie(item: item, worker: "b", party: "b", difference: difference, action: .stop))
    let uncheckable = (1...2).map { LearnerNotice.uncheckable(item: item, worker: "a", count: $0) }
    let back = LearnerNotice.goingBack(party: "a", step: 0)
    #expect(
      try lines(of: (uncheckable + [expelled, stopped, back]).map { .notice($0) }) == ["\(uncheckable[0])", "\(expelled)", "\(back)"])
  }

  @Test("Where nothing is shown for a while, what is under way is") func whatIsUnderWayIsShown() throws {
    let scratch = try ScratchFolder()
    let file = try #require(FileHandle(forWritingAtPath: try scratch.file("output", "")))
    var configuration = RunConfiguration()
    (configuration.steps, configuration.questionsPerStep, configuration.checkpointEvery) = (3, 4, 1)
    let console = LearnerConsole(
      configuration: configuration, folder: RunFolder(path: scratch.path), showsNotices: false,
      output: Console(descriptor: file.fileDescriptor))
    func wait() { console.tick(now: .now + LearnerConsole.silence) }
    console.begin("loading the model")
    console.tick(now: .now)
    wait()
    console.show(.listening(endpoint: "tcp://127.0.0.1:5", version: 0))
    console.show(.notice(.measuring(version: 0, answered: 0, questions: 9)))
    console.show(.notice(.accepted(item: WorkItem(.evaluation, step: 0, slot: 0), worker: "a", missing: 2)))
    wait()
    console.show(.evaluation(EvaluationRecord(policyVersion: 0, figures: EvaluationFigures(greedy: 0.5))))
    console.show(.notice(.accepted(item: WorkItem(step: 0, slot: 0), worker: "a", missing: 1)))
    wait()
    console.show(.notice(.stepReady(step: 0)))
    wait()
    guard case .step(_, let timing) = step(0, intakeSeconds: 1) else { return }
    console.show(.notice(.stepFinished(timing)))
    wait()
    console.show(.notice(.checkpointed(version: 1)))
    wait()
    console.finish()
    try file.close()
    #expect(
      scratch.lines("output").map { $0.replacing(/, \d+s so far/, with: "") } == [
        "loading the model", "learner at tcp://127.0.0.1:5, 3 steps to go", "measuring version 0: 7 of 9 questions",
        "held-out greedy accuracy after step 0: 50.0 %", "step 1 of 3: 3 of 4 groups",
        "step 1 of 3: updating the policy", "step 2 of 3: 0 of 4 groups, writing the checkpoint of version 1",
        "step 2 of 3: 0 of 4 groups",
      ])
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

import Cluster
import EMPO
import Foundation
import Runs
import TestSupport
import Testing
import Wire

@Suite struct LedgerTests {
  private let temporary: ScratchFolder
  private var path: String { temporary.path + "/ledger.sqlite" }

  init() throws {
    temporary = try ScratchFolder()
  }

  private func open() throws -> Ledger {
    try Ledger(path: path, configuration: "c0ffee")
  }

  @Test("Writes are synchronised in write ahead mode") func writesAreSynchronisedInWriteAheadMode() throws {
    let durability = try open().durability()
    #expect(durability.journal == "wal")
    #expect(durability.synchronous == 2)
  }

  @Test("Groups come back whole in slot order") func groupsComeBackWholeInSlotOrder() throws {
    let groups = [3, 0, 2, 1].map { AcceptedGroup.sample(step: 4, slot: $0) }
    let ledger = try open()
    #expect(try ledger.persist(Array(groups[..<2])) == [true, true])
    #expect(try ledger.persist(Array(groups[2...]) + [.sample(step: 5, slot: 0)]) == [true, true, true])
    #expect(try ledger.groups(ofStep: 4) == groups.sorted { $0.result.item.slot < $1.result.item.slot })
    #expect(try ledger.groups(ofStep: 6).isEmpty)
    #expect(try ledger.groups(fromStep: 4).map(\.result.item.step) == [4, 4, 4, 4, 5])
    #expect(try ledger.workers(ofStep: 4) == [0: "worker-0", 1: "worker-1", 2: "worker-0", 3: "worker-1"])
    #expect(try ledger.workers(ofStep: 6) == [:])
    #expect(try ledger.persist([]).isEmpty)
  }

  @Test("Log probabilities keep their bits") func logProbabilitiesKeepTheirBits() throws {
    var group = AcceptedGroup.sample(step: 0, slot: 0, responses: 1)
    let values: [Float] = [-0.0, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, .nan, -.infinity]
    group.result.group.responses[0].tokenLogProbabilities = values
    let ledger = try open()
    try ledger.persist([group])
    let found = try ledger.groups(ofStep: 0)[0].result.group.responses[0].tokenLogProbabilities
    #expect(found.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test("The first group of a slot stays") func theFirstGroupOfASlotStays() throws {
    let first = AcceptedGroup.sample(step: 1, slot: 1)
    var second = first
    second.worker = "late"
    second.result.group.responses.removeLast()
    let ledger = try open()
    #expect(try ledger.persist([first, second]) == [true, false])
    #expect(try ledger.persist([second]) == [false])
    #expect(try ledger.groups(ofStep: 1) == [first])
  }

  @Test("A group without responses is still a group") func aGroupWithoutResponsesIsStillAGroup() throws {
    let group = AcceptedGroup.sample(step: 1, slot: 1, responses: 0)
    let ledger = try open()
    try ledger.persist([group, .sample(step: 1, slot: 2)])
    #expect(try ledger.groups(ofStep: 1) == [group, .sample(step: 1, slot: 2)])
  }

  @Test("What was persisted is there after the process vanishes") func whatWasPersistedIsThereAfterTheProcessVanishes() throws {
    let copy = temporary.path + "/copy.sqlite"
    let ledger = try open()
    try ledger.persist((0..<4).map { .sample(step: 0, slot: $0) })
    // What a kill -9 leaves: the file and its write-ahead log, never folded in.
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
    }
    let revived = try Ledger(path: copy, configuration: "c0ffee")
    #expect(revived.runID == ledger.runID)
    #expect(try revived.groups(ofStep: 0).count == 4)
    #expect(try revived.persist((0..<5).map { .sample(step: 0, slot: $0) }) == [false, false, false, false, true])
  }

  @Test("A torn write ahead log loses only its unfinished transaction") func aTornWriteAheadLogLosesOnlyItsUnfinishedTransaction() throws {
    let copy = temporary.path + "/copy.sqlite"
    let ledger = try open()
    try ledger.persist([.sample(step: 0, slot: 0)])
    let size = try Data(contentsOf: URL(fileURLWithPath: path + "-wal")).count
    try ledger.persist([.sample(step: 0, slot: 1, tokens: 5000)])
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    try Data(contentsOf: URL(fileURLWithPath: path + "-wal")).prefix(size + 6000).write(to: URL(fileURLWithPath: copy + "-wal"))
    #expect(try Ledger(path: copy, configuration: "c0ffee").groups(ofStep: 0) == [.sample(step: 0, slot: 0)])
  }

  @Test("A socket thread and a training thread may use it at once") func aSocketThreadAndATrainingThreadMayUseItAtOnce() async throws {
    let ledger = try open()
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for slot in 0..<16 as Range<UInt32> {
        tasks.addTask { try ledger.persist([.sample(step: 0, slot: slot), .sample(step: 0, slot: slot / 2)]) }
        tasks.addTask { _ = try ledger.groups(ofStep: 0) }
      }
      try await tasks.waitForAll()
    }
    #expect(try ledger.groups(ofStep: 0).map(\.result.item.slot) == Array(0..<16))
  }

  @Test("Starts are counted") func startsAreCounted() throws {
    let id = try open().runID
    #expect(id.count == 32)
    #expect(try open().beginIncarnation() == 1)
    let again = try open()
    #expect(again.runID == id)
    #expect(try again.beginIncarnation() == 2)
  }

  @Test("Steps workers events and evaluations come back") func stepsWorkersEventsAndEvaluationsComeBack() throws {
    let ledger = try open()
    let earlier = StepRecord.sample(step: 1, reward: 0.5)
    let steps = [StepRecord.sample(step: 0, loss: .infinity), StepRecord.sample(step: 1, reward: 0.75)]
    for step in [earlier] + steps { try ledger.record(step) }
    #expect(try ledger.steps() == steps)
    try ledger.record(WorkerRecord(name: "worker-1", software: "empo 1", fingerprint: "f"))
    try ledger.record(WorkerRecord(name: "worker-1", software: "empo 2", fingerprint: "f"))
    try ledger.persist([.sample(step: 0, slot: 0), .sample(step: 0, slot: 1), .sample(step: 0, slot: 3)])
    let workers = try ledger.workers()
    #expect(workers.map(\.software) == ["empo 2"])
    #expect(workers.map(\.acceptedGroups) == [2])
    let event = EventRecord(time: Date(timeIntervalSince1970: 1.5), kind: "restart", message: "learner 2")
    try ledger.record(event)
    #expect(try ledger.events() == [event])
    let evaluations = [
      EvaluationRecord(policyVersion: 0, figures: EvaluationFigures(greedy: 0.25, mean: 0.2, length: 31)),
      EvaluationRecord(policyVersion: 10, figures: EvaluationFigures(greedy: 0.3)),
    ]
    for evaluation in evaluations.reversed() { try ledger.record(evaluation) }
    #expect(try ledger.evaluations() == evaluations)
  }

  @Test("A step of the default size comes back as it was") func aStepOfTheDefaultSizeComesBackAsItWas() throws {
    let ledger = try open()
    let groups = (0..<32 as Range<UInt32>).map { AcceptedGroup.sample(step: 0, slot: $0, responses: 16, tokens: 64) }
    try ledger.persist(groups)
    #expect(try ledger.groups(ofStep: 0) == groups)
  }
}

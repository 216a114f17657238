import Cluster
import EMPO
import Foundation
import Runs
import TestSupport
import Testing
import Training

@Suite struct BestVersionTests {
  private func evaluations(_ accuracies: KeyValuePairs<UInt32, Double>) -> [EvaluationRecord] {
    accuracies.map { EvaluationRecord(policyVersion: $0, figures: EvaluationFigures(greedy: $1)) }
  }

  @Test("Two measurements decide, else the guard, else nothing")
  func measures() {
    func best(_ versions: [UInt32], _ accuracies: KeyValuePairs<UInt32, Double>, sound: UInt32?) -> BestVersion? {
      BestVersion(among: versions, evaluations: evaluations(accuracies), soundVersion: sound)
    }
    let measured = best([10, 20, 30], [0: 0.9, 10: 0.5, 20: 0.66, 30: 0.66], sound: 10)
    // Version 0 has no checkpoint; of equals the latest.
    #expect(measured?.policyVersion == 30 && measured?.measure == .heldOut && measured?.accuracy == 0.66)
    let guarded = best([10, 20, 30], [0: 0.4, 30: 0.5], sound: 25)
    #expect(guarded?.policyVersion == 20 && guarded?.measure == .guarding && guarded?.accuracy == nil)
    #expect(best([10, 20], [:], sound: 3)?.policyVersion == 10)
    #expect(best([10, 20], [20: 0.3], sound: nil) == nil)
    #expect(best([], [:], sound: 3) == nil)
  }

  @Test("The best checkpoint stays beside the newest, best.json names it, and an export takes it unless told otherwise")
  func keeping() throws {
    let temporary = try ScratchFolder()
    let folder = RunFolder(path: temporary.path)
    let ledger = try Ledger(path: folder.ledger, configuration: "c")
    let best = BestCheckpoint(folder: folder, ledger: ledger) { $0.isMultiple(of: 2) }
    try "".write(toFile: folder.configuration, atomically: true, encoding: .utf8)
    var store = try CheckpointStore(folder: folder.checkpoints, keep: 1)
    store.spares = { try best.spares($0) }
    func reach(_ version: UInt32, accuracy: Double?, sound: Int, hasAlarm: Bool = true) throws {
      var record = StepRecord.sample(step: version - 1)
      record.figures.update.collapse = GuardReport(
        answers: AnswerFigures(), soundVersion: sound, alarmCount: hasAlarm ? 1 : 0, policyAlarmCount: hasAlarm ? 1 : 0)
      try ledger.record(record)
      try store.write(
        CheckpointState(step: version, optimizerSteps: 1, seed: 1, configurationDigest: "c"),
        files: [CheckpointFile("model.safetensors", bytes: [1])])
      guard let accuracy else { return }
      try ledger.record(EvaluationRecord(policyVersion: version, figures: EvaluationFigures(greedy: accuracy)))
    }
    for version in 1...3 as ClosedRange<UInt32> { try reach(version, accuracy: nil, sound: Int(version) - 1) }
    // What is suspicious is not worse yet.
    try reach(3, accuracy: nil, sound: 2, hasAlarm: false)
    #expect(try best.write()?.policyVersion == 3)
    try reach(3, accuracy: nil, sound: 2)
    // Version 2 waits for its measurement, and is the guard's choice, too.
    #expect(try store.steps() == [2, 3])
    #expect(try best.write()?.policyVersion == 2)
    try ledger.record(EvaluationRecord(policyVersion: 2, figures: EvaluationFigures(greedy: 0.7)))
    try reach(4, accuracy: 0.6, sound: 2)
    try reach(5, accuracy: nil, sound: 2)
    #expect(try store.steps() == [2, 5])
    // What a crash leaves is cleaned up by the same rule.
    try store.recover()
    #expect(try store.steps() == [2, 5])
    #expect(try best.write() == folder.best)
    #expect(folder.best?.policyVersion == 2 && folder.best?.measure == .guarding)
    try reach(6, accuracy: 0.65, sound: 5)
    #expect(try store.steps() == [2, 5, 6])
    let chosen = try #require(try best.write())
    #expect(chosen.policyVersion == 2 && chosen.measure == .heldOut && chosen.accuracy == 0.7)
    let location = try ModelLocation(folder.path)
    #expect(try location.verifiedModel().folder == store.path(ofStep: 2))
    #expect(try location.verifiedModel().title.hasSuffix("(the run's best: the highest held-out accuracy, 70.0 %)"))
    #expect(try location.verifiedModel(takesLast: true).folder == store.path(ofStep: 6))
    // A checkpoint that is gone is the best of nothing.
    try FileManager.default.removeItem(atPath: store.path(ofStep: 2))
    #expect(try location.verifiedModel().folder == store.path(ofStep: 6))
  }
}

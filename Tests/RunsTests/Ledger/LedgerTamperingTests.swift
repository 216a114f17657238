import Cluster
import Foundation
import Runs
import TestSupport
import Testing
import Wire

/// A ledger whose bits were changed, or that is not the one that the checkpoint was written with.
@Suite struct LedgerTamperingTests {
  private let temporary: ScratchFolder
  private var path: String { temporary.path + "/ledger.sqlite" }

  init() throws {
    temporary = try ScratchFolder()
  }

  /// All that a restart reads.
  private struct Reading: Equatable {
    var run: String
    var reach: LedgerReach
    var groups: [StoredGroup]
    var questions: [String]
    var reliance: [String: UInt32]
    var expelled: [String: String]
    var firstTrusted: UInt64
    var evaluations: [EvaluationRecord]
    var steps: [StepRecord]

    init(_ ledger: Ledger) throws {
      run = ledger.runID
      reach = try ledger.reach()
      groups = try ledger.groups(fromStep: 0)
      questions = try (0..<6).flatMap { try ledger.groups(ofStep: $0).map(\.questionID) }
      reliance = try ledger.reliance(before: .max)
      expelled = try ledger.expelled()
      firstTrusted = try ledger.firstTrustedIncarnation()
      evaluations = try ledger.evaluations()
      steps = try ledger.steps()
    }
  }

  private func open(_ path: String? = nil) throws -> Ledger { try Ledger(path: path ?? self.path, configuration: "c") }

  /// A small run that was interrupted, rewound and continued.
  private func run(_ ledger: Ledger) throws {
    for life in 0..<2 as Range<UInt32> {
      _ = try ledger.beginIncarnation()
      try ledger.record(WorkerRecord(name: "worker-0", software: "empo", fingerprint: "f"))
      for step in 3 * life..<3 * life + 3 {
        try ledger.persist((0..<4).map { .sample(step: step, slot: $0, responses: 4, tokens: 60) })
        try ledger.confirm(step: step, slot: 1, checker: "worker-1")
        try ledger.record(StepRecord.sample(step: step))
        try ledger.record(EvaluationRecord(policyVersion: step, figures: .init(greedy: 0.5, mean: 0.25)))
      }
      try ledger.expel("key-\(life)", reason: "step \(life) slot 2 is not what its seed gives")
      try ledger.void(step: 3 * life, slot: 2, reason: "not what its seed gives")
      try ledger.persist([.sample(step: 3 * life, slot: 2, responses: 4, tokens: 60)])
      // Records that are removed leave free pages.
      for step in 10..<40 as Range<UInt32> where life == 0 { try ledger.record(StepRecord.sample(step: step)) }
      if life == 0 { try ledger.rewind(to: 2) }
    }
  }

  private func message(_ body: () throws -> Void) -> String {
    let error = #expect(throws: RunsError.self) { try body() }
    #expect(error?.message.contains("\n") == false)
    return error?.message ?? ""
  }

  @Test("A bit that is flipped anywhere in the file is found or harmless", arguments: 1...4 as ClosedRange<UInt64>)
  func aFlippedBitIsFoundOrHarmless(seed: UInt64) throws {
    let ledger = try open()
    try run(ledger)
    let expected = try Reading(ledger)
    try ledger.close()
    let whole = try Data(contentsOf: URL(filePath: path))
    #expect(whole.count > 16 * 4096)
    let other = temporary.file("other.sqlite")
    try whole.write(to: URL(filePath: other))
    #expect(try Reading(open(other)) == expected)
    var random = SeededRandom(seed: seed)
    var found = 0
    for number in 0..<50 {
      let (byte, bit) = (random.below(whole.count), random.below(8))
      var flipped = whole
      flipped[byte] ^= 1 << bit
      let copy = temporary.file("flipped-\(number).sqlite")
      try flipped.write(to: URL(filePath: copy))
      defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + suffix) } }
      do {
        let ledger = try open(copy)
        #expect(try ledger.reconcile(with: expected.reach, version: 0, acceptingLoss: false) == nil)
        #expect(try Reading(ledger) == expected, "byte \(byte) bit \(bit)")
        // Harmless means for what is written afterwards, too.
        try ledger.persist([.sample(step: 9, slot: 0)])
        let after = try Reading(ledger)
        try ledger.close()
        #expect(try Reading(open(copy)) == after, "byte \(byte) bit \(bit)")
      } catch {
        found += 1
        let told = (error as? RunsError)?.message ?? ""
        #expect(told.hasPrefix(copy) || told.contains("ledger \(copy)"), "byte \(byte) bit \(bit): \(error)")
        #expect(!told.contains("\n"))
      }
    }
    // Most of the file is rows, and some of it is free.
    #expect(found > 15 && found < 50)
  }

  @Test("A bit that is flipped in the write ahead log loses the end, which a checkpoint notices")
  func aFlippedBitInTheWriteAheadLogLosesTheEnd() throws {
    let ledger = try open()
    try run(ledger)
    let expected = try Reading(ledger)
    let (main, log) = (try Data(contentsOf: URL(filePath: path)), try Data(contentsOf: URL(filePath: path + "-wal")))
    var random = SeededRandom(seed: 5)
    for number in 0..<50 {
      let byte = random.below(log.count)
      var flipped = log
      flipped[byte] ^= 1 << random.below(8)
      let copy = temporary.file("flipped-\(number).sqlite")
      try main.write(to: URL(filePath: copy))
      try flipped.write(to: URL(filePath: copy + "-wal"))
      defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + suffix) } }
      do {
        let ledger = try open(copy)
        if try ledger.reconcile(with: expected.reach, version: 0, acceptingLoss: false) == nil {
          #expect(try Reading(ledger) == expected, "byte \(byte)")
        }
      } catch {
        let told = (error as? RunsError)?.message ?? ""
        #expect(told.contains("ledger \(copy)"), "byte \(byte): \(error)")
      }
    }
  }

  @Test("A ledger that falls short of the checkpoint says what is missing") func aLedgerThatFallsShortSaysWhatIsMissing() throws {
    let ledger = try open()
    _ = try ledger.beginIncarnation()
    try ledger.persist((0..<4).map { .sample(step: 0, slot: $0) })
    try ledger.close()
    try FileManager.default.copyItem(atPath: path, toPath: temporary.file("older.sqlite"))
    let later = try open()
    try later.persist((0..<4).map { .sample(step: 1, slot: $0) })
    try later.void(step: 1, slot: 3, reason: "false")
    let reach = try later.reach()
    #expect(try later.reconcile(with: reach, version: 1, acceptingLoss: false) == nil)
    try later.persist([.sample(step: 1, slot: 3)])
    #expect(try later.reconcile(with: reach, version: 1, acceptingLoss: false) == nil)
    try later.close()

    let advice = "restore it from a copy, or continue with --accept-loss, which samples what is lost of the steps from 1 on again"
    func told(_ name: String) throws -> String {
      message { _ = try open(temporary.file(name)).reconcile(with: reach, version: 1, acceptingLoss: false) }
    }
    // Restored.
    let older = temporary.file("older.sqlite")
    #expect(
      try told("older.sqlite")
        == "ledger \(older) reaches to entry 5, but the checkpoint of version 1 was written with 10 entries: \(advice)")
    // Deleted, and another run's.
    let other = try told("new.sqlite")
    #expect(other.contains("is of another run") && other.contains("expects \(reach.run)") && other.hasSuffix(advice))
    // Continued in another way, as a copy of the run would be.
    let fork = try open(older)
    try fork.persist((0..<5).map { .sample(step: 1, slot: $0, tokens: 6) })
    let forked = message { _ = try fork.reconcile(with: reach, version: 1, acceptingLoss: false) }
    #expect(forked.contains("has other entries than those that the checkpoint of version 1 was written with: \(advice)"))
    // Cut off.
    let whole = try Data(contentsOf: URL(filePath: path))
    for count in [0, 1, 100, 4096, whole.count / 2, whole.count - 4096] {
      try whole.prefix(count).write(to: URL(filePath: temporary.file("cut-\(count).sqlite")))
      #expect(try told("cut-\(count).sqlite").contains("cut-\(count).sqlite"), "\(count)")
    }
  }
}

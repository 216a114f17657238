import Cluster
import Foundation
import GRDB
import Runs
import TestSupport
import Testing
import Wire

/// What becomes of groups after they were accepted.
@Suite struct LedgerVerdictTests {
  private let temporary: ScratchFolder
  private var path: String { temporary.path + "/ledger.sqlite" }

  init() throws {
    temporary = try ScratchFolder()
  }

  private func open() throws -> Ledger { try Ledger(path: path, configuration: "c") }

  /// What a store says, before and after it is opened anew.
  private func both<Value: Equatable>(_ ledger: Ledger, _ value: (LedgerStore) throws -> Value) throws -> Value {
    let told = try value(LedgerStore(ledger))
    #expect(try value(LedgerStore(try open())) == told)
    return told
  }

  @Test("A voided group frees its slot and stays as evidence") func aVoidedGroupFreesItsSlotAndStaysAsEvidence() throws {
    let ledger = try open()
    try ledger.persist([.sample(step: 1, slot: 0), .sample(step: 1, slot: 1)])
    try ledger.void(step: 1, slot: 1, reason: "a lie")
    try ledger.void(step: 1, slot: 7, reason: "nobody's")
    #expect(try both(ledger) { try $0.groups(from: 0).map(\.result.item.slot) } == [0])
    var second = AcceptedGroup.sample(step: 1, slot: 1)
    second.worker = "another"
    #expect(try ledger.persist([second, .sample(step: 1, slot: 0), second]) == [true, false, false])
    #expect(try both(ledger) { try $0.groups(from: 1).map(\.worker) } == ["worker-0", "another"])
    #expect(try ledger.groups(ofStep: 1)[1] == second)
    let counts = try DatabaseQueue(path: path).read { database in
      try ["groups", "valid_groups"].map { try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM \($0)") }
    }
    #expect(counts == [3, 2])
  }

  @Test("Groups of later versions are voided together") func groupsOfLaterVersionsAreVoidedTogether() throws {
    let ledger = try open()
    // Step s is of version s / 2.
    try ledger.persist((0..<6).map { .sample(step: $0, slot: 0) })
    try ledger.void(sampledAfter: 1, reason: "sampled from a policy that is gone")
    #expect(try both(ledger) { try $0.groups(from: 0).map(\.result.item.step) } == [0, 1, 2, 3])
    try ledger.void(sampledAfter: 1, reason: "again")
  }

  @Test("A check is noted beside its group") func aCheckIsNotedBesideItsGroup() throws {
    let ledger = try open()
    try ledger.persist([.sample(step: 0, slot: 0), .sample(step: 0, slot: 1)])
    try ledger.confirm(step: 0, slot: 1, checker: "a")
    try ledger.confirm(step: 0, slot: 1, checker: "b")
    try ledger.confirm(step: 0, slot: 9, checker: "b")
    #expect(try both(ledger) { try $0.groups(from: 0).map(\.checker) } == [nil, "b"])
    try ledger.confirm(step: 0, slot: 1, checker: nil)
    #expect(try both(ledger) { try $0.groups(from: 0).map(\.checker) } == [nil, nil])
    try ledger.confirm(step: 0, slot: 1, checker: "b")
    try ledger.void(step: 0, slot: 1, reason: "false")
    try ledger.persist([.sample(step: 0, slot: 1)])
    #expect(try both(ledger) { try $0.groups(from: 0).map(\.checker) } == [nil, nil])
  }

  @Test("It is known where a party's word stands alone") func itIsKnownWhereAPartysWordStandsAlone() throws {
    let ledger = try open()
    // Even slots are worker-0's, odd ones worker-1's.
    for step in 0..<5 as Range<UInt32> { try ledger.persist((0..<2).map { .sample(step: step, slot: $0) }) }
    try ledger.confirm(step: 0, slot: 0, checker: "worker-1")
    try ledger.confirm(step: 0, slot: 1, checker: "learner")
    try ledger.confirm(step: 1, slot: 0, checker: "learner")
    try ledger.void(step: 2, slot: 0, reason: "a lie")
    #expect(try both(ledger) { try $0.reliance(before: 5) } == ["worker-0": 3, "worker-1": 0, "learner": 0])
    #expect(try both(ledger) { try $0.reliance(before: 3) } == ["worker-1": 0, "learner": 0])
    #expect(try both(ledger) { try $0.reliance(before: 0) }.isEmpty)
  }

  @Test("Who is refused stays refused") func whoIsRefusedStaysRefused() throws {
    let ledger = try open()
    #expect(try ledger.expelled().isEmpty)
    try ledger.expel("key-1", reason: "step 3 slot 5 was invented")
    try ledger.expel("key-1", reason: "again")
    try ledger.expel("key \u{0}", reason: "odd name")
    #expect(try both(ledger) { try $0.expelled() } == ["key-1": "step 3 slot 5 was invented", "key \u{0}": "odd name"])
  }

  @Test("Going back removes records and voids earlier leases") func goingBackRemovesRecordsAndVoidsEarlierLeases() throws {
    let ledger = try open()
    #expect(try ledger.firstTrustedIncarnation() == 1)
    #expect(try ledger.beginIncarnation() == 1)
    #expect(try ledger.beginIncarnation() == 2)
    try ledger.persist((0..<4).map { .sample(step: $0, slot: 0) })
    for step in 0..<4 as Range<UInt32> {
      try ledger.record(StepRecord.sample(step: step))
      try ledger.record(EvaluationRecord(policyVersion: step, figures: .init(greedy: 0.5)))
    }
    try ledger.rewind(to: 2)
    #expect(try ledger.steps().map(\.step) == [0, 1])
    #expect(try ledger.evaluations().map(\.policyVersion) == [0, 1, 2])
    #expect(try both(ledger) { try $0.groups(from: 0).count } == 4)
    #expect(try ledger.events().map(\.kind) == ["rewound"])
    #expect(try both(ledger) { try $0.firstTrustedIncarnation() } == 3)
    #expect(try ledger.beginIncarnation() == 3)
    #expect(try both(ledger) { try $0.firstTrustedIncarnation() } == 3)
  }

  @Test("The key of leases is secret and lasts") func theKeyOfLeasesIsSecretAndLasts() throws {
    let ledger = try open()
    let key = try ledger.leaseKey()
    #expect(key.count == 32 && Set(key).count > 8)
    #expect(try both(ledger) { try $0.leaseKey() } == key)
    let file = temporary.file("lease.key")
    func mode() throws -> Int? { try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int }
    #expect(try mode() == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path).allSatisfy { !$0.hasSuffix(".partial") })
    for damage in [{ try Data(key.prefix(31)).write(to: URL(filePath: file)) }, { try FileManager.default.removeItem(atPath: file) }] {
      let before = try ledger.leaseKey()
      try damage()
      #expect(try ledger.leaseKey() != before)
      #expect(try mode() == 0o600)
    }
    let before = try ledger.leaseKey()
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    #expect(try ledger.leaseKey() != before)
    #expect(try mode() == 0o600)
  }
}

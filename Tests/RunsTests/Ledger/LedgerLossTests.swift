import Cluster
import Foundation
import GRDB
import Runs
import TestSupport
import Testing
import Training
import Wire

/// Going on with what a damaged or incomplete ledger still has.
@Suite struct LedgerLossTests {
  private let temporary: ScratchFolder
  private var folder: RunFolder { RunFolder(path: temporary.path) }
  private var path: String { folder.ledger }

  init() throws {
    temporary = try ScratchFolder()
  }

  private func open() throws -> Ledger { try Ledger(path: path, configuration: "c") }

  /// Steps 0 to 3 with two slots each, of which entries 2 to 9 are the groups, and the reach at the end.
  private func make() throws -> LedgerReach {
    let ledger = try open()
    _ = try ledger.beginIncarnation()
    for step in 0..<4 as Range<UInt32> {
      try ledger.persist((0..<2).map { .sample(step: step, slot: $0) })
      try ledger.record(StepRecord.sample(step: step))
    }
    try ledger.expel("key-1", reason: "a lie")
    let reach = try ledger.reach()
    try ledger.close()
    return reach
  }

  private func change(_ sql: String) throws {
    try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
  }

  private func refusal(_ body: () throws -> Void) -> String {
    let error = #expect(throws: RunsError.self) { try body() }
    #expect(error?.message.contains("\n") == false)
    return error?.message ?? ""
  }

  private func places(_ ledger: Ledger) throws -> [[UInt32]] {
    try ledger.groups(fromStep: 0).map { [$0.result.item.step, $0.result.item.slot] }
  }

  private static let all: [[UInt32]] = (0..<4).flatMap { step in (0..<2).map { [step, $0] } }

  @Test(
    "Damage is refused, and accepted at the price of the open steps' damaged groups",
    arguments: [
      // Steps 2 and 3 are open.
      ("UPDATE responses SET reward = reward + 1 WHERE group_id = 7", [[2, 1]], "step 2 slot 1 is not as it was written"),
      ("UPDATE groups SET worker = 'me' WHERE id = 8", [[3, 0]], "step 3 slot 0 is not as it was written"),
      ("UPDATE groups SET digest = x'00' WHERE id IN (8, 9)", [[3, 0], [3, 1]], "step 3 slot 0 is not as it was written"),
      ("UPDATE groups SET worker = 'me' WHERE id = 3", [], "step 0 slot 1 is not as it was written"),
      // A group under another number is not where it was, and nobody knows what else was.
      (
        "PRAGMA defer_foreign_keys = ON; UPDATE groups SET id = 900 WHERE id = 3; UPDATE responses SET group_id = 900 WHERE group_id = 3",
        [[0, 1], [2, 0], [2, 1], [3, 0], [3, 1]], "step 0 slot 1 is not as it was written"
      ),
      ("UPDATE groups SET step = 'x' WHERE id = 6", [[2, 0], [2, 1], [3, 0], [3, 1]], "entry 6 is not as it was written"),
      // A note may have voided a group.
      ("UPDATE notes SET name = 'key-2' WHERE id = 10", [[2, 0], [2, 1], [3, 0], [3, 1]], "entry 10 is not as it was written"),
      ("DELETE FROM notes WHERE id = 1", [[2, 0], [2, 1], [3, 0], [3, 1]], "entry 1 is missing"),
      ("UPDATE steps SET metrics = '{}' WHERE step = 1", [], "the figures of step 1 are not as they were written"),
    ] as [(String, [[UInt32]], String)])
  func damage(sql: String, lost: [[UInt32]], text: String) throws {
    let reach = try make()
    try change(sql)
    let error = "ledger \(path) is damaged: \(text): restore it from a copy, or continue with --accept-loss, which samples the loss again"
    #expect(refusal { _ = try open().reconcile(with: reach, version: 2, acceptingLoss: false) } == error)
    let ledger = try open()
    let told = try ledger.reconcile(with: reach, version: 2, acceptingLoss: true)
    let left = Self.all.filter { $0[0] >= 2 && !lost.contains($0) }.count
    let head = "loss accepted: of the steps from 2 on, \(left) groups are in the ledger; every other one is sampled again"
    #expect(told?.hasPrefix(head) == true)
    #expect(told?.contains("damaged: \(text)") == true && told?.contains("\n") == false, "\(told ?? "")")
    #expect(try ledger.events().map(\.message) == [told])
    for ledger in [ledger, try open()] {
      #expect(try ledger.reconcile(with: reach, version: 2, acceptingLoss: false) == nil)
      #expect(try places(ledger) == Self.all.filter { !lost.contains($0) })
    }
    // What is lost can be filled again, and the next checkpoint is compared again.
    #expect(try ledger.persist(lost.map { .sample(step: $0[0], slot: $0[1]) }).allSatisfy(\.self))
    #expect(try ledger.beginIncarnation() == reach.incarnation + 1)
    let next = try ledger.reach()
    #expect(try open().reconcile(with: next, version: 3, acceptingLoss: false) == nil)
    #expect(try places(open()) == Self.all)
  }

  @Test("A ledger in pieces is refused, whatever is accepted") func aLedgerInPiecesIsRefused() throws {
    let reach = try make()
    try change("UPDATE run SET entries = entries + 1")
    let told = refusal { _ = try open().reconcile(with: reach, version: 2, acceptingLoss: true) }
    #expect(told.contains("move it away and continue with --accept-loss"))
  }

  @Test("A ledger that is gone is refused beside checkpoints, and not made in its place") func aLedgerThatIsGoneIsRefused() throws {
    let reach = try make()
    try CheckpointStore(folder: folder.checkpoints, keep: 1)
      .write(CheckpointState(step: 3, optimizerSteps: 3, seed: 1, configurationDigest: "c"), files: [])
    _ = try Ledger(of: folder, configuration: "c", acceptingLoss: false).runID
    try FileManager.default.removeItem(atPath: path)
    let told = refusal { _ = try Ledger(of: folder, configuration: "c", acceptingLoss: false) }
    #expect(
      told == "\(path) is missing, but there is a checkpoint of version 3: restore the ledger from a copy, or continue with --accept-loss, "
        + "which samples what is lost of the steps from 3 on again")
    #expect(!FileManager.default.fileExists(atPath: path))
    let ledger = try Ledger(of: folder, configuration: "c", acceptingLoss: true)
    #expect(refusal { _ = try ledger.reconcile(with: reach, version: 3, acceptingLoss: false) }.contains("is of another run"))
    let loss = try ledger.reconcile(with: reach, version: 3, acceptingLoss: true)
    #expect(
      loss == "loss accepted: of the steps from 3 on, 0 groups are in the ledger; every other one is sampled again; "
        + "the figures of 3 trained steps are gone")
    // No incarnation is used twice, though the ledger that counted them is gone.
    #expect(try ledger.firstTrustedIncarnation() == 2)
    #expect(try ledger.beginIncarnation() == 2)
    #expect(try open().reconcile(with: reach, version: 3, acceptingLoss: false) == nil)
    #expect(try open().reach().incarnation == 2)
  }

  @Test("A ledger without a checkpoint is compared with nothing") func aLedgerWithoutACheckpointIsComparedWithNothing() throws {
    _ = try make()
    #expect(try open().reconcile(with: nil, version: 0, acceptingLoss: false) == nil)
    #expect(try Ledger(of: RunFolder(path: temporary.path), configuration: "c", acceptingLoss: false).expelled() == ["key-1": "a lie"])
  }
}

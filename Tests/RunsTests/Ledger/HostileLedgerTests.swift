import Cluster
import Foundation
import GRDB
import Runs
import TestSupport
import Testing
import Training

@Suite struct HostileLedgerTests {
  private let temporary: ScratchFolder
  private var path: String { temporary.path + "/ledger.sqlite" }

  init() throws {
    temporary = try ScratchFolder()
  }

  private func message(_ body: () throws -> Void) -> String {
    let error = #expect(throws: RunsError.self) { try body() }
    #expect(error?.message.contains("\n") == false)
    return error?.message ?? ""
  }

  private func make() throws {
    let ledger = try Ledger(path: path, configuration: "c")
    try ledger.persist((0..<8).map { .sample(step: 0, slot: $0, responses: 16, tokens: 64) })
    try ledger.close()
  }

  private func change(_ sql: String) throws {
    try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
  }

  @Test("Another schema version is refused") func anotherSchemaVersionIsRefused() throws {
    try make()
    try change("PRAGMA user_version = 7")
    let told = message { _ = try Ledger(path: path, configuration: "c") }
    #expect(told == "\(path) has schema version 7, expected 2: go on with the empo that began the run, or begin a new run")
  }

  @Test("A database of another program is refused and not touched") func aDatabaseOfAnotherProgramIsRefusedAndNotTouched() throws {
    try change("CREATE TABLE mine (x)")
    #expect(message { _ = try Ledger(path: path, configuration: "c") }.contains("another program"))
    let count = try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM sqlite_master") }
    #expect(count == 1)
  }

  @Test("A ledger of another configuration is refused") func aLedgerOfAnotherConfigurationIsRefused() throws {
    try make()
    #expect(message { _ = try Ledger(path: path, configuration: "d") }.contains("found digest c, expected d"))
  }

  @Test("A file that is no database is refused") func aFileThatIsNoDatabaseIsRefused() throws {
    _ = try temporary.file("ledger.sqlite", String(repeating: "not a database ", count: 1000))
    #expect(message { _ = try Ledger(path: path, configuration: "c") }.contains("not an SQLite file"))
  }

  @Test("A truncated or overwritten file is damaged") func aTruncatedOrOverwrittenFileIsDamaged() throws {
    try make()
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    var overwritten = whole
    overwritten.replaceSubrange(4096..<whole.count, with: repeatElement(0xA5, count: whole.count - 4096))
    for content in [whole.prefix(whole.count / 2), overwritten] {
      try content.write(to: URL(fileURLWithPath: path))
      let told = message { _ = try Ledger(path: path, configuration: "c").groups(ofStep: 0) }
      #expect(told.contains("damaged"), "\(told)")
    }
  }

  @Test(
    "A row that somebody changed is named",
    arguments: [
      ("UPDATE responses SET tokens = x'010203' WHERE sample = 2", "step 0 slot 0"),
      ("UPDATE responses SET tokens = x'' WHERE sample = 2", "step 0 slot 0"),
      ("UPDATE responses SET cluster = 'many'", "step 0 slot 0"),
      ("UPDATE responses SET reward = reward + 1 WHERE group_id = 4", "step 0 slot 3"),
      ("UPDATE responses SET sample = sample + 16 WHERE group_id = 4", "step 0 slot 3"),
      ("DELETE FROM responses WHERE group_id = 4 AND sample = 15", "step 0 slot 3"),
      ("UPDATE groups SET slot = 99999999999 WHERE slot = 3", "entry 4"),
      ("UPDATE groups SET slot = 30 WHERE slot = 3", "step 0 slot 30"),
      ("UPDATE groups SET worker = CAST(worker AS BLOB) WHERE slot = 3", "step 0 slot 3"),
      ("UPDATE groups SET policy_version = -1", "entry 1"), ("UPDATE groups SET digest = x'00' WHERE slot = 3", "step 0 slot 3"),
    ])
  func aRowThatSomebodyChangedIsNamed(sql: String, place: String) throws {
    try make()
    try change(sql)
    let told = message { _ = try Ledger(path: path, configuration: "c").groups(ofStep: 0) }
    #expect(
      told == "ledger \(path) is damaged: \(place) is not as it was written: restore it from a copy, or continue with --accept-loss, "
        + "which samples the loss again")
  }

  @Test("A missing folder is named") func aMissingFolderIsNamed() {
    let absent = temporary.path + "/absent/ledger.sqlite"
    #expect(message { _ = try Ledger(path: absent, configuration: "c") }.contains("check that its folder exists"))
  }

  @Test("A read only folder is named", .enabled(if: geteuid() != 0, "the superuser writes into read-only folders"))
  func aReadOnlyFolderIsNamed() throws {
    try make()
    for file in [path, temporary.path] {
      try FileManager.default.setAttributes([.posixPermissions: file == path ? 0o444 : 0o555], ofItemAtPath: file)
    }
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: temporary.path) }
    #expect(message { _ = try Ledger(path: path, configuration: "c").beginIncarnation() }.contains("read-only"))
  }

  @Test("A read only disk is named", .enabled(if: FullDisk.canMount, "mounting a small disk is not allowed here"))
  func aReadOnlyDiskIsNamed() throws {
    try FullDisk.with(bytes: 1 << 22) { disk in
      let path = disk.path + "/ledger.sqlite"
      try Ledger(path: path, configuration: "c").close()
      try disk.forbidWriting()
      let told = message { _ = try Ledger(path: path, configuration: "c").beginIncarnation() }
      #expect(told.contains("read-only") || told.contains("writable"), "\(told)")
    }
  }

  @Test(
    "A full disk keeps what was acknowledged and nothing else", .enabled(if: FullDisk.canMount, "mounting a small disk is not allowed here")
  )
  func aFullDiskKeepsWhatWasAcknowledgedAndNothingElse() throws {
    try FullDisk.with(bytes: 1 << 20) { disk in
      let path = disk.path + "/ledger.sqlite"
      let ledger = try Ledger(path: path, configuration: "c")
      var kept: UInt32 = 0
      let told = message {
        while kept < 1000 {
          try ledger.persist([.sample(step: 0, slot: kept, responses: 16, tokens: 64)])
          kept += 1
        }
      }
      #expect(told.contains("disk is full") || told.contains("disk failed or is full"), "\(told)")
      #expect(kept > 0)
      #expect(try ledger.groups(ofStep: 0).count == Int(kept))
      // What could not be written is not believed either.
      let reach = try ledger.reach()
      for change in [
        { try ledger.void(step: 0, slot: 0, reason: String(repeating: "a lie ", count: 50_000)) },
        { try ledger.confirm(step: 0, slot: 0, checker: String(repeating: "c", count: 300_000)) },
        { try ledger.expel(String(repeating: "k", count: 300_000), reason: "a lie") },
      ] as [() throws -> Void] {
        #expect(message(change).contains("full"))
        #expect(try ledger.reach() == reach)
      }
      #expect(try ledger.expelled().isEmpty)
      #expect(try ledger.groups(fromStep: 0).count(where: { $0.checker == nil }) == Int(kept))
      try ledger.close()
      #expect(try Ledger(path: path, configuration: "c").reach() == reach)
    }
  }
}

import EMPO
import GRDB

/// Reads a ledger's file, and finds what is not as it was written.
struct LedgerReading {
  /// Files up to this size are examined whole; of larger ones, the responses are left out, most of which no restart reads.
  static let examinedBytes = 1 << 28

  let database: Database
  let path: String

  init(_ database: Database, path: String) {
    self.database = database
    self.path = path
  }

  /// What the file says of its run and its entries. Throws where the file itself is damaged, and not only some of its rows.
  func state() throws -> Ledger.State {
    try examine()
    guard let (run, entries, link, isSound) = try LedgerRun.read(database), isSound,
      try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM run") == 1
    else { throw Self.wreck(path, "it does not say which run it is of") }
    var (index, damages) = try read(entries, link)
    damages += try damagedFigures()
    if !damages.isEmpty { index = LedgerIndex() }
    return Ledger.State(run: run, index: index, damages: damages)
  }

  /// Throws unless SQLite finds its structure whole and the tables are those of a ledger.
  private func examine() throws {
    guard try LedgerSchema.isWhole(database) else { throw Self.wreck(path, "its tables are not those of a ledger") }
    let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
    let size = pages * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
    let checks =
      size <= Self.examinedBytes
      ? ["PRAGMA integrity_check(1)"]
      : LedgerSchema.tables.map(\.name).filter { $0 != "responses" }.map { "PRAGMA integrity_check(\($0))" }
    for check in checks {
      guard let told = try String.fetchOne(database, sql: check), told != "ok" else { continue }
      throw Self.wreck(path, told.split(whereSeparator: \.isNewline).joined(separator: " "))
    }
  }

  /// An error for a file of which nothing can be saved.
  static func wreck(_ path: String, _ reason: String) -> RunsError {
    RunsError(.ledger, "ledger \(path) is damaged (\(reason)): \(LedgerFailure.advice)")
  }

  /// Reads every entry but for the responses.
  ///
  /// - Parameters:
  ///   - count: How many entries the run has.
  ///   - link: The digest over all of them.
  private func read(_ count: Int64, _ link: LedgerDigest) throws -> (LedgerIndex, [LedgerDamage]) {
    var entries: [LedgerEntry] = []
    var damages: [LedgerDamage] = []
    let groups = try Row.fetchCursor(database, sql: LedgerGroupRow.selection)
    while let row = try groups.next() {
      let group = LedgerGroupRow(row)
      if let known = group.known, let digest = group.digest, group.isSound {
        entries.append(LedgerEntry(id: group.id, content: .group(known), digest: digest))
      } else {
        damages.append(.group(id: group.id, group.known?.place))
      }
    }
    let notes = try Row.fetchCursor(database, sql: "SELECT id, kind, number, name, reason, digest FROM notes")
    while let row = try notes.next() {
      let id = Int64.fromDatabaseValue(row[0]) ?? 0
      if let note = LedgerNote((1..<5).map { row[$0] }), let digest = LedgerDigest(row[5]), digest == note.digest(id: id) {
        entries.append(LedgerEntry(id: id, content: .note(note), digest: digest))
      } else {
        damages.append(.note(id: id))
      }
    }
    guard damages.isEmpty else { return (LedgerIndex(), damages) }
    var index = LedgerIndex()
    for entry in entries.sorted(by: { $0.id < $1.id }) {
      guard entry.id == index.entries + 1 else { return (index, [.missing(id: index.entries + 1)]) }
      index.take(entry)
    }
    if index.entries < count { return (index, [.missing(id: index.entries + 1)]) }
    return (index, index.entries == count && index.link == link ? [] : [.chain])
  }

  /// Steps and evaluations that are not as they were written.
  private func damagedFigures() throws -> [LedgerDamage] {
    func keys(_ columns: String, of table: String) throws -> [Int64] {
      try Row.fetchAll(database, sql: "SELECT \(columns), digest FROM \(table)").compactMap { row in
        guard LedgerDigest(row[3]) != LedgerDigest(of: table, [row[0], row[1], row[2]]) else { return nil }
        return Int64.fromDatabaseValue(row[0]) ?? -1
      }
    }
    let steps = try keys("step, policy_version, metrics", of: "steps")
    let versions = try keys("policy_version, name, metrics", of: "evaluations")
    return steps.map(LedgerDamage.step) + versions.map(LedgerDamage.evaluation(version:))
  }

  /// The rows of groups of some steps, as they were added.
  func groups(fromStep first: UInt32, through last: UInt32) throws -> [LedgerGroupRow] {
    try Row.fetchAll(database, sql: LedgerGroupRow.selection + " WHERE step BETWEEN ? AND ? ORDER BY id", arguments: [first, last])
      .map(LedgerGroupRow.init)
  }

  /// The responses of a group; nil where they are not as they were written.
  func responses(of group: LedgerGroupRow) throws -> [ScoredResponse]? {
    let statement = try database.cachedStatement(
      sql: "SELECT \(ScoredResponse.columns) FROM responses WHERE group_id = ? ORDER BY sample")
    var sum = LedgerSum("responses")
    var responses: [ScoredResponse] = []
    let rows = try Row.fetchCursor(statement, arguments: [group.id])
    while let row = try rows.next() {
      let values = (0..<7).map { row[$0] as DatabaseValue }
      for value in values { sum.add(value) }
      guard let response = ScoredResponse(values) else { return nil }
      responses.append(response)
    }
    return sum.digest == group.responsesDigest ? responses : nil
  }
}

extension LedgerNote {
  /// Reads the columns from `kind` on; nil where they are unusable.
  init?(_ values: [DatabaseValue]) {
    guard let kind = String.fromDatabaseValue(values[0]).flatMap(Kind.init), let number = Int64.fromDatabaseValue(values[1]),
      let name = String(ledgerValue: values[2]), let reason = String(ledgerValue: values[3])
    else { return nil }
    self.init(kind: kind, number: number, name: name, reason: reason)
  }
}

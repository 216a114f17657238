import GRDB

/// Gives a damaged ledger entries that fit their digests again, once its owner has accepted the loss.
struct LedgerRepair {
  let database: Database
  let run: LedgerRun

  init(_ database: Database, run: LedgerRun) {
    self.database = database
    self.run = run
  }

  /// Mends what is damaged.
  ///
  /// A damaged group is voided if its step is not trained, and else kept as it reads. An entry that cannot be read is replaced by a note that
  /// says so; since it may have voided a group, all groups of steps that are not trained are voided with it. Damaged figures are removed.
  func mend(_ damages: [LedgerDamage], version: UInt32) throws {
    var damaged: Set<Int64> = []
    for damage in damages {
      switch damage {
      case .group(let id, _), .responses(let id, _): damaged.insert(id)
      case .step(let step): try database.execute(sql: "DELETE FROM steps WHERE step = ?", arguments: [step])
      case .evaluation(let measured):
        try database.execute(sql: "DELETE FROM evaluations WHERE policy_version = ?", arguments: [measured])
      case .note, .missing, .chain: break
      }
    }
    let (index, isWhole) = try renewedIndex()
    let isUncertain = !isWhole || damages.contains(.chain)
    try run.update(database, entries: index.entries, link: index.link)
    var additions = LedgerAdditions(database, to: index)
    for (id, group) in index.groups.sorted(by: { $0.key < $1.key }) where group.place.step >= version {
      guard isUncertain || damaged.contains(id) else { continue }
      try additions.add(LedgerNote(kind: .voided, number: id, reason: "damaged"))
    }
    try additions.seal(run)
  }

  /// Every entry with a digest that fits, numbered without a gap; and whether each could be read.
  private func renewedIndex() throws -> (LedgerIndex, isWhole: Bool) {
    let count = try LedgerRun.read(database)?.entries ?? 0
    var entries: [Int64: LedgerEntry] = [:]
    for row in try Row.fetchAll(database, sql: LedgerGroupRow.selection).map(LedgerGroupRow.init) {
      guard let known = row.known, 1...max(1, count) ~= row.id else {
        try database.execute(sql: "DELETE FROM responses WHERE group_id = ?", arguments: [row.id])
        try database.execute(sql: "DELETE FROM groups WHERE id = ?", arguments: [row.id])
        continue
      }
      let digest = row.fittingDigest
      if !row.isSound {
        try database.execute(sql: "UPDATE groups SET digest = ? WHERE id = ?", arguments: [digest.databaseValue, row.id])
      }
      entries[row.id] = LedgerEntry(id: row.id, content: .group(known), digest: digest)
    }
    for row in try Row.fetchAll(database, sql: "SELECT id, kind, number, name, reason, digest FROM notes") {
      let id = Int64.fromDatabaseValue(row[0]) ?? 0
      guard entries[id] == nil, 1...max(1, count) ~= id, let note = LedgerNote((1..<5).map { row[$0] }),
        LedgerDigest(row[5]) == note.digest(id: id)
      else {
        try database.execute(sql: "DELETE FROM notes WHERE id = ?", arguments: [id])
        continue
      }
      entries[id] = LedgerEntry(id: id, content: .note(note), digest: note.digest(id: id))
    }
    var index = LedgerIndex()
    while index.entries < count {
      let id = index.entries + 1
      index.take(try entries[id] ?? replacement(id))
    }
    return (index, Int64(entries.count) == count)
  }

  /// A note in place of an entry that cannot be read.
  private func replacement(_ id: Int64) throws -> LedgerEntry {
    let note = LedgerNote(kind: .lost, reason: "damaged beyond reading")
    let digest = note.digest(id: id)
    try database.execute(
      sql: "INSERT INTO notes (id, kind, number, name, reason, digest) VALUES (?, ?, ?, ?, ?, ?)",
      arguments: StatementArguments([id.databaseValue] + note.values + [digest.databaseValue]))
    return LedgerEntry(id: id, content: .note(note), digest: digest)
  }
}

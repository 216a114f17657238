import GRDB

extension Ledger {
  /// Who sampled the groups of a step that are in, by slot: names for people, of which a name that is no text is left out.
  package func workers(ofStep step: UInt32) throws(RunsError) -> [UInt32: String] {
    try read { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT slot, CAST(worker AS TEXT) FROM groups WHERE step = ? ORDER BY id", arguments: [step])
      let names = rows.compactMap { row in
        UInt32.fromDatabaseValue(row[0]).flatMap { slot in String.fromDatabaseValue(row[1]).map { (slot, $0) } }
      }
      // The last of a slot is the one that counts, if any does.
      return Dictionary(names) { _, last in last }
    }
  }
}

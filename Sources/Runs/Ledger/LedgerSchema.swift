import GRDB

/// The ledger's tables.
///
/// `groups` and `notes` are the *entries*: rows that are only ever added, numbered 1, 2, … over both tables. Each has the digest of all that
/// it says, and `run` has the number of entries and a digest chained over theirs, so that an entry that is changed or missing is noticed. No
/// column is indexed beside the keys: an index is a copy that can disagree with its table.
///
/// Blobs are little-endian: `tokens` 32-bit integers, `log_probabilities` 32-bit floats. `metrics` are JSON objects, so
/// that `json_extract` and other tools read them. A change here is a new ``version``.
enum LedgerSchema {
  /// Written as the file's `user_version`.
  static let version: Int32 = 2

  /// Written as the file's `application_id`: "EMPO" in ASCII.
  static let application: Int32 = 0x454D_504F

  /// The tables by name, with the text that made them, as SQLite keeps it.
  static let tables: [(name: String, text: String)] = [
    (
      "run",
      """
      CREATE TABLE run (
        place INTEGER NOT NULL PRIMARY KEY,
        id TEXT NOT NULL,
        configuration TEXT NOT NULL,
        created TEXT NOT NULL,
        entries INTEGER NOT NULL,
        link BLOB NOT NULL,
        digest BLOB NOT NULL
      )
      """
    ),
    (
      "groups",
      """
      CREATE TABLE groups (
        id INTEGER NOT NULL PRIMARY KEY,
        step INTEGER NOT NULL,
        slot INTEGER NOT NULL,
        policy_version INTEGER NOT NULL,
        lease INTEGER NOT NULL,
        question_id TEXT NOT NULL,
        worker TEXT NOT NULL,
        semantic_entropy REAL NOT NULL,
        is_kept INTEGER NOT NULL,
        seconds REAL NOT NULL,
        responses_digest BLOB NOT NULL,
        digest BLOB NOT NULL
      )
      """
    ),
    (
      "responses",
      """
      CREATE TABLE responses (
        group_id INTEGER NOT NULL REFERENCES groups (id),
        sample INTEGER NOT NULL,
        answer TEXT NOT NULL,
        cluster INTEGER NOT NULL,
        reward REAL NOT NULL,
        is_truncated INTEGER NOT NULL,
        tokens BLOB NOT NULL,
        log_probabilities BLOB NOT NULL,
        PRIMARY KEY (group_id, sample)
      ) WITHOUT ROWID
      """
    ),
    (
      "notes",
      """
      CREATE TABLE notes (
        id INTEGER NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        number INTEGER NOT NULL,
        name TEXT NOT NULL,
        reason TEXT NOT NULL,
        digest BLOB NOT NULL
      )
      """
    ),
    (
      "steps",
      """
      CREATE TABLE steps (
        step INTEGER NOT NULL PRIMARY KEY,
        policy_version INTEGER NOT NULL,
        metrics TEXT NOT NULL,
        digest BLOB NOT NULL
      )
      """
    ),
    (
      "workers",
      """
      CREATE TABLE workers (
        name TEXT NOT NULL PRIMARY KEY,
        software TEXT NOT NULL,
        fingerprint TEXT NOT NULL
      ) WITHOUT ROWID
      """
    ),
    (
      "events",
      """
      CREATE TABLE events (
        id INTEGER NOT NULL PRIMARY KEY,
        time REAL NOT NULL,
        kind TEXT NOT NULL,
        message TEXT NOT NULL
      )
      """
    ),
    (
      "evaluations",
      """
      CREATE TABLE evaluations (
        policy_version INTEGER NOT NULL,
        name TEXT NOT NULL,
        metrics TEXT NOT NULL,
        digest BLOB NOT NULL,
        PRIMARY KEY (policy_version, name)
      ) WITHOUT ROWID
      """
    ),
  ]

  /// For people and scripts that read the file: the groups that count.
  private static let view = (
    name: "valid_groups",
    text: "CREATE VIEW valid_groups AS SELECT * FROM groups WHERE id NOT IN (SELECT number FROM notes WHERE kind = 'voided')"
  )

  static func create(_ database: Database) throws {
    for text in tables.map(\.text) + [view.text] { try database.execute(sql: text) }
    try database.execute(sql: "PRAGMA application_id = \(application); PRAGMA user_version = \(version)")
  }

  /// Whether the file has these tables and the view as they were made.
  static func isWhole(_ database: Database) throws -> Bool {
    let found = try Row.fetchAll(database, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master").map { row in
      (0..<4).map { String.fromDatabaseValue(row[$0]) }
    }
    let expected = tables.map { ["table", $0.name, $0.name, $0.text] } + [["view", view.name, view.name, view.text]]
    return Set(expected).isSubset(of: found)
  }
}

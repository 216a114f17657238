import GRDB

/// The ledger's tables.
///
/// Blobs are little-endian: `tokens` 32-bit integers, `log_probabilities` 32-bit floats. `metrics` are JSON objects, so
/// that `json_extract` and other tools read them. A change here is a new ``version``.
enum LedgerSchema {
  /// Written as the file's `user_version`.
  static let version: Int32 = 1

  /// Written as the file's `application_id`: "EMPO" in ASCII.
  static let application: Int32 = 0x454D_504F

  static func create(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE run (
          id TEXT NOT NULL PRIMARY KEY,
          configuration TEXT NOT NULL,
          incarnations INTEGER NOT NULL DEFAULT 0,
          created TEXT NOT NULL
        );
        CREATE TABLE steps (
          step INTEGER NOT NULL PRIMARY KEY,
          policy_version INTEGER NOT NULL,
          metrics TEXT NOT NULL
        );
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
          UNIQUE (step, slot)
        );
        CREATE TABLE responses (
          group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
          sample INTEGER NOT NULL,
          answer TEXT NOT NULL,
          cluster INTEGER NOT NULL,
          reward REAL NOT NULL,
          is_truncated INTEGER NOT NULL,
          tokens BLOB NOT NULL,
          log_probabilities BLOB NOT NULL,
          PRIMARY KEY (group_id, sample)
        ) WITHOUT ROWID;
        CREATE TABLE workers (
          name TEXT NOT NULL PRIMARY KEY,
          software TEXT NOT NULL,
          fingerprint TEXT NOT NULL
        );
        CREATE TABLE events (
          id INTEGER NOT NULL PRIMARY KEY,
          time REAL NOT NULL,
          kind TEXT NOT NULL,
          message TEXT NOT NULL
        );
        CREATE TABLE evaluations (
          policy_version INTEGER NOT NULL,
          name TEXT NOT NULL,
          metrics TEXT NOT NULL,
          PRIMARY KEY (policy_version, name)
        );
        PRAGMA application_id = \(application);
        PRAGMA user_version = \(version);
        """)
  }
}

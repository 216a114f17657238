import Foundation
import GRDB

/// The run's record of what was accepted: groups, and beside them steps, workers, events and evaluations.
///
/// An SQLite file in WAL mode with `synchronous=FULL`: what a writing call returned from survives a power cut. One process
/// writes it, the learner that holds the run folder's lock. Any thread may call; writers take turns, and readers see the
/// last finished transaction without waiting for writers.
public final class Ledger: Sendable {
  /// The file.
  public let path: String

  /// The run's name: 32 hexadecimal digits, drawn when the ledger was made.
  public let runID: String

  private let pool: DatabasePool

  /// Opens the run's ledger, or makes it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - configuration: A digest of the configuration as far as it decides the run's outcome. A ledger that was made under
  ///     another one is refused: its groups belong to another run.
  public init(path: String, configuration: String) throws(RunsError) {
    self.path = path
    (pool, runID) = try LedgerFailure.explain("open", path) {
      let pool = try DatabasePool(path: path, configuration: Ledger.settings)
      // GRDB turns synchronisation down when it sets up WAL mode; a power cut would then lose acknowledged groups.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      let id = try pool.write { try Ledger.enter($0, path: path, configuration: configuration) }
      return (pool, id)
    }
  }

  /// Closes the file; nothing is lost without it, but the write-ahead log is folded in.
  public func close() throws(RunsError) {
    try LedgerFailure.explain("close", path) { try pool.close() }
  }

  /// Counts one more start of a learner in this run, and returns the count: 1 for the first.
  public func beginIncarnation() throws(RunsError) -> UInt64 {
    try write { database in
      try database.execute(sql: "UPDATE run SET incarnations = incarnations + 1")
      return UInt64(clamping: try Int64.fetchOne(database, sql: "SELECT incarnations FROM run") ?? 1)
    }
  }

  /// Runs one transaction; it is durable when this returns.
  func write<Result>(_ body: (Database) throws -> Result) throws(RunsError) -> Result {
    try LedgerFailure.explain("write", path) { try pool.write(body) }
  }

  /// Runs queries on one state of the file.
  func read<Result>(_ body: (Database) throws -> Result) throws(RunsError) -> Result {
    try LedgerFailure.explain("read", path) { try pool.read(body) }
  }

  /// The journal and synchronisation modes that writes run under, as SQLite tells them.
  package func durability() throws(RunsError) -> (journal: String, synchronous: Int) {
    try LedgerFailure.explain("read", path) {
      try pool.writeWithoutTransaction { database in
        (
          try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "",
          try Int.fetchOne(database, sql: "PRAGMA synchronous") ?? -1
        )
      }
    }
  }

  private static var settings: GRDB.Configuration {
    var settings = GRDB.Configuration()
    settings.label = "ledger"
    settings.maximumReaderCount = 2
    // The lock of the run folder keeps other writers out; a person's sqlite3 shell may still hold the file for a moment.
    settings.busyMode = .timeout(5)
    return settings
  }

  private static func enter(_ database: Database, path: String, configuration: String) throws -> String {
    let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let version = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    if application == 0, version == 0, try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master") == 0 {
      return try create(database, configuration: configuration)
    }
    guard application == LedgerSchema.application else {
      throw RunsError(.ledger, "\(path) is an SQLite file of another program: expected a run's ledger")
    }
    guard version == LedgerSchema.version else {
      throw RunsError(
        .ledger,
        """
        \(path) has schema version \(version), expected \(LedgerSchema.version): go on with the empo that began the run, or \
        begin a new run
        """)
    }
    guard let run = try Row.fetchOne(database, sql: "SELECT id, configuration FROM run"),
      let id = String.fromDatabaseValue(run["id"]), let found = String.fromDatabaseValue(run["configuration"])
    else {
      throw RunsError(.ledger, "\(path) is damaged: it names no run; restore it from a copy, or begin a new run")
    }
    guard found == configuration else {
      throw RunsError(
        .ledger,
        """
        \(path) was made under another configuration (found digest \(found), expected \(configuration)): undo the change, \
        or begin a new run
        """)
    }
    return id
  }

  private static func create(_ database: Database, configuration: String) throws -> String {
    let id = UUID().uuidString.replacing("-", with: "").lowercased()
    try LedgerSchema.create(database)
    try database.execute(
      sql: "INSERT INTO run (id, configuration, created) VALUES (?, ?, ?)",
      arguments: [id, configuration, Date().ISO8601Format()])
    return id
  }
}

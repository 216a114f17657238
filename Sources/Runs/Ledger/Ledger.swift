import Foundation
import GRDB
import Synchronization

/// The run's record of what was accepted: groups and what became of them, and beside them steps, workers, events and evaluations.
///
/// An SQLite file in WAL mode with `synchronous=FULL`: what a writing call returned from survives a power cut. One process
/// writes it, the learner that holds the run folder's lock. Any thread may call; writers take turns, and readers see the
/// last finished transaction without waiting for writers.
///
/// All that a restart relies on is checked against digests as it is read. What does not fit is an error of every call that a learner needs,
/// until ``reconcile(with:version:acceptingLoss:)`` accepted the loss.
public final class Ledger: Sendable {
  /// The file.
  public let path: String

  /// The run's name: 32 hexadecimal digits, drawn when the ledger was made.
  public var runID: String { state.withLock(\.run.id) }

  /// What the file says, as far as it is kept in memory.
  struct State: Sendable {
    var run: LedgerRun
    var index: LedgerIndex
    /// What was found to be damaged, and not accepted yet.
    var damages: [LedgerDamage]
  }

  let state: Mutex<State>
  private let pool: DatabasePool

  /// Opens the run's ledger, or makes it. Reads every entry, though not the responses.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - configuration: A digest of the configuration as far as it decides the run's outcome. A ledger that was made under
  ///     another one is refused: its groups belong to another run.
  public convenience init(path: String, configuration: String) throws(RunsError) {
    try self.init(file: path, named: path, configuration: configuration)
  }

  /// Opens a file that messages name otherwise: a copy.
  init(file: String, named path: String, configuration: String) throws(RunsError) {
    self.path = path
    let (pool, state) = try LedgerFailure.explain("open", path) {
      let pool = try DatabasePool(path: file, configuration: Ledger.settings)
      // GRDB turns synchronisation down when it sets up WAL mode; a power cut would then lose acknowledged groups.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      if let state = try pool.read({ try Ledger.enter($0, path: path, configuration: configuration) }) { return (pool, state) }
      return (pool, try pool.write { try Ledger.create($0, configuration: configuration) })
    }
    self.pool = pool
    self.state = Mutex(state)
  }

  /// Closes the file; nothing is lost without it, but the write-ahead log is folded in.
  public func close() throws(RunsError) {
    // SQLite does so when the last connection closes, but not when that is one that only reads.
    fold()
    try LedgerFailure.explain("close", path) { try pool.close() }
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

  /// Writes what is in the write-ahead log to the file itself, where a changed bit is noticed. In the log, it would look like its end.
  ///
  /// Nothing depends on it: where the disk is full or somebody reads, the log stays.
  func fold() {
    _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
  }

  private static var settings: GRDB.Configuration {
    var settings = GRDB.Configuration()
    settings.label = "ledger"
    settings.maximumReaderCount = 2
    // The lock of the run folder keeps other writers out; a person's sqlite3 shell may still hold the file for a moment.
    settings.busyMode = .timeout(5)
    return settings
  }

  /// Reads the file; nil where it is new.
  private static func enter(_ database: Database, path: String, configuration: String) throws -> State? {
    let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let version = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    if application == 0, version == 0, try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master") == 0 {
      return nil
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
    let state = try LedgerReading(database, path: path).state()
    guard state.run.configuration == configuration else {
      throw RunsError(
        .changed, "\(path) was made under another configuration: found digest \(state.run.configuration), expected \(configuration)")
    }
    return state
  }

  private static func create(_ database: Database, configuration: String) throws -> State {
    try LedgerSchema.create(database)
    let run = LedgerRun(configuration: configuration)
    try run.insert(database)
    return State(run: run, index: LedgerIndex(), damages: [])
  }
}

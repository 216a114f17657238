import Foundation
import GRDB

/// The one row of `run`: which run the ledger is of, and how far its entries reach.
struct LedgerRun: Sendable, Equatable {
  var id: String
  var configuration: String
  var created: String

  /// A new run.
  init(configuration: String) {
    id = UUID().uuidString.replacing("-", with: "").lowercased()
    self.configuration = configuration
    created = Date().ISO8601Format()
  }

  /// Reads the row.
  ///
  /// - Returns: Nil for the row where it is missing or unusable; whether it has its digest; and what it says of the entries.
  static func read(_ database: Database) throws -> (run: LedgerRun, entries: Int64, link: LedgerDigest, isSound: Bool)? {
    guard let row = try Row.fetchOne(database, sql: "SELECT id, configuration, created, entries, link, digest, place FROM run"),
      let id = String.fromDatabaseValue(row[0]), let configuration = String.fromDatabaseValue(row[1]),
      let created = String.fromDatabaseValue(row[2]), let entries = Int64.fromDatabaseValue(row[3]), let link = LedgerDigest(row[4])
    else { return nil }
    var run = LedgerRun(configuration: configuration)
    (run.id, run.created) = (id, created)
    let isSound = LedgerDigest(row[5]) == run.digest(entries: entries, link: link) && Int64.fromDatabaseValue(row[6]) == 1
    return (run, entries, link, isSound)
  }

  /// Writes the first row.
  func insert(_ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO run (place, id, configuration, created, entries, link, digest) VALUES (1, ?, ?, ?, 0, ?, ?)",
      arguments: [
        id, configuration, created, LedgerDigest.none.databaseValue, digest(entries: 0, link: .none).databaseValue,
      ])
  }

  /// Notes how far the entries reach.
  func update(_ database: Database, entries: Int64, link: LedgerDigest) throws {
    try database.cachedStatement(sql: "UPDATE run SET entries = ?, link = ?, digest = ? WHERE place = 1").execute(arguments: [
      entries, link.databaseValue, digest(entries: entries, link: link).databaseValue,
    ])
  }

  private func digest(entries: Int64, link: LedgerDigest) -> LedgerDigest {
    LedgerDigest(
      of: "run", [id.databaseValue, configuration.databaseValue, created.databaseValue, entries.databaseValue, link.databaseValue])
  }
}

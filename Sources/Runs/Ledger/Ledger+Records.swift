public import Cluster
import Foundation
import GRDB

extension Ledger {
  /// Keeps what is known of a trained step, in place of what an earlier training of the step left.
  public func record(_ step: StepRecord) throws(RunsError) {
    let values = [step.step.databaseValue, (step.step + 1).databaseValue, try encode(StepCell(step)).databaseValue]
    try write { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO steps (step, policy_version, metrics, digest) VALUES (?, ?, ?, ?)",
        arguments: StatementArguments(values + [LedgerDigest(of: "steps", values).databaseValue]))
    }
  }

  /// The trained steps, in order.
  public func steps() throws(RunsError) -> [StepRecord] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT step, policy_version, metrics, digest FROM steps ORDER BY step").map { row in
        let step: UInt32 = try field(row, "step")
        try check(row, of: "steps", or: .step(Int64(step)))
        let cell: StepCell = try figures(row)
        return StepRecord(step: step, figures: cell.figures, policyDigest: cell.policyDigest)
      }
    }
  }

  /// Keeps what a worker said of itself, in place of what it said before.
  public func record(_ worker: WorkerRecord) throws(RunsError) {
    try write { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO workers (name, software, fingerprint) VALUES (?, ?, ?)",
        arguments: [worker.name, worker.software, worker.fingerprint])
    }
  }

  /// The workers that said hello, by name, with the number of groups accepted from each.
  public func workers() throws(RunsError) -> [WorkerRecord] {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT name, software, fingerprint, (SELECT COUNT(*) FROM groups WHERE worker = name) AS accepted FROM workers ORDER BY name
          """)
      return try rows.map { row in
        var worker = WorkerRecord(
          name: try field(row, "name"), software: try field(row, "software"), fingerprint: try field(row, "fingerprint"))
        worker.acceptedGroups = try field(row, "accepted")
        return worker
      }
    }
  }

  /// Keeps an event.
  public func record(_ event: EventRecord) throws(RunsError) {
    try write { try Self.insert(event, $0) }
  }

  /// The events, in the order they were recorded in.
  public func events() throws(RunsError) -> [EventRecord] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT time, kind, message FROM events ORDER BY id").map { row in
        EventRecord(
          time: Date(timeIntervalSince1970: try field(row, "time")), kind: try field(row, "kind"), message: try field(row, "message"))
      }
    }
  }

  /// Keeps an evaluation on the held-out questions, in place of an earlier one of the same policy version.
  public func record(_ evaluation: EvaluationRecord) throws(RunsError) {
    let values = [
      evaluation.policyVersion.databaseValue, Ledger.heldOut.databaseValue, try encode(evaluation.figures).databaseValue,
    ]
    try write { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO evaluations (policy_version, name, metrics, digest) VALUES (?, ?, ?, ?)",
        arguments: StatementArguments(values + [LedgerDigest(of: "evaluations", values).databaseValue]))
    }
  }

  /// The evaluations on the held-out questions, by policy version.
  public func evaluations() throws(RunsError) -> [EvaluationRecord] {
    try read { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT policy_version, name, metrics, digest FROM evaluations WHERE name = ? ORDER BY policy_version",
        arguments: [Ledger.heldOut])
      return try rows.map { row in
        let version: UInt32 = try field(row, "policy_version")
        try check(row, of: "evaluations", or: .evaluation(version: Int64(version)))
        return EvaluationRecord(policyVersion: version, figures: try figures(row))
      }
    }
  }

  /// Throws unless a row's last column is the digest of the others.
  private func check(_ row: Row, of table: String, or damage: LedgerDamage) throws(RunsError) {
    guard LedgerDigest(row[3]) == LedgerDigest(of: table, [row[0], row[1], row[2]]) else { throw damage.error(path) }
  }

  private func field<Value: DatabaseValueConvertible>(_ row: Row, _ column: String) throws(RunsError) -> Value {
    guard let value = Value.fromDatabaseValue(row[column]) else {
      throw RunsError(.ledger, "ledger \(path) is damaged: unusable \(column); restore the file from a copy, or begin a new run")
    }
    return value
  }

  /// The name of evaluations on the held-out questions; the table has room for others.
  private static let heldOut = "held_out"

  private func encode(_ figures: some Encodable) throws(RunsError) -> String {
    try LedgerFailure.explain("write", path) {
      String(decoding: try MetricsLog.encoder().encode(figures), as: UTF8.self)
    }
  }

  private func figures<Figures: Decodable>(_ row: Row) throws -> Figures {
    let text: String = try field(row, "metrics")
    do {
      return try MetricsLog.decoder().decode(Figures.self, from: Data(text.utf8))
    } catch {
      throw RunsError(
        .ledger, "ledger \(path) is damaged: unusable metrics; restore the file from a copy, or begin a new run", cause: error)
    }
  }
}

/// What one cell of the ledger has of a step: its figures, and the digest of the policy that it made.
private struct StepCell: Codable {
  let figures: StepFigures
  let policyDigest: String?

  private enum CodingKeys: String, CodingKey {
    case policyDigest = "policy_xxh3"
  }

  init(_ record: StepRecord) {
    figures = record.figures
    policyDigest = record.policyDigest
  }

  init(from decoder: any Decoder) throws {
    figures = try StepFigures(from: decoder)
    policyDigest = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(String.self, forKey: .policyDigest)
  }

  func encode(to encoder: any Encoder) throws {
    try figures.encode(to: encoder)
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encodeIfPresent(policyDigest, forKey: .policyDigest)
  }
}

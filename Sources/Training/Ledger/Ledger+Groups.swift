import EMPO
import Foundation
import GRDB
import Wire

extension Ledger {
  /// Keeps groups, all in one transaction: durable when this returns, and none of them kept when it throws.
  ///
  /// - Returns: For each group, whether it was new. The first group of a step's slot stays; another one changes nothing.
  @discardableResult
  public func persist(_ groups: [LedgerGroup]) throws(TrainingError) -> [Bool] {
    guard !groups.isEmpty else { return [] }
    // Encoded out here, so that the transaction is short.
    let encoded = groups.map { $0.result.group.responses.map(EncodedResponse.init) }
    return try write { database in
      let insertGroup = try database.cachedStatement(sql: Ledger.insertGroup)
      let insertResponse = try database.cachedStatement(sql: Ledger.insertResponse)
      return try zip(groups, encoded).map { group, responses in
        let result = group.result
        try insertGroup.execute(arguments: [
          result.step, result.slot, result.policyVersion, Int64(bitPattern: result.lease), text(group.questionID), text(group.worker),
          result.group.semanticEntropy, result.group.isKept, result.seconds,
        ])
        guard database.changesCount == 1 else { return false }
        let id = database.lastInsertedRowID
        for (sample, response) in responses.enumerated() {
          try insertResponse.execute(arguments: response.arguments(group: id, sample: sample))
        }
        return true
      }
    }
  }

  /// The groups of a step that are in, in slot order.
  public func groups(ofStep step: UInt32) throws(TrainingError) -> [LedgerGroup] {
    try groups(fromStep: step, through: step)
  }

  /// The groups of a step and of those after it, in order of step and slot: what a restarted learner goes on from.
  public func groups(fromStep step: UInt32, through last: UInt32 = .max) throws(TrainingError) -> [LedgerGroup] {
    try read { database in
      var groups: [LedgerGroup] = []
      var latest: Int64?
      let rows = try Row.fetchCursor(database, sql: Ledger.selectGroups, arguments: [step, last])
      while let row = try rows.next() {
        let fields = LedgerRow(row, path: path)
        let id: Int64 = try fields.value("id")
        if id != latest {
          groups.append(try fields.group())
          latest = id
        }
        if let response = try fields.response() {
          groups[groups.count - 1].result.group.responses.append(response)
        }
      }
      return groups
    }
  }

  private static let insertGroup = """
    INSERT INTO groups (step, slot, policy_version, lease, question_id, worker, semantic_entropy, is_kept, seconds)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (step, slot) DO NOTHING
    """

  private static let insertResponse = """
    INSERT INTO responses (group_id, sample, answer, cluster, reward, is_truncated, tokens, log_probabilities)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    """

  private static let selectGroups = """
    SELECT g.id, g.step, g.slot, g.policy_version, g.lease, g.question_id, g.worker, g.semantic_entropy, g.is_kept, g.seconds,
      r.sample, r.answer, r.cluster, r.reward, r.is_truncated, r.tokens, r.log_probabilities
    FROM groups g LEFT JOIN responses r ON r.group_id = g.id
    WHERE g.step BETWEEN ? AND ? ORDER BY g.step, g.slot, r.sample
    """
}

/// A response as the row that keeps it.
private struct EncodedResponse {
  var response: ScoredResponse
  var tokens: Data
  var logProbabilities: Data

  init(_ response: ScoredResponse) {
    self.response = response
    tokens = littleEndian(response.tokens.lazy.map { UInt32(bitPattern: $0) })
    logProbabilities = littleEndian(response.tokenLogProbabilities.lazy.map(\.bitPattern))
  }

  func arguments(group: Int64, sample: Int) -> StatementArguments {
    [
      group, sample, text(response.answer), response.cluster, response.reward, response.isTruncated, tokens, logProbabilities,
    ]
  }
}

/// A row of groups and responses, read with checks: the file may have been changed by others.
private struct LedgerRow {
  private let row: Row
  private let path: String

  init(_ row: Row, path: String) {
    self.row = row
    self.path = path
  }

  func value<Value: DatabaseValueConvertible>(_ column: String) throws(TrainingError) -> Value {
    guard let value = Value.fromDatabaseValue(row[column]) else { throw damage(column) }
    return value
  }

  func group() throws(TrainingError) -> LedgerGroup {
    let group = ScoredGroup(responses: [], semanticEntropy: try value("semantic_entropy"), isKept: try value("is_kept"))
    let lease: Int64 = try value("lease")
    let result = GroupResult(
      lease: UInt64(bitPattern: lease), step: try value("step"), slot: try value("slot"), policyVersion: try value("policy_version"),
      group: group, seconds: try value("seconds"))
    return LedgerGroup(result, worker: try text("worker"), questionID: try text("question_id"))
  }

  /// Nil where the group has no responses.
  func response() throws(TrainingError) -> ScoredResponse? {
    guard row.hasNull(atIndex: 10) == false else { return nil }
    let tokens = try words("tokens").map { Int32(bitPattern: $0) }
    let logProbabilities = try words("log_probabilities").map { Float(bitPattern: $0) }
    guard tokens.count == logProbabilities.count else { throw damage("log_probabilities") }
    return ScoredResponse(
      tokens: tokens, tokenLogProbabilities: logProbabilities, isTruncated: try value("is_truncated"), answer: try text("answer"),
      cluster: try value("cluster"), reward: try value("reward"))
  }

  /// Text as the function of that name keeps it.
  private func text(_ column: String) throws(TrainingError) -> String {
    guard case .blob(let bytes) = DatabaseValue.fromDatabaseValue(row[column])?.storage else { return try value(column) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw damage(column) }
    return text
  }

  private func words(_ column: String) throws(TrainingError) -> [UInt32] {
    let data: Data = try value(column)
    guard data.count.isMultiple(of: 4) else { throw damage(column) }
    let bytes = [UInt8](data)
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16 | UInt32(bytes[start + 3]) << 24
    }
  }

  private func damage(_ column: String) -> TrainingError {
    let step = Int64.fromDatabaseValue(row["step"]) ?? -1
    let slot = Int64.fromDatabaseValue(row["slot"]) ?? -1
    return TrainingError(
      .ledger,
      "ledger \(path) is damaged: step \(step) slot \(slot) has an unusable \(column); restore the file from a copy, or begin a new run")
  }
}

/// Text for a column; as a blob where it holds a zero, at which SQLite's text functions end. A model may say anything.
private func text(_ text: String) -> DatabaseValue {
  text.utf8.contains(0) ? Data(text.utf8).databaseValue : text.databaseValue
}

private func littleEndian(_ words: some Sequence<UInt32>) -> Data {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(4 * words.underestimatedCount)
  for word in words {
    bytes.append(UInt8(truncatingIfNeeded: word))
    bytes.append(UInt8(truncatingIfNeeded: word >> 8))
    bytes.append(UInt8(truncatingIfNeeded: word >> 16))
    bytes.append(UInt8(truncatingIfNeeded: word >> 24))
  }
  return Data(bytes)
}

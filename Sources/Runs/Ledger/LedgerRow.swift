import Cluster
import EMPO
import Foundation
import GRDB
import Wire

/// A response as the row that keeps it.
struct EncodedResponse {
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
      group, sample, response.answer.ledgerValue, response.cluster, response.reward, response.isTruncated, tokens, logProbabilities,
    ]
  }
}

/// A row of groups and responses, read with checks: the file may have been changed by others.
struct LedgerRow {
  private let row: Row
  private let path: String

  init(_ row: Row, path: String) {
    self.row = row
    self.path = path
  }

  func value<Value: DatabaseValueConvertible>(_ column: String) throws(RunsError) -> Value {
    guard let value = Value.fromDatabaseValue(row[column]) else { throw damage(column) }
    return value
  }

  func group() throws(RunsError) -> AcceptedGroup {
    let group = ScoredGroup(responses: [], semanticEntropy: try value("semantic_entropy"), isKept: try value("is_kept"))
    let lease: Int64 = try value("lease")
    let result = GroupResult(
      lease: UInt64(bitPattern: lease), step: try value("step"), slot: try value("slot"), policyVersion: try value("policy_version"),
      group: group, seconds: try value("seconds"))
    return AcceptedGroup(result, worker: try text("worker"), questionID: try text("question_id"))
  }

  /// Nil where the group has no responses.
  func response() throws(RunsError) -> ScoredResponse? {
    guard row.hasNull(atIndex: 10) == false else { return nil }
    let tokens = try words("tokens").map { Int32(bitPattern: $0) }
    let logProbabilities = try words("log_probabilities").map { Float(bitPattern: $0) }
    guard tokens.count == logProbabilities.count else { throw damage("log_probabilities") }
    return ScoredResponse(
      tokens: tokens, tokenLogProbabilities: logProbabilities, isTruncated: try value("is_truncated"), answer: try text("answer"),
      cluster: try value("cluster"), reward: try value("reward"))
  }

  /// Text as ``Swift/String/ledgerValue`` keeps it.
  private func text(_ column: String) throws(RunsError) -> String {
    guard case .blob(let bytes) = DatabaseValue.fromDatabaseValue(row[column])?.storage else { return try value(column) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw damage(column) }
    return text
  }

  private func words(_ column: String) throws(RunsError) -> [UInt32] {
    let data: Data = try value(column)
    guard data.count.isMultiple(of: 4) else { throw damage(column) }
    let bytes = [UInt8](data)
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16 | UInt32(bytes[start + 3]) << 24
    }
  }

  private func damage(_ column: String) -> RunsError {
    let step = Int64.fromDatabaseValue(row["step"]) ?? -1
    let slot = Int64.fromDatabaseValue(row["slot"]) ?? -1
    return RunsError(
      .ledger,
      "ledger \(path) is damaged: step \(step) slot \(slot) has an unusable \(column); restore the file from a copy, or begin a new run")
  }
}

extension String {
  /// Text for a column; as a blob where it holds a zero, at which SQLite's text functions end. A model may say anything.
  var ledgerValue: DatabaseValue {
    utf8.contains(0) ? Data(utf8).databaseValue : databaseValue
  }
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

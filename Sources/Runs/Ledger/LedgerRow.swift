import Cluster
import EMPO
import Foundation
import GRDB
import Wire

/// A group as the row that keeps it, with the rows of its responses.
struct EncodedGroup {
  static let insertion = """
    INSERT INTO groups (id, step, slot, policy_version, lease, question_id, worker, semantic_entropy, is_kept, seconds,
      responses_digest, digest)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  let known: LedgerGroup
  let responses: [EncodedResponse]
  private let values: [DatabaseValue]

  init(_ group: AcceptedGroup) {
    let result = group.result
    known = LedgerGroup(
      place: LedgerPlace(step: result.item.step, slot: result.item.slot), policyVersion: result.policyVersion, worker: group.worker)
    responses = result.group.responses.map(EncodedResponse.init)
    var sum = LedgerSum("responses")
    for (sample, response) in responses.enumerated() {
      for value in response.values(sample: sample) { sum.add(value) }
    }
    values = [
      result.item.step.databaseValue, result.item.slot.databaseValue, result.policyVersion.databaseValue,
      Int64(bitPattern: result.lease).databaseValue, group.questionID.ledgerValue, group.worker.ledgerValue,
      result.group.semanticEntropy.databaseValue, result.group.isKept.databaseValue, result.seconds.databaseValue,
      sum.digest.databaseValue,
    ]
  }

  func digest(id: Int64) -> LedgerDigest { LedgerDigest(of: "groups", [id.databaseValue] + values) }

  func arguments(id: Int64) -> StatementArguments {
    StatementArguments([id.databaseValue] + values + [digest(id: id).databaseValue])
  }
}

/// A response as the row that keeps it.
struct EncodedResponse {
  static let insertion = """
    INSERT INTO responses (group_id, sample, answer, cluster, reward, is_truncated, tokens, log_probabilities)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    """

  private let response: ScoredResponse
  private let tokens: DatabaseValue
  private let logProbabilities: DatabaseValue

  init(_ response: ScoredResponse) {
    self.response = response
    tokens = littleEndian(response.tokens.lazy.map { UInt32(bitPattern: $0) }).databaseValue
    logProbabilities = littleEndian(response.tokenLogProbabilities.lazy.map(\.bitPattern)).databaseValue
  }

  /// The columns from `sample` on.
  func values(sample: Int) -> [DatabaseValue] {
    [
      sample.databaseValue, response.answer.ledgerValue, response.cluster.databaseValue, response.reward.databaseValue,
      response.isTruncated.databaseValue, tokens, logProbabilities,
    ]
  }
}

/// A row of `groups`, read with checks: the file may have been changed by others.
struct LedgerGroupRow {
  static let selection = """
    SELECT id, step, slot, policy_version, lease, question_id, worker, semantic_entropy, is_kept, seconds, responses_digest, digest
    FROM groups
    """

  let id: Int64
  /// Its digest, where the row has one.
  let digest: LedgerDigest?
  /// Whether the row says what the digest was made of.
  let isSound: Bool
  /// Without a checker; nil where the columns are unusable.
  let known: LedgerGroup?
  let responsesDigest: LedgerDigest?

  /// The columns but for the digest.
  private let values: [DatabaseValue]

  init(_ row: Row) {
    let values = (0..<11).map { row[$0] as DatabaseValue }
    self.values = values
    id = Int64.fromDatabaseValue(values[0]) ?? 0
    digest = LedgerDigest(row[11])
    isSound = digest == LedgerDigest(of: "groups", values)
    responsesDigest = LedgerDigest(values[10])
    guard let step = UInt32.fromDatabaseValue(values[1]), let slot = UInt32.fromDatabaseValue(values[2]),
      let version = UInt32.fromDatabaseValue(values[3]), let worker = String(ledgerValue: values[6])
    else {
      known = nil
      return
    }
    known = LedgerGroup(place: LedgerPlace(step: step, slot: slot), policyVersion: version, worker: worker)
  }

  /// The digest that would fit the row.
  var fittingDigest: LedgerDigest { LedgerDigest(of: "groups", values) }

  /// The group with its responses; nil where the row is unusable.
  func group(_ responses: [ScoredResponse]) -> AcceptedGroup? {
    guard isSound, let known, let lease = Int64.fromDatabaseValue(values[4]), let question = String(ledgerValue: values[5]),
      let entropy = Double.fromDatabaseValue(values[7]), let isKept = Bool.fromDatabaseValue(values[8]),
      let seconds = Double.fromDatabaseValue(values[9])
    else { return nil }
    // A seal proves where a group comes from when it arrives, and is of no use afterwards.
    let result = WorkResult(
      lease: UInt64(bitPattern: lease), seal: LeaseSeal(incarnation: 0, code: []),
      item: WorkItem(step: known.place.step, slot: known.place.slot), policyVersion: known.policyVersion,
      group: ScoredGroup(responses: responses, semanticEntropy: entropy, isKept: isKept), seconds: seconds)
    return AcceptedGroup(result, worker: known.worker, questionID: question)
  }
}

extension ScoredResponse {
  /// The columns of a response from `sample` on.
  static let columns = "sample, answer, cluster, reward, is_truncated, tokens, log_probabilities"

  /// Reads these columns; nil where they are unusable.
  init?(_ values: [DatabaseValue]) {
    guard let answer = String(ledgerValue: values[1]), let cluster = Int.fromDatabaseValue(values[2]),
      let reward = Double.fromDatabaseValue(values[3]), let isTruncated = Bool.fromDatabaseValue(values[4]),
      let tokens = words(values[5]), let logProbabilities = words(values[6]), tokens.count == logProbabilities.count
    else { return nil }
    self.init(
      tokens: tokens.map { Int32(bitPattern: $0) }, tokenLogProbabilities: logProbabilities.map { Float(bitPattern: $0) },
      isTruncated: isTruncated, answer: answer, cluster: cluster, reward: reward)
  }
}

extension String {
  /// Text for a column; as a blob where it holds a zero, at which SQLite's text functions end. A model may say anything.
  var ledgerValue: DatabaseValue {
    utf8.contains(0) ? Data(utf8).databaseValue : databaseValue
  }

  /// Text as ``ledgerValue`` keeps it; nil for anything else.
  init?(ledgerValue value: DatabaseValue) {
    switch value.storage {
    case .string(let text): self = text
    case .blob(let bytes): self.init(validating: bytes, as: UTF8.self)
    case .null, .int64, .double: return nil
    }
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

private func words(_ value: DatabaseValue) -> [UInt32]? {
  guard case .blob(let data) = value.storage, data.count.isMultiple(of: 4) else { return nil }
  let bytes = [UInt8](data)
  return stride(from: 0, to: bytes.count, by: 4).map { start in
    UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16 | UInt32(bytes[start + 3]) << 24
  }
}

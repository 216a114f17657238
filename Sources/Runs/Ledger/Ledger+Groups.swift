public import Cluster
import EMPO
import Foundation
import GRDB
import Wire

extension Ledger {
  /// Keeps groups, all in one transaction: durable when this returns, and none of them kept when it throws.
  ///
  /// - Returns: For each group, whether it was new. The first group of a step's slot stays; another one changes nothing.
  @discardableResult
  public func persist(_ groups: [AcceptedGroup]) throws(RunsError) -> [Bool] {
    guard !groups.isEmpty else { return [] }
    // Encoded out here, so that the transaction is short.
    let encoded = groups.map { $0.result.group.responses.map(EncodedResponse.init) }
    return try write { database in
      let insertGroup = try database.cachedStatement(sql: Ledger.insertGroup)
      let insertResponse = try database.cachedStatement(sql: Ledger.insertResponse)
      return try zip(groups, encoded).map { group, responses in
        let result = group.result
        try insertGroup.execute(arguments: [
          result.step, result.slot, result.policyVersion, Int64(bitPattern: result.lease), group.questionID.ledgerValue,
          group.worker.ledgerValue,
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
  public func groups(ofStep step: UInt32) throws(RunsError) -> [AcceptedGroup] {
    try groups(fromStep: step, through: step)
  }

  /// The groups of a step and of those after it, in order of step and slot: what a restarted learner goes on from.
  public func groups(fromStep step: UInt32, through last: UInt32 = .max) throws(RunsError) -> [AcceptedGroup] {
    try read { database in
      var groups: [AcceptedGroup] = []
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

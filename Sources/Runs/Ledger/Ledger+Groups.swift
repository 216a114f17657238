public import Cluster
import GRDB
import Wire

extension Ledger {
  /// Keeps groups, all in one transaction: durable when this returns, and none of them kept when it throws.
  ///
  /// - Returns: For each group, whether it was new. The first valid group of a step's slot stays; another one changes nothing.
  @discardableResult
  public func persist(_ groups: [AcceptedGroup]) throws(RunsError) -> [Bool] {
    guard !groups.isEmpty else { return [] }
    // Encoded out here, so that the transaction is short.
    let encoded = groups.map(EncodedGroup.init)
    return try append { _, additions in try encoded.map { try additions.add($0) } }
  }

  /// The valid groups of a step, in slot order.
  public func groups(ofStep step: UInt32) throws(RunsError) -> [AcceptedGroup] {
    try valid(fromStep: step, through: step).map(\.group)
  }

  /// The valid groups of a step and of those after it, in order of step and slot: what a restarted learner goes on from.
  public func groups(fromStep step: UInt32) throws(RunsError) -> [StoredGroup] {
    try valid(fromStep: step, through: .max).map { StoredGroup(result: $0.group.result, worker: $0.group.worker, checker: $0.checker) }
  }

  /// How many slots of each step have a valid group.
  func slotCounts() throws(RunsError) -> [UInt32: Int] {
    try known { index in index.places.keys.reduce(into: [:]) { $0[$1.step, default: 0] += 1 } }
  }

  private func valid(fromStep first: UInt32, through last: UInt32) throws(RunsError) -> [(group: AcceptedGroup, checker: String?)] {
    let valid = try known(\.groups)
    let groups = try read { database in
      let reading = LedgerReading(database, path: path)
      var groups: [(group: AcceptedGroup, checker: String?)] = []
      for row in try reading.groups(fromStep: first, through: last) {
        guard let known = valid[row.id] else { continue }
        guard row.isSound, let responses = try reading.responses(of: row), let group = row.group(responses) else {
          throw LedgerDamage.responses(id: row.id, known.place).error(path)
        }
        groups.append((group, known.checker))
      }
      return groups
    }
    return groups.sorted { $0.group.result.item < $1.group.result.item }
  }
}

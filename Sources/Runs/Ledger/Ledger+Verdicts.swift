import Foundation
import GRDB

extension Ledger {
  /// Counts one more start of a learner in this run, and returns the count: 1 for the first.
  public func beginIncarnation() throws(RunsError) -> UInt64 {
    let incarnation = try append { _, additions in
      let incarnation = additions.index.incarnation + 1
      try additions.add(LedgerNote(kind: .incarnation, number: Int64(clamping: incarnation)))
      return incarnation
    }
    fold()
    return incarnation
  }

  /// Notes who found a slot's valid group to be true, in place of whom was noted before; nil for nobody. Nothing where the slot is free.
  public func confirm(step: UInt32, slot: UInt32, checker: String?) throws(RunsError) {
    try append { _, additions in
      guard let id = additions.group(at: LedgerPlace(step: step, slot: slot)) else { return }
      try additions.add(LedgerNote(kind: .confirmed, number: id, name: checker ?? ""))
    }
  }

  /// Frees a slot, whose group stays with the reason; nothing where the slot is free.
  public func void(step: UInt32, slot: UInt32, reason: String) throws(RunsError) {
    try append { _, additions in
      guard let id = additions.group(at: LedgerPlace(step: step, slot: slot)) else { return }
      try additions.add(LedgerNote(kind: .voided, number: id, reason: reason))
    }
  }

  /// Frees every slot whose group was sampled from a version above `version`.
  public func void(sampledAfter version: UInt32, reason: String) throws(RunsError) {
    try append { _, additions in
      for id in additions.index.groups.filter({ $0.value.policyVersion > version }).keys.sorted() {
        try additions.add(LedgerNote(kind: .voided, number: id, reason: reason))
      }
    }
  }

  /// The first step below `version` with a valid group that rests on one party's word alone, for each such party.
  public func reliance(before version: UInt32) throws(RunsError) -> [String: UInt32] {
    try known { index in
      index.groups.values.reduce(into: [:]) { first, group in
        guard group.place.step < version else { return }
        let party = group.checker ?? group.worker
        first[party] = min(first[party] ?? .max, group.place.step)
      }
    }
  }

  /// Refuses a party for good. The first reason stays.
  public func expel(_ party: String, reason: String) throws(RunsError) {
    try append { _, additions in
      guard additions.index.expelled[party] == nil else { return }
      try additions.add(LedgerNote(kind: .expelled, name: party, reason: reason))
    }
    fold()
  }

  /// The parties that are refused for good, with the reasons.
  public func expelled() throws(RunsError) -> [String: String] {
    try known(\.expelled)
  }

  /// Goes back to a version: the records of steps from `version` on and the evaluations of later versions are gone, and the leases of all
  /// learners so far are void. The groups stay.
  public func rewind(to version: UInt32) throws(RunsError) {
    try append { database, additions in
      try database.execute(sql: "DELETE FROM steps WHERE step >= ?", arguments: [version])
      try database.execute(sql: "DELETE FROM evaluations WHERE policy_version > ?", arguments: [version])
      try Self.insert(EventRecord(kind: "rewound", message: "the run goes on from version \(version)"), database)
      try additions.add(LedgerNote(kind: .rewound, number: Int64(version)))
    }
    fold()
  }

  /// The first incarnation whose leases still count.
  public func firstTrustedIncarnation() throws(RunsError) -> UInt64 {
    try known(\.firstTrustedIncarnation)
  }

  /// Adds an event to the transaction at hand.
  static func insert(_ event: EventRecord, _ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO events (time, kind, message) VALUES (?, ?, ?)",
      arguments: [event.time.timeIntervalSince1970, event.kind, event.message])
  }
}

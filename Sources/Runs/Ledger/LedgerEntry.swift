import GRDB

/// A slot of a step.
struct LedgerPlace: Hashable, Sendable {
  var step: UInt32
  var slot: UInt32
}

/// What is known of a group without its responses.
struct LedgerGroup: Sendable, Equatable {
  var place: LedgerPlace
  var policyVersion: UInt32
  var worker: String
  var checker: String?
}

/// Something that a learner noted for good.
struct LedgerNote: Sendable, Equatable {
  /// What sort of thing.
  enum Kind: String, Sendable, CaseIterable {
    /// A learner began: `number` is its incarnation.
    case incarnation
    /// `name` found group `number` to be true; an empty name takes back what another did.
    case confirmed
    /// Group `number` does not count, for a reason.
    case voided
    /// The party `name` is refused, for a reason.
    case expelled
    /// The run went back to version `number`.
    case rewound
    /// The owner accepted a loss: checkpoints up to incarnation `number` are not compared with the ledger, and leases up to it do not count.
    case accepted
    /// An entry was damaged beyond reading.
    case lost
  }

  var kind: Kind
  var number: Int64 = 0
  var name = ""
  var reason = ""

  /// The digest of the note as the entry of a number.
  func digest(id: Int64) -> LedgerDigest { LedgerDigest(of: "notes", [id.databaseValue] + values) }

  /// What the note's columns keep, in the order of the table.
  var values: [DatabaseValue] { [kind.rawValue.databaseValue, number.databaseValue, name.ledgerValue, reason.ledgerValue] }
}

/// A row that is only ever added.
struct LedgerEntry: Sendable {
  enum Content: Sendable {
    case group(LedgerGroup)
    case note(LedgerNote)
  }

  var id: Int64
  var content: Content
  var digest: LedgerDigest
}

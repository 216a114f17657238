/// What a ledger's entries come to: kept in memory, so that the file needs no index that could disagree with it.
///
/// Reading the file and adding to it go the same way, through ``take(_:)``.
struct LedgerIndex: Sendable {
  /// The chained digest after as many entries.
  private(set) var links = [LedgerDigest.none]

  /// The incarnation of the last learner that began.
  private(set) var incarnation: UInt64 = 0

  /// The first incarnation whose leases count.
  private(set) var firstTrustedIncarnation: UInt64 = 1

  /// Checkpoints up to this incarnation are not compared with the ledger.
  private(set) var acceptedIncarnation: UInt64 = 0

  /// Who is refused for good, with the reasons.
  private(set) var expelled: [String: String] = [:]

  /// The valid groups, by their entries' numbers.
  private(set) var groups: [Int64: LedgerGroup] = [:]

  /// The valid groups' numbers, by place.
  private(set) var places: [LedgerPlace: Int64] = [:]

  /// How many entries there are.
  var entries: Int64 { Int64(links.count - 1) }

  /// The digest over all of them.
  var link: LedgerDigest { links[links.count - 1] }

  /// Takes the next entry.
  mutating func take(_ entry: LedgerEntry) {
    precondition(entry.id == entries + 1, "entries are numbered one after the other")
    links.append(link.chained(with: entry.digest))
    switch entry.content {
    case .group(let group):
      guard places[group.place] == nil else { return }
      places[group.place] = entry.id
      groups[entry.id] = group
    case .note(let note): take(note)
    }
  }

  private mutating func take(_ note: LedgerNote) {
    switch note.kind {
    case .incarnation: incarnation = max(incarnation, UInt64(clamping: note.number))
    case .confirmed: groups[note.number]?.checker = note.name.isEmpty ? nil : note.name
    case .voided:
      guard let group = groups.removeValue(forKey: note.number) else { return }
      places[group.place] = nil
    case .expelled: expelled[note.name] = expelled[note.name] ?? note.reason
    case .rewound: firstTrustedIncarnation = incarnation + 1
    case .accepted:
      // The lost ledger may have counted further; no incarnation is used twice.
      acceptedIncarnation = max(acceptedIncarnation, UInt64(clamping: note.number))
      incarnation = max(incarnation, acceptedIncarnation)
      // The loss may have held a return to an earlier version.
      firstTrustedIncarnation = incarnation + 1
    case .lost: break
    }
  }
}

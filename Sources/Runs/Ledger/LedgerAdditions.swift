import GRDB
import Synchronization

/// Entries on their way into the file, within one transaction.
struct LedgerAdditions {
  /// The entries so far.
  private(set) var entries: [LedgerEntry] = []

  /// What the file had before.
  let index: LedgerIndex

  private let database: Database
  private var taken: Set<LedgerPlace> = []
  private var link: LedgerDigest

  init(_ database: Database, to index: LedgerIndex) {
    self.database = database
    self.index = index
    link = index.link
  }

  /// The number of a place's valid group, if the file had one before.
  func group(at place: LedgerPlace) -> Int64? { index.places[place] }

  /// Adds a note.
  mutating func add(_ note: LedgerNote) throws {
    let digest = note.digest(id: nextID)
    try database.cachedStatement(sql: "INSERT INTO notes (id, kind, number, name, reason, digest) VALUES (?, ?, ?, ?, ?, ?)")
      .execute(arguments: StatementArguments([nextID.databaseValue] + note.values + [digest.databaseValue]))
    take(LedgerEntry(id: nextID, content: .note(note), digest: digest))
  }

  /// Adds a group unless its slot has a valid one.
  ///
  /// - Returns: Whether it was added.
  mutating func add(_ group: EncodedGroup) throws -> Bool {
    let place = group.known.place
    guard index.places[place] == nil, taken.insert(place).inserted else { return false }
    let digest = group.digest(id: nextID)
    try database.cachedStatement(sql: EncodedGroup.insertion).execute(arguments: group.arguments(id: nextID))
    let statement = try database.cachedStatement(sql: EncodedResponse.insertion)
    for (sample, response) in group.responses.enumerated() {
      try statement.execute(arguments: StatementArguments([nextID.databaseValue] + response.values(sample: sample)))
    }
    take(LedgerEntry(id: nextID, content: .group(group.known), digest: digest))
    return true
  }

  /// Notes in the file how far it reaches now.
  func seal(_ run: LedgerRun) throws {
    guard !entries.isEmpty else { return }
    try run.update(database, entries: nextID - 1, link: link)
  }

  private var nextID: Int64 { index.entries + Int64(entries.count) + 1 }

  private mutating func take(_ entry: LedgerEntry) {
    link = link.chained(with: entry.digest)
    entries.append(entry)
  }
}

extension Ledger {
  /// Runs one transaction that adds entries; they are durable when this returns, and none of them is there when it throws.
  func append<Result: Sendable>(_ body: (Database, inout LedgerAdditions) throws -> Result) throws(RunsError) -> Result {
    try state.withLock { state throws(RunsError) in
      try require(state)
      let (result, entries) = try write { database in
        var additions = LedgerAdditions(database, to: state.index)
        let result = try body(database, &additions)
        try additions.seal(state.run)
        return (result, additions.entries)
      }
      for entry in entries { state.index.take(entry) }
      return result
    }
  }

  /// What the entries come to; an error where the file is damaged.
  func known<Result: Sendable>(_ body: (LedgerIndex) -> Result) throws(RunsError) -> Result {
    try state.withLock { state throws(RunsError) in
      try require(state)
      return body(state.index)
    }
  }

  private func require(_ state: State) throws(RunsError) {
    if let damage = state.damages.first { throw damage.error(path) }
  }
}

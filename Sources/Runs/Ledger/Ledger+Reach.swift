public import Cluster
import Files
import GRDB
import Synchronization

extension Ledger {
  /// How far the ledger reaches now, for a checkpoint.
  public func reach() throws(RunsError) -> LedgerReach {
    let run = runID
    return try known { index in
      LedgerReach(run: run, entries: UInt64(index.entries), link: index.link.hexadecimal, incarnation: index.incarnation)
    }
  }

  /// Compares the ledger with the checkpoint from which the run goes on.
  ///
  /// - Parameters:
  ///   - reach: How far the ledger reached when the checkpoint was asked for; nil without a checkpoint.
  ///   - version: The checkpoint's version, or 0: steps from it on are not trained.
  ///   - acceptingLoss: Goes on where the ledger is damaged or falls short. Damaged groups of steps that are not trained are voided. The
  ///     checkpoints so far are then not compared with the ledger again.
  /// - Returns: What was accepted and is sampled again, in one line; nil where nothing was amiss.
  /// - Throws: An error that says what is missing, and what to do.
  public func reconcile(with reach: LedgerReach?, version: UInt32, acceptingLoss: Bool) throws(RunsError) -> String? {
    let damages = try damages(version: version)
    let shortfall = damages.isEmpty ? shortfall(from: reach, version: version) : nil
    guard let found = damages.first?.error(path).message ?? shortfall else { return nil }
    guard acceptingLoss else { throw damages.first?.error(path) ?? RunsError(.ledger, found) }
    return try accept(damages, reach: reach, version: version)
  }

  /// All that is damaged of what the run goes on from.
  private func damages(version: UInt32) throws(RunsError) -> [LedgerDamage] {
    let (found, valid) = state.withLock { ($0.damages, $0.index.groups) }
    return try read { database in
      let reading = LedgerReading(database, path: path)
      return try found
        + reading.groups(fromStep: version, through: .max).compactMap { row in
          guard row.isSound, let known = row.known, found.isEmpty ? valid[row.id] != nil : true else { return nil }
          guard let responses = try reading.responses(of: row), row.group(responses) != nil else {
            return .responses(id: row.id, known.place)
          }
          return nil
        }
    }
  }

  /// What the ledger lacks of what it held when the checkpoint was written; nil where it has all of it.
  func shortfall(from reach: LedgerReach?, version: UInt32) -> String? {
    guard let reach else { return nil }
    let advice = "restore it from a copy, or continue with --accept-loss, which samples what is lost of the steps from \(version) on again"
    let (run, index) = state.withLock { ($0.run.id, $0.index) }
    guard reach.incarnation > index.acceptedIncarnation else { return nil }
    guard run == reach.run else {
      return "ledger \(path) is of another run (found \(run), and the checkpoint of version \(version) expects \(reach.run)): \(advice)"
    }
    guard reach.entries <= UInt64(index.entries) else {
      return "ledger \(path) reaches to entry \(index.entries), but the checkpoint of version \(version) was written with "
        + "\(counted(reach.entries, "entry", "entries")): \(advice)"
    }
    guard index.links[Int(reach.entries)].hexadecimal == reach.link else {
      return "ledger \(path) has other entries than those that the checkpoint of version \(version) was written with: \(advice)"
    }
    return nil
  }

  /// The first few damages, in a few words.
  private static func summary(_ damages: [LedgerDamage]) -> String {
    let shown = damages.prefix(8).map(\.text).joined(separator: ", ")
    return "damaged: \(shown)" + (damages.count > 8 ? " and \(damages.count - 8) more" : "")
  }

  /// Makes the ledger one that the run can go on from.
  private func accept(_ damages: [LedgerDamage], reach: LedgerReach?, version: UInt32) throws(RunsError) -> String {
    try state.withLock { state throws(RunsError) in
      let (repaired, message) = try write { database in
        if !damages.isEmpty { try LedgerRepair(database, run: state.run).mend(damages, version: version) }
        let reading = LedgerReading(database, path: path)
        var sound = try reading.state()
        if let damage = sound.damages.first { throw damage.error(path) }
        let kept = sound.index.places.keys.filter { $0.step >= version }.count
        let trained = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM steps WHERE step < ?", arguments: [version]) ?? 0
        var message = "loss accepted: of the steps from \(version) on, \(kept) groups are in the ledger; every other one is sampled again"
        if trained < Int(version) { message += "; the figures of \(Int(version) - trained) trained steps are gone" }
        if !damages.isEmpty { message += "; " + Self.summary(damages) }
        var additions = LedgerAdditions(database, to: sound.index)
        let incarnation = max(reach?.incarnation ?? 0, sound.index.incarnation)
        try additions.add(LedgerNote(kind: .accepted, number: Int64(clamping: incarnation), reason: message))
        try Self.insert(EventRecord(kind: "loss_accepted", message: message), database)
        try additions.seal(sound.run)
        for entry in additions.entries { sound.index.take(entry) }
        return (sound, message)
      }
      state = repaired
      return message
    }
  }
}

/// A bug that a simulation is made to have, to show that it would be found. Production code knows nothing of them: they are
/// planted in what lies between the machines and the simulated world.
package enum PlantedBug: String, CaseIterable, Sendable {
  /// The learner's acknowledgements leave before the groups are in the ledger.
  case acknowledgesBeforeTheLedger
  /// Groups of other policy versions pass as those of their step's.
  case ignoresVersions
  /// A heartbeat extends a lease whose deadline has passed.
  case renewsExpiredLeases
  /// The ledger does not wait for the disk.
  case forgetsToSyncTheLedger
  /// A checkpoint's folder gets its name before its files are on the disk.
  case renamesBeforeSyncing
  /// A learner that begins anew forgets on which questions groups were unanimous.
  case forgetsUnanimousQuestions
}

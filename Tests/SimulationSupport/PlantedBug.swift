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
  /// A group counts whatever lease it belongs to, or none.
  case acceptsWithoutALease
  /// A group's scores count as the worker sent them.
  case believesScores
  /// Liars know what will be checked, and lie elsewhere.
  case announcesWhatIsChecked
  /// The workers of a pool pass for holders of keys of their own, so that one liar checks the other.
  case checksByTheSameKey
  /// The last part of a gradient is added twice.
  case addsAPartTwice
  /// Parts of a gradient are added in the order in which they come.
  case addsInOrderOfArrival
  /// A part of a gradient is computed at the version before the one that its step updates.
  case takesAPartOfAnotherVersion
  /// Base weights that were fetched are not compared with their digest.
  case trustsWhatItFetched
}

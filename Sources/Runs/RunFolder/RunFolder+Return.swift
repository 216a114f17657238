import Training

extension RunFolder {
  /// Goes back to the newest whole checkpoint of a version up to `step`, or to the run's beginning: what came later is gone, but for the
  /// groups, which stay in the ledger.
  ///
  /// The ledger comes first. A learner that finds checkpoints which the ledger has gone back before has cause to go back, too: who lied is
  /// expelled, and what rests on its word is trained.
  ///
  /// - Returns: The checkpoint's version; 0 where there is none.
  package func goBack(to step: UInt32, ledger: Ledger) throws -> UInt32 {
    let store = try CheckpointStore(folder: checkpoints, keep: 1)
    let version = try store.latestValid(upTo: step).checkpoint?.state.step ?? 0
    try ledger.rewind(to: version)
    try store.remove(after: version)
    try EvaluatedAnswers(self).remove(after: version)
    return version
  }
}

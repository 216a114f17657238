/// A place of the file that is not as it was written.
enum LedgerDamage: Sendable, Equatable {
  /// The columns of a group; where, as far as it can be read.
  case group(id: Int64, LedgerPlace?)
  /// The responses of a group.
  case responses(id: Int64, LedgerPlace)
  /// A note.
  case note(id: Int64)
  /// An entry that is not there.
  case missing(id: Int64)
  /// The figures of a trained step.
  case step(Int64)
  /// An evaluation.
  case evaluation(version: Int64)
  /// The entries fit their digests and not the run's.
  case chain

  /// What is damaged, in a few words.
  var text: String {
    switch self {
    case .group(_, let place?), .responses(_, let place): "step \(place.step) slot \(place.slot) is not as it was written"
    case .group(let id, nil), .note(let id): "entry \(id) is not as it was written"
    case .missing(let id): "entry \(id) is missing"
    case .step(let step): "the figures of step \(step) are not as they were written"
    case .evaluation(let version): "the evaluation of version \(version) is not as it was written"
    case .chain: "its entries are not those that were written"
    }
  }

  func error(_ path: String) -> RunsError {
    RunsError(
      .ledger, "ledger \(path) is damaged: \(text): restore it from a copy, or continue with --accept-loss, which samples the loss again")
  }
}

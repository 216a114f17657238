import Wire

/// Who stands behind workers: with keys, the holder of each key; a pool's workers have one key. Without keys, every name for itself.
struct Parties: Sendable {
  private let hasKeys: Bool

  /// Whether all workers compute alike, so that whoever is doubted can be checked.
  private let hasOneArithmetic: Bool

  /// The parties that were found to lie, and what was found.
  private(set) var expelled: [String: String]

  init(_ plan: LearnerPlan, expelled: [String: String]) {
    hasKeys = plan.hasKeys
    hasOneArithmetic = plan.requiresSameBits || plan.fingerprint == nil
    self.expelled = expelled
  }

  /// The party of a worker. A pool's workers are called by the pool's name, a slash and a name of their own.
  func party(of worker: String) -> String {
    guard hasKeys, let slash = worker.firstIndex(of: "/") else { return worker }
    return String(worker[..<slash])
  }

  /// Why a worker is not heard any more; nil where it is.
  func refusal(of worker: String) -> Refusal? {
    guard !expelled.isEmpty, let found = expelled[party(of: worker)] else { return nil }
    return Refusal(code: .unauthorized, reason: String("expelled: \(found)".prefix(Limits.reasonBytes / 4)))
  }

  /// Whether a worker's word counts for nothing any more unless it is checked: its party lied. Without keys, names are nobody: where one of
  /// them lied, any other may be the same.
  func doubts(_ worker: String) -> Bool {
    guard !expelled.isEmpty, worker != LearnerMachine.learnerName else { return false }
    return !hasKeys && hasOneArithmetic || expelled[party(of: worker)] != nil
  }

  /// Whether a worker is not heard any more.
  func hasExpelled(_ worker: String) -> Bool { !expelled.isEmpty && expelled[party(of: worker)] != nil }

  mutating func expel(_ party: String, because found: String) { expelled[party] = found }
}

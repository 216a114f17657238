import Wire

/// Who may check what a worker did: the holder of another key, whose arithmetic is the same.
struct ExaminerRule {
  /// The party of the one who did the work.
  let party: String

  /// The arithmetic of the one who did the work; nil where that of all is the same.
  let fingerprint: String?

  let parties: Parties

  func suits(_ peer: Peer, _ record: WorkerRoster.Record) -> Bool {
    parties.party(of: peer.description) != party && (fingerprint == nil || record.fingerprint == fingerprint)
  }
}

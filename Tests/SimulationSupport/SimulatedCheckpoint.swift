import EMPO

/// What a checkpoint holds, and how it gets onto the disk: the same operations, in the same order, as the checkpoint store's.
struct SimulatedCheckpoint {
  var version: UInt32
  var policy: [UInt8]
  var older: [UInt32: [UInt8]]

  var questions: QuestionSchedule.State?

  /// The steps that the policy was trained on, in order.
  var lineage: [UInt32]

  var digest: UInt64 { SimulatedRun.digest(policy, salt: UInt64(version)) }

  /// The version a run begins with.
  static let first = SimulatedCheckpoint(version: 0, policy: SimulatedRun.base, older: [:], lineage: [])
}

extension SimulatedDisk {
  /// Writes a checkpoint, then removes old ones.
  mutating func write(_ checkpoint: SimulatedCheckpoint, keep: Int, syncsFirst: Bool) throws(Trouble) {
    let (partial, final) = (Name.partial(checkpoint.version), Name.checkpoint(checkpoint.version))
    try remove(partial)
    do throws(Trouble) {
      try create(partial)
      try write(checkpoint, in: partial)
      if syncsFirst { try synchronizeModel(in: partial) }
      try write(manifest: checkpoint.digest, in: partial)
      if syncsFirst {
        try synchronizeManifest(in: partial)
        try synchronizeNames(in: partial)
      }
      try publish(partial, as: final, version: checkpoint.version)
    } catch {
      if case .failed = error { try? remove(partial) }
      throw error
    }
    try prune(keep: keep)
  }

  /// Deals with what a crash left behind, then finds the newest whole checkpoint.
  mutating func recover(keep: Int) throws(Trouble) -> SimulatedCheckpoint {
    for version in versions(of: { if case .partial(let version) = $0 { version } else { nil } }) {
      let (partial, final) = (Name.partial(version), Name.checkpoint(version))
      if self[final] == nil, whole(partial) != nil {
        // A process that dies may have left it unsynchronised.
        try synchronizeModel(in: partial)
        try synchronizeManifest(in: partial)
        try synchronizeNames(in: partial)
        try publish(partial, as: final, version: version)
        tally.count(.checkpointRecovered)
      } else {
        try remove(partial)
      }
    }
    try synchronizeRoot()
    for version in versions(of: { if case .discarded(let version) = $0 { version } else { nil } }) { try remove(.discarded(version)) }
    try prune(keep: keep)
    return newest ?? .first
  }

  /// The versions that have a checkpoint's folder, whole or not, in ascending order.
  var checkpoints: [UInt32] {
    versions { if case .checkpoint(let version) = $0 { version } else { nil } }
  }

  /// The newest whole checkpoint.
  var newest: SimulatedCheckpoint? { checkpoints.reversed().lazy.compactMap { whole(.checkpoint($0)) }.first }

  /// A folder's checkpoint, if its files are those that its manifest describes.
  func whole(_ name: Name) -> SimulatedCheckpoint? {
    guard let folder = self[name], let model = folder.model?.content, let manifest = folder.manifest?.content,
      model.digest == manifest
    else { return nil }
    return model
  }

  /// Removes the checkpoints of versions above one, the newest first.
  mutating func forgetCheckpoints(above version: UInt32) throws(Trouble) {
    for newer in checkpoints.reversed() where newer > version {
      try hide(newer)
      try remove(.discarded(newer))
    }
  }

  /// The newest whole checkpoint of a version up to one.
  func newest(upTo version: UInt32) -> SimulatedCheckpoint? {
    checkpoints.reversed().lazy.filter { $0 <= version }.compactMap { whole(.checkpoint($0)) }.first
  }

  private mutating func publish(_ partial: Name, as final: Name, version: UInt32) throws(Trouble) {
    let isReplacing = self[final] != nil
    if isReplacing { try hide(version) }
    do throws(Trouble) {
      try rename(partial, to: final)
    } catch {
      if case .failed = error, isReplacing { try? rename(.discarded(version), to: final) }
      throw error
    }
    try synchronizeRoot()
    if isReplacing { try remove(.discarded(version)) }
  }

  private mutating func prune(keep: Int) throws(Trouble) {
    let intact = checkpoints.filter { whole(.checkpoint($0)) != nil }
    for version in intact.dropLast(keep) {
      try hide(version)
      try remove(.discarded(version))
    }
  }

  private mutating func hide(_ version: UInt32) throws(Trouble) {
    try remove(.discarded(version))
    try rename(.checkpoint(version), to: .discarded(version))
    try synchronizeRoot()
  }

  private func versions(of version: (Name) -> UInt32?) -> [UInt32] { names.compactMap(version).sorted() }
}

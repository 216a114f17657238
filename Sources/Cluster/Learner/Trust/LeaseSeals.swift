import Digests
package import Wire

/// Makes the seals of leases, and tells genuine ones from others. So a result belongs to a lease that was given to whoever sends it, whether
/// the lease has run out or the learner was restarted since; nothing has to be remembered for that.
package struct LeaseSeals: Sendable {
  /// What a seal says of the result that it came with.
  enum Origin {
    case genuine
    /// It is of an incarnation before the run went back to an earlier checkpoint: what was made then is of no use.
    case forgotten
    /// This run gave no such lease to the worker.
    case forged
  }

  private let key: KeyedHash
  private let incarnation: UInt64
  private let firstTrusted: UInt64

  package init(secrets: LearnerSecrets, incarnation: UInt64) {
    key = secrets.leases
    firstTrusted = secrets.firstTrustedIncarnation
    self.incarnation = incarnation
  }

  package func seal(_ item: WorkItem, policyVersion: UInt32, for worker: Peer) -> LeaseSeal {
    LeaseSeal(incarnation: incarnation, code: key.code(of: message(item, policyVersion, worker, incarnation), length: LeaseSeal.codeBytes))
  }

  func origin(of result: WorkResult, from worker: Peer) -> Origin {
    let seal = result.seal
    guard seal.incarnation <= incarnation, seal.code.count == LeaseSeal.codeBytes else { return .forged }
    guard seal.incarnation >= firstTrusted else { return .forgotten }
    let message = message(result.item, result.policyVersion, worker, seal.incarnation)
    return key.confirms(seal.code, of: message) ? .genuine : .forged
  }

  private func message(_ item: WorkItem, _ policyVersion: UInt32, _ worker: Peer, _ incarnation: UInt64) -> [UInt8] {
    littleEndian(incarnation) + [item.kind.rawValue] + littleEndian(item.step) + littleEndian(item.slot) + littleEndian(policyVersion)
      + worker.identity
  }
}

/// What a learner knows and no worker is told.
public struct LearnerSecrets: Sendable {
  /// The key of the leases' seals, the same in all of a run's incarnations.
  let leases: KeyedHash

  /// The key of the draw of what is checked; another one in each incarnation.
  let audits: KeyedHash

  /// Leases of earlier incarnations are void, because the run went back to a checkpoint since.
  let firstTrustedIncarnation: UInt64

  /// Creates secrets of keys of 32 bytes.
  public init(leaseKey: [UInt8], auditKey: [UInt8], firstTrustedIncarnation: UInt64 = 1) {
    leases = KeyedHash(key: leaseKey)
    audits = KeyedHash(key: auditKey)
    self.firstTrustedIncarnation = firstTrustedIncarnation
  }
}

import EMPO
import Wire

/// What takes longer than it should, by how long groups and parts have taken so far.
extension Assignments {
  /// How often as old as a worker that hangs a lease may become.
  private static let hangsOfALease: Milliseconds = 3

  /// How long a worker may answer nothing; nil for ever.
  private var hangLimit: Milliseconds? {
    let known = partTimes.median == nil ? [groupTimes] : [groupTimes, partTimes]
    return known.compactMap { $0.threshold(factor: plan.hangFactor, least: plan.lease, otherwise: plan.lease) }.max()
  }

  /// The workers that have tasks, show that they live and yet have answered nothing for too long, in the order in which they came.
  func hung(now: Milliseconds) -> [(peer: Peer, record: WorkerRoster.Record)] {
    guard let limit = hangLimit else { return [] }
    return workers.peers.compactMap { peer in
      guard let record = workers[peer], !record.leases.isEmpty, !record.isHung else { return nil }
      // How long a part takes is not known before some have come: longer than a group, as a rule.
      let patience = record.parts > 0 && partTimes.median == nil ? Self.hangsOfALease * limit : limit
      return now - record.lastProgress > patience ? (peer, record) : nil
    }
  }

  /// The leases that are much older than any group takes. One whose slot somebody else has as well holds nobody up.
  func old(now: Milliseconds) -> Set<UInt64> {
    guard let limit = hangLimit else { return [] }
    let held = workers.peers.flatMap { workers[$0]?.leases ?? [] }
    return Set(
      held.filter { number in
        guard let lease = leases[number], now - lease.granted > Self.hangsOfALease * limit else { return false }
        guard
          lease.item.kind.checked != .gradient || partTimes.median != nil
            || now - lease.granted > Self.hangsOfALease * Self.hangsOfALease * limit
        else { return false }
        return lease.item.kind.isCheck || work.slots(of: lease.item)?.leases(of: lease.item.slot).count == 1
      })
  }
}

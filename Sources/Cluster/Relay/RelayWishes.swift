import Wire

/// The versions that workers wait for. Bounded, whatever workers ask for.
struct RelayWishes: Sendable {
  /// How many versions may be wanted at once, and by one worker, so that none keeps all others waiting.
  private static let maximum = (all: 8, byOne: 2)

  private struct Wish: Sendable {
    var workers: Set<Peer> = []
    let first: Milliseconds
    var last: Milliseconds
  }

  private var wishes: [UInt32: Wish] = [:]

  func contains(_ version: UInt32) -> Bool { wishes[version] != nil }

  /// The workers that wait for a version, always in the same order.
  func workers(waitingFor version: UInt32) -> [Peer] {
    (wishes[version]?.workers ?? []).sorted { $0.description < $1.description }
  }

  /// The version among those wanted that somebody has waited for longest.
  func eldest(where isWanted: (UInt32) -> Bool) -> UInt32? {
    wishes.filter { isWanted($0.key) }.min { ($0.value.first, $0.key) < ($1.value.first, $1.key) }?.key
  }

  /// Notes that a worker waits for a version. Any version: a worker may know of newer ones than this relay, which hears of none that was
  /// published before it listened, and what there isn't the learner says.
  mutating func add(_ version: UInt32, for peer: Peer, now: Milliseconds) {
    let others = wishes.filter { $0.key != version && $0.value.workers.contains(peer) }
    if others.count >= Self.maximum.byOne, let oldest = others.min(by: { ($0.value.last, $0.key) < ($1.value.last, $1.key) })?.key {
      wishes[oldest]?.workers.remove(peer)
      if wishes[oldest]?.workers.isEmpty == true { wishes[oldest] = nil }
    }
    guard wishes[version] != nil || wishes.count < Self.maximum.all else { return }
    var wish = wishes[version] ?? Wish(first: now, last: now)
    wish.workers.insert(peer)
    wish.last = now
    wishes[version] = wish
  }

  /// Something of a version came: who gets chunks asks for more when they are there.
  mutating func renew(_ version: UInt32, now: Milliseconds) { wishes[version]?.last = now }

  /// A worker is gone.
  mutating func remove(_ peer: Peer) {
    for version in wishes.keys { wishes[version]?.workers.remove(peer) }
    wishes = wishes.filter { !$0.value.workers.isEmpty }
  }

  /// A version cannot be had.
  mutating func remove(_ version: UInt32) { wishes[version] = nil }

  /// Forgets what was last asked for longer ago than a time, and what is there by now.
  mutating func settle(within time: Milliseconds, now: Milliseconds, isThere: (UInt32) -> Bool) {
    wishes = wishes.filter { now - $0.value.last <= time && !isThere($0.key) }
  }
}

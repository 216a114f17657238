import HeapModule

/// Keys by the time at which they are to be looked at. A deadline that moves later keeps its place until it comes up, and is then put
/// back by whoever looks: so heartbeats that extend thousands of leases cost nothing here. Adding and taking are O(log n).
struct Deadlines<Key: Sendable>: Sendable {
  private struct Entry: Comparable, Sendable {
    var time: Milliseconds
    var order: UInt64
    var key: Key

    static func < (left: Entry, right: Entry) -> Bool { (left.time, left.order) < (right.time, right.order) }
    static func == (left: Entry, right: Entry) -> Bool { left.order == right.order }
  }

  private var entries = Heap<Entry>()
  private var added: UInt64 = 0

  /// Adds a key; of equal times the one that was added first comes up first.
  mutating func add(_ key: Key, at time: Milliseconds) {
    entries.insert(Entry(time: time, order: added, key: key))
    added += 1
  }

  /// Takes the earliest key whose time has passed.
  mutating func takePassed(now: Milliseconds) -> Key? {
    guard let first = entries.min, first.time < now else { return nil }
    return entries.removeMin().key
  }
}

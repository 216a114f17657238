/// The merges of a byte-pair encoding: for a pair of tokens, the rank of its merge and the token that it makes.
///
/// A hash table with linear probing: the encoder asks for every pair of neighbours in a text.
struct MergeTable: Sendable {
  /// A merge: a lower rank goes first.
  struct Merge: Equatable {
    var rank: UInt32
    var token: Int32
  }

  private static let free = UInt64.max
  private var keys: [UInt64]
  private var merges: [Merge]
  private var count = 0
  private var shift: UInt64

  /// An empty table.
  init() {
    keys = [UInt64](repeating: Self.free, count: 1024)
    merges = [Merge](repeating: Merge(rank: 0, token: 0), count: 1024)
    shift = 64 - 10
  }

  /// Sets the merge of a pair; a pair that has one gets the new one.
  mutating func insert(_ left: Int32, _ right: Int32, rank: UInt32, token: Int32) {
    if 3 * (count + 1) > 2 * keys.count { grow() }
    let slot = slot(of: Self.key(left, right))
    if keys[slot] == Self.free { count += 1 }
    keys[slot] = Self.key(left, right)
    merges[slot] = Merge(rank: rank, token: token)
  }

  /// The merge of a pair, where it has one.
  @inline(__always)
  func merge(_ left: Int32, _ right: Int32) -> Merge? {
    let slot = slot(of: Self.key(left, right))
    return keys[slot] == Self.free ? nil : merges[slot]
  }

  private mutating func grow() {
    let old = zip(keys, merges)
    keys = [UInt64](repeating: Self.free, count: 2 * keys.count)
    merges = [Merge](repeating: Merge(rank: 0, token: 0), count: keys.count)
    shift -= 1
    for (key, merge) in old where key != Self.free {
      let slot = slot(of: key)
      keys[slot] = key
      merges[slot] = merge
    }
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private func slot(of key: UInt64) -> Int {
    let mask = keys.count - 1
    // Fibonacci hashing: the product's high bits depend on all bits of both tokens.
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    while keys[slot] != key, keys[slot] != Self.free { slot = (slot + 1) & mask }
    return slot
  }
}

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
  private var ranks: [UInt32]
  private var tokens: [Int32]

  /// Room for `capacity` merges.
  init(capacity: Int) {
    var count = 16
    while count < 2 * capacity { count *= 2 }
    keys = [UInt64](repeating: Self.free, count: count)
    ranks = [UInt32](repeating: 0, count: count)
    tokens = [Int32](repeating: 0, count: count)
  }

  /// Sets the merge of a pair; a pair that has one gets the new one.
  mutating func insert(_ left: Int32, _ right: Int32, rank: UInt32, token: Int32) {
    let slot = slot(of: Self.key(left, right))
    keys[slot] = Self.key(left, right)
    ranks[slot] = rank
    tokens[slot] = token
  }

  /// The merge of a pair, where it has one.
  func merge(_ left: Int32, _ right: Int32) -> Merge? {
    let slot = slot(of: Self.key(left, right))
    return keys[slot] == Self.free ? nil : Merge(rank: ranks[slot], token: tokens[slot])
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  private func slot(of key: UInt64) -> Int {
    let mask = keys.count - 1
    // Fibonacci hashing: the product's high bits depend on all bits of both tokens.
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while keys[slot] != key, keys[slot] != Self.free { slot = (slot + 1) & mask }
    return slot
  }
}

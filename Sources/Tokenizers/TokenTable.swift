/// The bytes of each token and the token of given bytes.
///
/// Tokens lie one after the other in one array. A hash table with linear probing over it gives the token of bytes, so that a piece of text
/// is looked up in its place, without a copy.
struct TokenTable: Sendable {
  /// Ids beyond this are refused: a table is indexed by them.
  static let idLimit: Int32 = 1 << 22

  private var storage: [UInt8] = []
  private var starts: [Int32] = []
  private var lengths: [Int32] = []
  /// Ids by hash, -1 where a slot is free; the count is a power of two and at most half of them are taken.
  private var slots: [Int32] = [Int32](repeating: -1, count: 1024)
  private var occupied = 0
  /// The ids of tokens that no text is encoded to, by their spelling, which has characters outside of the alphabet.
  private var unreachable: [String: Int32] = [:]
  /// Whether tokens are spelt as the text that they stand for, not in the alphabet of bytes.
  private let isPlain: Bool

  /// A table without tokens.
  init(isPlain: Bool = false) { self.isPlain = isPlain }

  /// The number of tokens.
  private(set) var count = 0

  /// The bytes of all tokens together.
  var size: Int { storage.count }

  /// One more than the highest id.
  var idBound: Int { starts.count }

  /// The token's bytes; nil when there is no such token.
  func bytes(of id: Int32) -> ArraySlice<UInt8>? {
    guard id >= 0, id < starts.count, lengths[Int(id)] >= 0 else { return nil }
    let start = Int(starts[Int(id)])
    return storage[start..<start + Int(lengths[Int(id)])]
  }

  /// The token of `bytes[range]`.
  func id(of bytes: [UInt8], _ range: Range<Int>) -> Int32? {
    let id = slots[slot(of: bytes, range)]
    return id < 0 ? nil : id
  }

  /// The token of `bytes`.
  func id(of bytes: [UInt8]) -> Int32? { id(of: bytes, bytes.indices) }

  /// The token with this spelling in the vocabulary.
  func id(ofSpelling spelling: String) -> Int32? {
    if isPlain { return id(of: Array(spelling.utf8)) }
    var bytes: [UInt8] = []
    if ByteAlphabet.read(Array(spelling.utf8)[...], into: &bytes) { return id(of: bytes) }
    return unreachable[spelling]
  }

  /// Sets a new token by its spelling, in UTF-8; returns whether the spelling is new.
  ///
  /// If all of its characters are in the alphabet, it stands for bytes. If not, the token can be decoded, but no text is encoded to it.
  mutating func insert(spelling: [UInt8], id: Int32) -> Bool {
    let start = storage.count
    if isPlain {
      storage.append(contentsOf: spelling)
    } else if !ByteAlphabet.read(spelling[...], into: &storage) {
      storage.removeLast(storage.count - start)
      storage.append(contentsOf: spelling)
      place(start, id)
      return unreachable.updateValue(id, forKey: String(decoding: spelling, as: UTF8.self)) == nil
    }
    place(start, id)
    if 2 * (occupied + 1) > slots.count { grow() }
    let slot = slot(of: storage, start..<storage.count)
    let isNew = slots[slot] < 0
    if isNew { occupied += 1 }
    slots[slot] = id
    return isNew
  }

  /// Sets the bytes of a new token that no text is encoded to.
  mutating func insert(unreachable bytes: [UInt8], id: Int32) {
    let start = storage.count
    storage.append(contentsOf: bytes)
    place(start, id)
  }

  /// The bytes that a token's text stands for.
  func bytes(ofSpelling spelling: String) -> [UInt8] {
    isPlain ? Array(spelling.utf8) : ByteAlphabet.decoded(Array(spelling.utf8))
  }

  private mutating func place(_ start: Int, _ id: Int32) {
    precondition(id >= 0 && id < Self.idLimit && bytes(of: id) == nil, "token id \(id)")
    while starts.count <= id {
      starts.append(0)
      lengths.append(-1)
    }
    starts[Int(id)] = Int32(start)
    lengths[Int(id)] = Int32(storage.count - start)
    count += 1
  }

  private mutating func grow() {
    let ids = slots.filter { $0 >= 0 }
    slots = [Int32](repeating: -1, count: 2 * slots.count)
    for id in ids {
      let start = Int(starts[Int(id)])
      slots[slot(of: storage, start..<start + Int(lengths[Int(id)]))] = id
    }
  }

  /// The slot of these bytes, or the free slot where they belong.
  private func slot(of bytes: [UInt8], _ range: Range<Int>) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: Self.hash(bytes, range)) & mask
    while slots[slot] >= 0, !isEqual(slots[slot], bytes, range) { slot = (slot + 1) & mask }
    return slot
  }

  private func isEqual(_ id: Int32, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    guard Int(lengths[Int(id)]) == range.count else { return false }
    let start = Int(starts[Int(id)])
    for offset in 0..<range.count where storage[start + offset] != bytes[range.lowerBound + offset] { return false }
    return true
  }

  /// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), its high bits folded into the low ones that pick the slot.
  @inline(__always)
  static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    return hash ^ hash >> 32
  }
}

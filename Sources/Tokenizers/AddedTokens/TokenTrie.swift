/// Contents of added tokens as a tree of bytes, for the longest of them that begins at a place.
struct TokenTrie: Sendable {
  /// The bytes that lead on from a node, its children, and the entry that ends there, -1 where none does.
  private var edges: [[(byte: UInt8, node: Int32)]] = [[]]
  private var ends: [Int32] = [-1]
  private var begins = ByteSet()

  /// Whether it is empty.
  private(set) var isEmpty = true

  /// Adds an entry; of several with one content, the first stays. Entries without content are never found.
  mutating func insert(_ content: [UInt8], entry: Int) {
    guard let first = content.first else { return }
    isEmpty = false
    begins.insert(first)
    var node = 0
    for byte in content {
      if let next = child(of: node, byte) {
        node = next
      } else {
        edges[node].append((byte, Int32(edges.count)))
        node = edges.count
        edges.append([])
        ends.append(-1)
      }
    }
    if ends[node] < 0 { ends[node] = Int32(entry) }
  }

  private func child(of node: Int, _ byte: UInt8) -> Int? {
    for edge in edges[node] where edge.byte == byte { return Int(edge.node) }
    return nil
  }

  /// The next place from `position` on where an entry may begin.
  @inline(__always)
  func candidate(_ bytes: [UInt8], from position: Int, to end: Int) -> Int {
    var position = position
    while position < end, !begins.contains(bytes[position]) { position += 1 }
    return position
  }

  /// The longest entry that begins at `start`, and where it ends.
  func longestMatch(_ bytes: [UInt8], from start: Int, to end: Int) -> (entry: Int, end: Int)? {
    var node = 0
    var position = start
    var longest: (entry: Int, end: Int)?
    while position < end, let next = child(of: node, bytes[position]) {
      node = next
      position += 1
      if ends[node] >= 0 { longest = (Int(ends[node]), position) }
    }
    return longest
  }
}

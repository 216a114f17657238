/// The merges that are possible in a piece of text, lowest rank first and, of equal ranks, leftmost first: a binary heap.
struct MergeQueue {
  private var heap: [UInt64] = []

  /// Forgets everything, keeps the storage.
  mutating func removeAll() { heap.removeAll(keepingCapacity: true) }

  /// Adds a merge. O(log n).
  mutating func push(rank: UInt32, position: Int32) {
    heap.append(UInt64(rank) << 32 | UInt64(UInt32(bitPattern: position)))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] < heap[parent] else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes the first merge out. O(log n).
  mutating func pop() -> (rank: UInt32, position: Int32)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    return (UInt32(truncatingIfNeeded: first >> 32), Int32(truncatingIfNeeded: first))
  }

  private mutating func sink() {
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < heap[parent] else { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}

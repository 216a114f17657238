/// The tokens of earlier pieces of a text: most words of a text are among a few thousand.
///
/// A slot holds one piece, and the next piece with the same hash replaces it. The storage is bounded; when it is full, the cache starts
/// anew.
struct PieceCache {
  private struct Entry {
    var start: Int32 = 0
    var length: Int32 = -1
    var firstID: Int32 = 0
    var idCount: Int32 = 0
  }

  private static let maximumPiece = 48
  private static let maximumStorage = 1 << 20

  private var entries: [Entry]
  private var bytes: [UInt8] = []
  private var ids: [Int32] = []

  /// For a text of this many bytes; a short one has too few words to profit from the cache.
  init(textSize: Int) {
    var count = 256
    while count < 1 << 14, count * 16 < textSize { count *= 2 }
    entries = textSize < 1024 ? [] : [Entry](repeating: Entry(), count: count)
  }

  /// The slot of a piece; nil for pieces that are not kept.
  @inline(__always)
  func slot(of text: [UInt8], _ range: Range<Int>) -> Int? {
    guard !entries.isEmpty, range.count <= Self.maximumPiece else { return nil }
    return Int(truncatingIfNeeded: TokenTable.hash(text, range)) & (entries.count - 1)
  }

  /// Appends the tokens of a piece; false where the slot does not hold it.
  @inline(__always)
  func append(_ text: [UInt8], _ range: Range<Int>, slot: Int, to result: inout [Int32]) -> Bool {
    let entry = entries[slot]
    guard Int(entry.length) == range.count else { return false }
    let start = Int(entry.start)
    for offset in 0..<range.count where bytes[start + offset] != text[range.lowerBound + offset] { return false }
    for index in Int(entry.firstID)..<Int(entry.firstID + entry.idCount) { result.append(ids[index]) }
    return true
  }

  /// Keeps the tokens of a piece.
  mutating func keep(_ text: [UInt8], _ range: Range<Int>, slot: Int, _ tokens: ArraySlice<Int32>) {
    if bytes.count + range.count > Self.maximumStorage || ids.count + tokens.count > Self.maximumStorage {
      bytes.removeAll(keepingCapacity: true)
      ids.removeAll(keepingCapacity: true)
      for index in entries.indices { entries[index].length = -1 }
    }
    entries[slot] = Entry(
      start: Int32(bytes.count), length: Int32(range.count), firstID: Int32(ids.count), idCount: Int32(tokens.count))
    bytes.append(contentsOf: text[range])
    ids.append(contentsOf: tokens)
  }
}

/// The latest values that were asked for, within a bound on memory.
///
/// There are two generations: when the younger is full, it becomes the older one, and the former older one is forgotten. A value that is
/// found in the older one is moved to the younger. So every value that was used within the last half of the room is there, at O(1) a
/// look-up.
package struct GenerationalCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private typealias Entry = (value: Value, bytes: Int)

  private let bytesPerGeneration: Int
  private var younger: [Key: Entry] = [:]
  private var older: [Key: Entry] = [:]
  private var youngerBytes = 0

  /// A cache of at most so many bytes.
  package init(bytes: Int) {
    bytesPerGeneration = bytes / 2
  }

  /// The value, if it is remembered.
  package subscript(key: Key) -> Value? {
    mutating get {
      if let known = younger[key] { return known.value }
      guard let known = older[key] else { return nil }
      insert(known.value, for: key, bytes: known.bytes)
      return known.value
    }
  }

  /// Remembers a value, unless it is too large for the cache.
  ///
  /// - Parameter bytes: The size of key and value, beside the table's own share.
  package mutating func insert(_ value: Value, for key: Key, bytes: Int) {
    let cost = bytes + Self.tableBytes
    guard cost <= bytesPerGeneration else { return }
    if youngerBytes + cost > bytesPerGeneration {
      older = younger
      younger = [:]
      youngerBytes = 0
    }
    if younger.updateValue((value, bytes), forKey: key) == nil { youngerBytes += cost }
  }

  /// The approximate size of an entry in the table.
  private static var tableBytes: Int { 128 }
}

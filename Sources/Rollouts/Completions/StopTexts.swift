/// Looks for stop texts in a text that comes in pieces, and holds back a possible beginning of one.
///
/// Works on UTF-8: a text is found as it is spelt, across any cuts between the pieces. Each byte is looked at once for each of the
/// stop texts.
struct StopTexts {
  private let stops: [StopText]

  /// How much of each stop text the text ends with.
  private var matched: [Int]

  private var held: [UInt8] = []

  /// Whether one was found; the text ends before it.
  private(set) var isFound = false

  /// Looks for texts, none of them empty.
  init(_ texts: [String]) {
    stops = texts.map { StopText($0) }
    matched = Array(repeating: 0, count: stops.count)
  }

  /// Takes the next piece; returns the text that is certain not to belong to a stop text.
  mutating func append(_ piece: String) -> String {
    if isFound { return "" }
    if stops.isEmpty { return piece }
    // If a piece completes several, the one that begins first counts.
    var start: Int?
    for byte in piece.utf8 {
      held.append(byte)
      for (index, stop) in stops.enumerated() {
        matched[index] = stop.matched(after: matched[index], byte)
        if matched[index] == stop.count { start = min(start ?? .max, held.count - stop.count) }
      }
    }
    if let start {
      isFound = true
      held.removeSubrange(start...)
      return flush()
    }
    let certain = held.count - (matched.max() ?? 0)
    defer { held.removeSubrange(..<certain) }
    return String(decoding: held[..<certain], as: UTF8.self)
  }

  /// The text that is still held back, at the end.
  mutating func flush() -> String {
    defer { held = [] }
    return String(decoding: held, as: UTF8.self)
  }
}

/// One stop text, found as Knuth, Morris and Pratt do: the length of the matched part is all that must be kept of the text before.
private struct StopText {
  private let bytes: [UInt8]

  /// For the first n + 1 bytes, the length of the longest part that they both begin and end with, short of themselves.
  private var borders: [Int] = [0]

  init(_ text: String) {
    bytes = Array(text.utf8)
    precondition(!bytes.isEmpty)
    for byte in bytes.dropFirst() { borders.append(matched(after: borders[borders.count - 1], byte)) }
  }

  var count: Int { bytes.count }

  /// How many of the first bytes a text ends with, if it ended with so many before this byte.
  func matched(after count: Int, _ byte: UInt8) -> Int {
    var count = count
    while count > 0, count == bytes.count || bytes[count] != byte { count = borders[count - 1] }
    return bytes[count] == byte ? count + 1 : 0
  }
}

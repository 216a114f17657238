/// Looks for stop texts in a text that comes in pieces, and holds back what may become one.
///
/// Works on UTF-8: a text is found as it is spelt, across any cuts between the pieces.
struct StopTexts {
  private let stops: [[UInt8]]
  private var held: [UInt8] = []

  /// Whether one was found; the text before it is all there is.
  private(set) var isFound = false

  /// Looks for texts, none of them empty.
  init(_ texts: [String]) {
    stops = texts.map { Array($0.utf8) }
    precondition(stops.allSatisfy { !$0.isEmpty })
  }

  /// Takes the next piece; returns the text that is certain not to belong to a stop text.
  mutating func append(_ piece: String) -> String {
    if isFound { return "" }
    if stops.isEmpty { return piece }
    held.append(contentsOf: piece.utf8)
    for start in held.indices where stops.contains(where: { held[start...].starts(with: $0) }) {
      isFound = true
      held.removeSubrange(start...)
      return flush()
    }
    let first = held.indices.first { start in stops.contains { $0.starts(with: held[start...]) } } ?? held.count
    defer { held.removeSubrange(..<first) }
    return String(decoding: held[..<first], as: UTF8.self)
  }

  /// The text that is still held back, at the end.
  mutating func flush() -> String {
    defer { held = [] }
    return String(decoding: held, as: UTF8.self)
  }
}

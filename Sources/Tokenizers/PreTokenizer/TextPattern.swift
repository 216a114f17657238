/// The pattern that a step looks for in a text.
enum TextPattern: Sendable {
  case expression(Expression)
  /// Each character of a set.
  case set(ScalarTables)

  /// Whether a match may be empty.
  var isNullable: Bool { if case .expression(let expression) = self { expression.isNullable } else { false } }

  /// Calls `body` with each match from left to right.
  @inline(__always)
  func forEachMatch(_ bytes: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
    var workspace = Expression.Workspace(textSize: range.count)
    forEachMatch(bytes, range, &workspace, body)
  }

  /// The same, for one piece of a text that shares the workspace.
  @inline(__always)
  func forEachMatch(_ bytes: [UInt8], _ range: Range<Int>, _ workspace: inout Expression.Workspace, _ body: (Range<Int>) -> Void) {
    switch self {
    case .expression(let expression): expression.forEachMatch(bytes, range, &workspace, body)
    case .set(let set):
      var position = range.lowerBound
      while position < range.upperBound {
        let length = UTF8Scalars.length(bytes[position])
        if set.length(0, bytes, at: position) > 0 { body(position..<position + length) }
        position += length
      }
    }
  }
}

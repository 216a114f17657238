/// Reads records of fields with a separator between them: CSV as RFC 4180 has it, and tab-separated values in the same manner.
///
/// A field in quotes may hold separators, line ends and, doubled, quotes. Line ends are LF, CRLF or CR. Empty lines are passed over. A quote inside a
/// field that doesn't begin with one is an ordinary character.
struct SeparatedValues {
  /// A record and the line that it begins in.
  struct Record {
    var fields: [[UInt8]]
    var line: Int
  }

  private let bytes: ArraySlice<UInt8>
  private let separator: UInt8
  private let limit: Int
  private var position: Int
  private var line = 1

  /// Reads `bytes`; a record must be at most `limit` bytes long.
  init(_ bytes: ArraySlice<UInt8>, separator: UInt8, limit: Int) {
    self.bytes = bytes
    self.separator = separator
    self.limit = limit
    position = bytes.startIndex
  }

  /// The line that is being read.
  var currentLine: Int { line }

  /// The next record; nil at the end.
  mutating func next() throws(QuestionProblem) -> Record? {
    while takeLineEnd() {}
    guard position < bytes.endIndex else { return nil }
    var record = Record(fields: [], line: line)
    let start = position
    while true {
      let (field, wasQuoted) = try readField(start: start)
      record.fields.append(field)
      if position < bytes.endIndex, bytes[position] == separator {
        position += 1
        continue
      }
      guard position == bytes.endIndex || takeLineEnd() else {
        precondition(wasQuoted, "a field without quotes ends at a separator or a line end")
        throw QuestionProblem("found text after a closing quote, expected a separator or the line's end; a quote in quotes is doubled")
      }
      return record
    }
  }

  private mutating func readField(start: Int) throws(QuestionProblem) -> (field: [UInt8], wasQuoted: Bool) {
    if position < bytes.endIndex, bytes[position] == UInt8(ascii: "\"") { return (try readQuoted(start: start), true) }
    let from = position
    while position < bytes.endIndex, bytes[position] != separator, !SeparatedValues.isLineEnd(bytes[position]) { position += 1 }
    try check(start: start)
    return (Array(bytes[from..<position]), false)
  }

  private mutating func readQuoted(start: Int) throws(QuestionProblem) -> [UInt8] {
    let opening = line
    var field: [UInt8] = []
    position += 1
    while position < bytes.endIndex {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        guard position < bytes.endIndex, bytes[position] == UInt8(ascii: "\"") else { return field }
      } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") && !isFollowedByLineFeed {
        line += 1
      }
      guard position - start < limit else {
        throw QuestionProblem("found more than \(limit) bytes after the quote that opens in line \(opening), expected a closing quote")
      }
      field.append(byte)
      position += 1
    }
    throw QuestionProblem("found no closing quote for the one that opens in line \(opening)")
  }

  private func check(start: Int) throws(QuestionProblem) {
    guard position - start <= limit else {
      throw QuestionProblem("found a record of more than \(limit) bytes, expected at most that")
    }
  }

  private var isFollowedByLineFeed: Bool {
    position + 1 < bytes.endIndex && bytes[position + 1] == UInt8(ascii: "\n")
  }

  private mutating func takeLineEnd() -> Bool {
    guard position < bytes.endIndex, SeparatedValues.isLineEnd(bytes[position]) else { return false }
    position += bytes[position] == UInt8(ascii: "\r") && isFollowedByLineFeed ? 2 : 1
    line += 1
    return true
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }
}

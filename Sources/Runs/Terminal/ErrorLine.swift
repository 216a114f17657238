import Foundation

/// How every command tells what went wrong: one line, `empo: error: …`, on the standard error.
package enum ErrorLine {
  /// What the line begins with.
  package static let prefix = "empo: error: "

  /// Writes the line; breaks in the message become spaces. Where the standard error cannot be written, as a log on a full disk, the line goes
  /// to the standard output.
  package static func write(_ message: String) {
    let line = prefix + oneLine(message)
    if !Console.error.deliver(line: line) { Console.output.line(line) }
  }

  /// The message of the last such line of a log, if the log ends with one.
  ///
  /// - Parameter beginning: Bytes at the log's beginning that do not count.
  package static func last(inLog path: String, after beginning: UInt64 = 0) -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    let end = (try? file.seekToEnd()) ?? 0
    try? file.seek(toOffset: max(end > 4096 ? end - 4096 : 0, min(beginning, end)))
    guard let tail = try? file.readToEnd() else { return nil }
    guard let line = String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline).last, line.hasPrefix(prefix) else {
      return nil
    }
    return String(line.dropFirst(prefix.count))
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }.joined(separator: " ")
  }
}

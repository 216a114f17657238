import Foundation

/// How every command tells what went wrong: one line, `empo: error: …`, on the standard error.
package enum ErrorLine {
  /// What the line begins with.
  package static let prefix = "empo: error: "

  /// Writes the line; breaks in the message become spaces.
  package static func write(_ message: String) {
    Console.error.line(prefix + oneLine(message))
  }

  /// The message of the last such line of a log, if the log ends with one.
  package static func last(inLog path: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    let end = (try? file.seekToEnd()) ?? 0
    try? file.seek(toOffset: end > 4096 ? end - 4096 : 0)
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

/// Plain text laid out in columns of a terminal; a character counts as one column.
package enum TextColumns {
  package static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  package static func rightAligned(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// Breaks a text into lines of at most `width` characters, between words where it can. Line ends in the text stay.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    precondition(width > 0, "a line holds at least one character")
    return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph -> [String] in
      var lines: [String] = []
      var line = ""
      for word in paragraph.split(separator: " ") {
        var word = word
        if !line.isEmpty, line.count + 1 + word.count <= width {
          line += " " + word
          continue
        }
        if !line.isEmpty { lines.append(line) }
        while word.count > width {
          lines.append(String(word.prefix(width)))
          word = word.dropFirst(width)
        }
        line = String(word)
      }
      return lines + [line]
    }
  }

  /// A model's text made safe to print: characters that a terminal might obey instead of showing become U+FFFD; tabs become spaces, and
  /// carriage returns become line ends.
  static func printable(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
      switch scalar {
      case "\n", "\r": scalars.append("\n")
      case "\t": scalars.append(" ")
      default:
        let category = scalar.properties.generalCategory
        scalars.append(category == .control || category == .format ? "\u{FFFD}" : scalar)
      }
    }
    return String(scalars)
  }
}

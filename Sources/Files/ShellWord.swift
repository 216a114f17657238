/// Texts as words of a POSIX shell.
package enum ShellWord {
  /// A word that a shell reads as the text.
  package static func quoted(_ text: String) -> String {
    let plain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._/+:@%,=".contains($0)) }
    return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }
}

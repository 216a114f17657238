import Foundation

/// A failure to open, parse, understand or write a file, for every room that does so.
public struct FileError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure, for code that reacts to it.
  public enum Code: Sendable, Hashable {
    /// The file could not be opened, read or written.
    case unreadable
    /// The file could not be written, because its disk is full.
    case noSpace
    /// The file's bytes break its format's rules.
    case malformed
    /// The file is well formed, and asks for something that is not supported here.
    case unsupported
    /// The file is well formed, and lacks something that is needed.
    case missing
  }

  /// The kind of failure.
  public let code: Code

  /// One line for the user: the file, the field or tensor, what was found and what was expected.
  public let message: String

  /// The error below this one, where there is one.
  public let cause: (any Error)?

  /// Creates an error. A message that quotes a file's content stays one line: control characters are escaped, and the text is cut off after
  /// a thousand characters.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = Self.oneLine(message)
    self.cause = cause
  }

  private static func oneLine(_ message: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in message.unicodeScalars.prefix(1000) {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: line.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
      default: line.append(scalar)
      }
    }
    return String(line)
  }

  /// The message.
  public var description: String { message }
}

extension [String] {
  /// The first dozen, and how many more there are: a wrong file may have hundreds of faults, and the first few explain it.
  package func listed(_ shown: Int = 12) -> String {
    let text = prefix(shown).map { String($0.prefix(200)) }.joined(separator: ", ")
    return count > shown ? text + " and \(count - shown) more" : text
  }
}

/// The operating system's words for an error number.
package func systemMessage(_ number: Int32) -> String {
  guard let text = unsafe strerror(number) else { return "error \(number)" }
  return unsafe String(cString: text)
}

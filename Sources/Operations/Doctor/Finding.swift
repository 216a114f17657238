import Foundation

/// The result of one check before a run.
package struct Finding: Equatable, Sendable {
  /// How bad it is.
  package enum Grade: String, Sendable {
    /// As it should be.
    case ok
    /// A run works, but perhaps not as intended.
    case warning
    /// A run does not work.
    case problem
  }

  /// How bad it is.
  package var grade: Grade
  /// The subject of the check, in a word.
  package var subject: String
  /// What was found.
  package var text: String
  /// What to do about it.
  package var advice: String?

  /// All is well.
  package static func ok(_ subject: String, _ text: String) -> Finding {
    Finding(grade: .ok, subject: subject, text: text)
  }

  /// Worth a look.
  package static func warning(_ subject: String, _ text: String, do advice: String) -> Finding {
    Finding(grade: .warning, subject: subject, text: text, advice: advice)
  }

  /// In the way of a run.
  package static func problem(_ subject: String, _ text: String, do advice: String) -> Finding {
    Finding(grade: .problem, subject: subject, text: text, advice: advice)
  }

  /// The line that a user reads.
  package var line: String {
    let columns = [(grade.rawValue, 9), (subject, 13)].map { $0.padding(toLength: max($1, $0.count + 1), withPad: " ", startingAt: 0) }
    return columns.joined() + text + (advice.map { "; \($0)" } ?? "")
  }
}

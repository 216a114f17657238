package import JSON
import Meaning

/// How the labels of questions are read, and what for.
public struct LabelReading: Sendable, Equatable {
  /// Who needs the labels.
  public enum Need: Sendable, Equatable {
    /// Nobody: they are passed over.
    case nobody
    /// Somebody, where they are.
    case anybody
    /// What this names, such as `held_out`: a question without an answer is an error.
    case everyQuestion(String)
  }

  /// Who needs the labels.
  public var need: Need

  /// Whether a label is read as a whole response is; if not, its answer is found as in a response.
  public var takesWholeLabel: Bool

  /// Creates a reading.
  public init(need: Need = .anybody, takesWholeLabel: Bool = false) {
    self.need = need
    self.takesWholeLabel = takesWholeLabel
  }

  /// The answer of one label; empty where it gives none.
  package func answer(in label: String) -> String {
    takesWholeLabel ? wholeAnswer(from: label) : labelledAnswer(in: label)
  }

  /// The accepted answers of a label: a text, a number, or a list of these. No answers where it, or one of the list, is empty; nil where it
  /// is another kind of value.
  package func answers(in label: JSONValue) -> [String]? {
    var answers: [String] = []
    let parts = if case .array(let values) = label { values } else { [label] }
    for part in parts {
      switch part {
      case .string(let text): answers.append(answer(in: text))
      case .integer(let number): answers.append("\(number)")
      case .number(let number): answers.append(QuestionRecord.plainNumber("\(number)"))
      case .null, .boolean, .array, .object: return nil
      }
    }
    return answers.contains("") ? [] : answers
  }
}

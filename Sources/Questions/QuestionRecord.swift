import Foundation
import JSON

/// The values of a record under the wanted keys, in any format of questions file.
struct QuestionRecord {
  enum Field: Equatable {
    case null
    case text(String)
    /// A number as it is written.
    case number(String)
    case list([JSONValue])
    case object(JSONObject)
    /// Anything else, by its kind.
    case other(String)

    var isNull: Bool { self == .null }

    /// What it is where it can be no label, in words fit for a message; nil where it can, and for null.
    var kind: String? {
      switch self {
      case .null, .text, .number, .list: nil
      case .object, .other: told
      }
    }

    /// What it is, in words fit for a message.
    var told: String {
      switch self {
      case .null: "null"
      case .text, .number: "a text"
      case .list: "a list"
      case .object: "an object"
      case .other(let kind): kind
      }
    }
  }

  /// By key.
  var fields: [String: Field] = [:]

  /// The outermost keys, the first few of them, for messages.
  var names: [String] = []

  /// Whether messages call the names columns.
  var isTabular = false

  private static let toldNameCount = 8

  mutating func tell(_ name: String) {
    if names.count < QuestionRecord.toldNameCount { names.append(name) }
  }

  /// The existing keys, for messages.
  var toldNames: String {
    let found = names.map { "\"\(QuestionRecord.excerpt($0))\"" }.sorted().joined(separator: ", ")
    if isTabular { return "the columns \(found)" }
    return found.isEmpty ? "an empty object" : "the keys \(found)"
  }

  /// The record's question; where it has options, with what its label's answers mean among them.
  func question(
    _ keys: ResolvedKeys, number: Int, labels: LabelReading, limits: QuestionSet.Limits
  ) throws(QuestionProblem) -> (question: Question, meant: OptionAnswers?) {
    guard let field = fields[keys.question] else {
      let reason = keys.isQuestionChosen ? "question_key" : "the first record's; question_key names another"
      throw QuestionProblem("found \(toldNames), expected the key \"\(keys.question)\" (\(reason))")
    }
    var question: Question
    switch field {
    case .text(let text):
      question = Question(id: "", text: text)
    case .list(let values):
      question = try PromptMessages(values, key: keys.question).question
    default:
      throw QuestionProblem(
        "found a value that is not text under \"\(keys.question)\", expected the question's text, or a list of messages")
    }
    guard question.text.contains(where: { !$0.isWhitespace }) else {
      throw QuestionProblem("found an empty text under \"\(keys.question)\", expected the question's text")
    }
    let choices = try choices(keys)
    if let choices {
      question.text = choices.question(question.text)
      question.optionCount = choices.texts.count
    }
    question.id = identifier ?? "\(number)"
    guard question.id.utf8.count <= limits.identifierBytes else {
      throw QuestionProblem("found an id of \(question.id.utf8.count) bytes, expected at most \(limits.identifierBytes)")
    }
    let meant: OptionAnswers?
    (question.answers, meant) = try answers(keys, labels, choices: choices, question: question.id)
    guard question.answers.count <= limits.answers else {
      throw QuestionProblem("found \(question.answers.count) accepted answers, expected at most \(limits.answers)")
    }
    return (question, meant)
  }

  /// The options beside a question; a conversation has its own in its text.
  func choices(besideQuestion question: String, answer: String?) throws(QuestionProblem) -> QuestionChoices? {
    if case .list? = fields[question] { return nil }
    return try QuestionChoices(self, besides: Set([question] + (answer.map { [$0] } ?? [])))
  }

  /// The options, which must be where the first record has them, and absent where it has none.
  private func choices(_ keys: ResolvedKeys) throws(QuestionProblem) -> QuestionChoices? {
    let choices = try choices(besideQuestion: keys.question, answer: keys.isAnswerChosen ? keys.answer : nil)
    if let key = keys.options, choices?.key != key {
      let found = if case .list? = fields[keys.question] { "a conversation, expected" } else { "no" }
      throw QuestionProblem("found \(found) options under \"\(key)\", as the first record has: put such questions into a file of their own")
    }
    if keys.options == nil, let key = choices?.key {
      throw QuestionProblem("found options under \"\(key)\", which the first record lacks: put such questions into a file of their own")
    }
    return choices
  }

  private var identifier: String? {
    switch fields[QuestionKeys.identifier] {
    case .text(let text): text.isEmpty ? nil : text
    case .number(let number): number
    default: nil
    }
  }

  /// The start of a text, fit for a message.
  static func excerpt(_ text: String) -> String {
    let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
    let start = line.prefix(60).map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 } ? "�" : String($0) }.joined()
    return line.count > 60 ? start + "…" : start
  }
}

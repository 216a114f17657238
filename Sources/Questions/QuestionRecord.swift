import Foundation
import JSON
import Meaning

/// The values of a record under the wanted keys, in any format of questions file.
struct QuestionRecord {
  enum Field: Equatable {
    case null
    case text(String)
    /// A number as it is written.
    case number(String)
    case list([JSONValue])
    /// Anything else, by its kind.
    case other(String)

    var isNull: Bool { self == .null }
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

  /// The record's question.
  func question(_ keys: ResolvedKeys, number: Int, limits: QuestionSet.Limits) throws(QuestionProblem) -> Question {
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
    question.id = identifier ?? "\(number)"
    guard question.id.utf8.count <= limits.identifierBytes else {
      throw QuestionProblem("found an id of \(question.id.utf8.count) bytes, expected at most \(limits.identifierBytes)")
    }
    question.answer = try answer(keys)
    return question
  }

  /// The answer under a key, where the value can be one.
  func answer(under key: String) -> String? {
    switch fields[key] {
    case .number(let number): return number
    case .text(let text):
      let answer = QuestionRecord.bareAnswer(text)
      if key == "solution" { return answer == text ? nil : answer }
      return answer
    default: return nil
    }
  }

  private func answer(_ keys: ResolvedKeys) throws(QuestionProblem) -> String? {
    guard let key = keys.answer, let field = fields[key], !field.isNull else { return nil }
    if keys.isAnswerChosen, case .text(let text) = field { return QuestionRecord.bareAnswer(text) }
    if let answer = answer(under: key) { return answer }
    guard keys.isAnswerChosen else { return nil }
    throw QuestionProblem("found a value that is neither text nor a number under \"\(key)\", expected the answer's text")
  }

  private var identifier: String? {
    switch fields[QuestionKeys.identifier] {
    case .text(let text): text.isEmpty ? nil : text
    case .number(let number): number
    default: nil
    }
  }

  /// Data sets such as GSM8K and MATH give the answer at the end of a worked solution; the judge compares bare answers.
  private static func bareAnswer(_ text: String) -> String {
    guard text.contains("####") || text.contains("\\boxed") || text.contains(where: \.isNewline) else { return text }
    let extracted = extractAnswer(from: text).text
    return extracted.isEmpty ? text : extracted
  }

  /// The start of a text, fit for a message.
  static func excerpt(_ text: String) -> String {
    let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
    let start = line.prefix(60).map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 } ? "�" : String($0) }.joined()
    return line.count > 60 ? start + "…" : start
  }
}

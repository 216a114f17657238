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

    /// What it is, in words fit for a message.
    var told: String {
      switch self {
      case .null: "null"
      case .text, .number: "a text"
      case .list: "a list"
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

  /// The record's question.
  func question(
    _ keys: ResolvedKeys, number: Int, labels: LabelReading, limits: QuestionSet.Limits
  ) throws(QuestionProblem) -> Question {
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
    var choices: QuestionChoices?
    if keys.options != nil, question.messages.isEmpty {
      choices = try QuestionChoices(self, besides: keys.isAnswerChosen ? keys.answer : nil)
    }
    if let choices {
      question.text = choices.question(question.text)
      question.optionCount = choices.texts.count
    }
    question.id = identifier ?? "\(number)"
    guard question.id.utf8.count <= limits.identifierBytes else {
      throw QuestionProblem("found an id of \(question.id.utf8.count) bytes, expected at most \(limits.identifierBytes)")
    }
    question.answers = try answers(keys, labels, choices: choices, question: question.id)
    guard question.answers.count <= limits.answers else {
      throw QuestionProblem("found \(question.answers.count) accepted answers, expected at most \(limits.answers)")
    }
    return question
  }

  /// Whether the value under a key can be an answer. A `solution` can where it states one, or a part of a list of solutions does.
  func hasAnswer(under key: String) -> Bool {
    guard let label = label(under: key), let answers = LabelReading().answers(in: label) else { return false }
    if key == "answer_index" { return (try? QuestionChoices(self, besides: nil)) != nil }
    guard key == "solution" else { return true }
    return switch label {
    case .string(let text): extractAnswer(from: text).rule != .none
    case .array: !answers.isEmpty
    default: false
    }
  }

  /// The value under a key as JSON; nil for a kind of value that is no label.
  func label(under key: String) -> JSONValue? {
    switch fields[key] {
    case .text(let text): isTabular ? QuestionRecord.list(in: text) ?? .string(text) : .string(text)
    case .number(let number): .string(number)
    case .list(let values): .array(values)
    case .null, .other, nil: nil
    }
  }

  /// A list of texts that a table's field holds as JSON. Not one of numbers, which is an interval or a vector.
  static func list(in text: String) -> JSONValue? {
    guard text.hasPrefix("["), case .array(let values)? = try? JSONReader.value(of: Array(text.utf8), source: "") else { return nil }
    return values.allSatisfy { if case .string = $0 { true } else { false } } ? .array(values) : nil
  }

  private func answers(
    _ keys: ResolvedKeys, _ labels: LabelReading, choices: QuestionChoices?, question: String
  ) throws(QuestionProblem) -> [String] {
    guard labels.need != .nobody else { return [] }
    var answers = try answersIfAny(keys, labels)
    if let choices {
      let marked = choices.markedAnswers
      answers = marked == nil ? try letters(of: answers, keys, among: choices, question: question) : marked
    }
    if case .everyQuestion(let purpose) = labels.need, answers?.isEmpty != false {
      let place = keys.answer.map { " under \"\($0)\"" } ?? ""
      var found = answers == nil ? "no answer" : "an empty answer"
      if case .other(let kind)? = keys.answer.flatMap({ fields[$0] }) { found = "\(kind), which is no answer," }
      throw QuestionProblem(
        "question \(question) has \(found)\(place), but \(purpose) needs the answer of every question"
          + (keys.isAnswerChosen ? "" : "; answer_key names another key"))
    }
    return answers ?? []
  }

  /// The letters of the options that a label means.
  private func letters(
    of answers: [String]?, _ keys: ResolvedKeys, among choices: QuestionChoices, question: String
  ) throws(QuestionProblem) -> [String]? {
    guard let answers, let key = keys.answer else { return answers }
    let isNumber = if case .number = fields[key] { true } else { false }
    var letters: [String] = []
    for answer in answers {
      guard let letter = choices.letter(of: answer, isNumber: isNumber) else {
        throw QuestionProblem(
          "question \(question) has the answer \"\(QuestionRecord.excerpt(answer))\" under \"\(key)\", which is none of its "
            + "\(choices.texts.count) options: expected a letter, an option's text, or its place from 0")
      }
      letters.append(letter)
    }
    return letters
  }

  /// The accepted answers: none where the label is empty, nil where there is no label.
  private func answersIfAny(_ keys: ResolvedKeys, _ labels: LabelReading) throws(QuestionProblem) -> [String]? {
    guard let key = keys.answer, let field = fields[key], !field.isNull else { return nil }
    if let label = label(under: key), let answers = labels.answers(in: label) { return answers }
    guard keys.isAnswerChosen else { return nil }
    throw QuestionProblem(
      "found \(field.told), which is neither text nor a number under \"\(key)\", expected the answer's text, or a list of accepted ones")
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

import JSON
import Meaning

extension QuestionRecord {
  /// Whether the value under a key can be an answer. A `solution` can where it states one, or every part of a list of solutions does.
  func hasAnswer(under key: String, besideOptions: Bool) -> Bool {
    guard let label = label(under: key), LabelReading().answers(in: label) != nil else { return false }
    switch key {
    case "answer_index": return besideOptions
    case "solution":
      let parts = if case .array(let values) = label { values } else { [label] }
      return !parts.isEmpty
        && parts.allSatisfy { if case .string(let text) = $0 { extractAnswer(from: text).rule != .none } else { false } }
    default: return true
    }
  }

  /// The value under a key as JSON; nil for a kind of value that is no label.
  func label(under key: String) -> JSONValue? {
    switch fields[key] {
    case .text(let text): isTabular ? QuestionRecord.list(in: text) ?? .string(text) : .string(text)
    case .number(let number): .string(number)
    case .list(let values): .array(values)
    case .null, .object, .other, nil: nil
    }
  }

  /// A list of texts that a table's field holds as JSON. Not one of numbers, which is an interval or a vector.
  static func list(in text: String) -> JSONValue? {
    guard text.hasPrefix("["), case .array(let values)? = try? JSONReader.value(of: Array(text.utf8), source: "") else { return nil }
    return values.allSatisfy { if case .string = $0 { true } else { false } } ? .array(values) : nil
  }

  /// The accepted answers, letters where there are options, and what the label's answers mean among these.
  func answers(
    _ keys: ResolvedKeys, _ labels: LabelReading, choices: QuestionChoices?, question: String
  ) throws(QuestionProblem) -> ([String], OptionAnswers?) {
    guard labels.need != .nobody else { return ([], nil) }
    var answers = try answersIfAny(keys, labels)
    var meant: OptionAnswers?
    if let marked = choices?.markedAnswers {
      answers = marked
    } else if let choices, let given = answers, let key = keys.answer {
      meant = try options(given, under: key, among: choices, question: question)
      answers = meant?.letters ?? []
    }
    if case .everyQuestion(let purpose) = labels.need, answers?.isEmpty != false {
      let place = keys.answer.map { " under \"\($0)\"" } ?? ""
      var found = answers == nil ? "no answer" : "an empty answer"
      if let kind = keys.answer.flatMap({ fields[$0]?.kind }) { found = "\(kind), which is no answer," }
      throw QuestionProblem(
        "question \(question) has \(found)\(place), but \(purpose) needs the answer of every question"
          + (keys.isAnswerChosen ? "" : "; answer_key names another key"))
    }
    return (answers ?? [], meant)
  }

  /// The options that a label's answers mean; nil where it gives none.
  private func options(
    _ answers: [String], under key: String, among choices: QuestionChoices, question: String
  ) throws(QuestionProblem) -> OptionAnswers? {
    var meant: OptionAnswers?
    for (index, answer) in answers.enumerated() {
      guard let option = choices.answer(answer, isNumber: isNumber(index, under: key)) else {
        throw QuestionProblem(
          "question \(question) has the answer \"\(QuestionRecord.excerpt(answer))\" under \"\(key)\", which is none of its "
            + "\(choices.texts.count) options: expected an option's letter or name, its text, or its place from 0")
      }
      if meant == nil { meant = option } else { meant?.join(option) }
    }
    return meant
  }

  /// Whether a label, or the part of its list at an index, is a JSON number.
  private func isNumber(_ index: Int, under key: String) -> Bool {
    switch fields[key] {
    case .number: true
    case .list(let values): if case .integer = values[index] { true } else { false }
    default: false
    }
  }

  /// The accepted answers: none where the label is empty, nil where there is no label.
  private func answersIfAny(_ keys: ResolvedKeys, _ labels: LabelReading) throws(QuestionProblem) -> [String]? {
    guard let key = keys.answer, let field = fields[key], !field.isNull else { return nil }
    if let label = label(under: key), let answers = labels.answers(in: label) { return answers }
    guard keys.isAnswerChosen else { return nil }
    throw QuestionProblem(
      "found \(field.told), which is neither text nor a number under \"\(key)\", expected the answer's text, or a list of accepted ones")
  }
}

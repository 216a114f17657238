import Files
import Foundation
import JSON

extension QuestionChoices {
  private static let lists = ["options", "choices", flat, marked]
  private static let (flat, flatNames) = ("choices.text", "choices.label")
  private static let (marked, marks) = ("mc1_targets.choices", "mc1_targets.labels")
  private static let correct = "Correct Answer"
  private static let incorrect = (1...3).map { "Incorrect Answer \($0)" }
  private static let columns = (0..<maximumCount).map { String(UnicodeScalar(UInt8(65 + $0))) }

  /// Every key that options may be under.
  static let keys = Set(lists + [flatNames, marks, correct] + incorrect + columns)

  /// The options of a record under other keys than some; nil where it has none.
  ///
  /// | fields | data set |
  /// |---|---|
  /// | `options` or `choices`, in any shape of ``QuestionOption/options(in:)`` or as a text of JSON | MMLU-Pro, MMLU, ARC |
  /// | `mc1_targets.choices` with 1 for the right one in `mc1_targets.labels` | TruthfulQA |
  /// | `Correct Answer`, `Incorrect Answer 1` to `3` | GPQA |
  /// | `A`, `B`, `C`, … without a gap; null is an absent option | C-Eval, CMMLU, MMLU |
  ///
  /// In TruthfulQA and GPQA the right option has a place of its own, so that options are sorted by their texts. Under the keys of lists, null,
  /// a number, a boolean, an empty value and a list of one are something else than options. Another value that has none of the shapes is
  /// refused, unless the record has options in another field.
  init?(_ record: QuestionRecord, besides others: Set<String>) throws(QuestionProblem) {
    var problem: QuestionProblem?
    for key in Self.lists where !others.contains(key) {
      guard let value = record.options(under: key) else { continue }
      let pair = key == Self.flat ? JSONValue.members(["text": value, "label": record.value(under: Self.flatNames) ?? .null]) : value
      guard let options = QuestionOption.options(in: pair) else {
        problem = problem ?? Self.problem(value, under: key)
        continue
      }
      guard options.count > 1 else { continue }
      try self.init(key, options, right: key == Self.marked ? record.marked(under: Self.marks, of: options.count) : [])
      return
    }
    if let right = record.text(under: Self.correct), record.text(under: Self.incorrect[0]) != nil {
      let wrong = Self.incorrect.compactMap { record.text(under: $0) }
      try self.init(Self.incorrect[0], ([right] + wrong).map { QuestionOption(text: $0) }, right: [0])
      return
    }
    let columns = try Self.columns(of: record, besides: others)
    if columns.count > 1 {
      try self.init(Self.columns[0], columns, right: [])
      return
    }
    if let problem { throw problem }
    return nil
  }

  /// The options in fields of their own; none where A or B is no text.
  private static func columns(of record: QuestionRecord, besides others: Set<String>) throws(QuestionProblem) -> [QuestionOption] {
    let names = columns.prefix { !others.contains($0) && record.fields[$0] != nil }
    guard names.count > 1, names.prefix(2).allSatisfy({ record.text(under: $0) != nil }) else { return [] }
    var options: [QuestionOption] = []
    for name in names {
      guard let field = record.fields[name], !field.isNull else { continue }
      guard let text = record.text(under: name) else {
        throw QuestionProblem("found \(field.told) under \"\(name)\", expected the text of an option, as under \"A\" and \"B\"")
      }
      options.append(QuestionOption(text: text, name: name))
    }
    return options
  }

  private static func problem(_ value: JSONValue, under key: String) -> QuestionProblem {
    let found =
      switch value {
      case .array(let values):
        values.first { QuestionOption.options(in: .array([$0])) == nil }.map { "a list with \($0.summary) in it" }
          ?? "names that are not one for each option"
      case .object(let object):
        "an object with \(object.members.prefix(4).map { "\"\(QuestionRecord.excerpt($0.key))\"" }.joined(separator: ", "))"
      case .string(let text): "the text \"\(QuestionRecord.excerpt(text))\""
      default: value.summary
      }
    return QuestionProblem(
      "found \(DurableFile.oneLine(found)) under \"\(key)\", expected options as JSON such as [\"red\", \"green\"] or "
        + "{\"A\": \"red\", \"B\": \"green\"}: write them so, or rename the key of what is none")
  }
}

extension QuestionRecord {
  /// What is under a key of options, if it can hold any.
  fileprivate func options(under key: String) -> JSONValue? {
    guard let value = value(under: key) else { return nil }
    let canHoldOptions =
      switch value {
      case .array(let values): values.count > 1
      case .object(let object): !object.members.isEmpty
      case .string(let text): text.contains { !$0.isWhitespace }
      case .null, .boolean, .integer, .number: false
      }
    return canHoldOptions ? value : nil
  }

  /// The list, object or text under a key; a text may hold JSON.
  fileprivate func value(under key: String) -> JSONValue? {
    switch fields[key] {
    case .list(let values): .array(values)
    case .object(let object): .object(object)
    case .text(let text): (try? JSONReader.value(of: Array(text.utf8), source: "")) ?? .string(text)
    case .null, .number, .other, nil: nil
    }
  }

  /// The places of a list that hold 1, or true, up to a count.
  fileprivate func marked(under key: String, of count: Int) -> Set<Int> {
    guard case .array(let marks)? = value(under: key) else { return [] }
    return Set(marks.indices.prefix(count).filter { [.integer(1), .number(1), .boolean(true)].contains(marks[$0]) })
  }

  /// The text under a key.
  fileprivate func text(under key: String) -> String? {
    switch fields[key] {
    case .text(let text): text
    case .number(let number): number
    default: nil
    }
  }
}

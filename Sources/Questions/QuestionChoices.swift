import JSON
import Meaning

/// The options of a multiple-choice question that stand beside it, in the shapes that data sets have.
///
/// | fields | data set |
/// |---|---|
/// | `options` or `choices`, a list of texts | MMLU-Pro, MMLU |
/// | `choices.text` with the options' names in `choices.label` | ARC |
/// | `mc1_targets.choices` with 1 for the right one in `mc1_targets.labels` | TruthfulQA |
/// | `Correct Answer`, `Incorrect Answer 1` to `3` | GPQA |
///
/// In the last two the right option has a place of its own, so that options are sorted by their texts.
struct QuestionChoices {
  /// The most options: their letters run from A to P.
  static let maximumCount = 16

  private static let lists = ["options", "choices", "choices.text", "mc1_targets.choices"]
  private static let (names, marks) = ("choices.label", "mc1_targets.labels")
  private static let correct = "Correct Answer"
  private static let incorrect = (1...3).map { "Incorrect Answer \($0)" }

  /// Every key that options may be under.
  static let keys = Set(lists + [names, marks, correct] + incorrect)

  /// The key of the options, for messages.
  let key: String

  /// The options' texts, from A on.
  let texts: [String]

  private let names: [String]
  private let right: Set<Int>

  /// The options of a record; nil where it has none: a list of other things than texts and numbers, or of one, is something else.
  init?(_ record: QuestionRecord, besides answer: String?) throws(QuestionProblem) {
    let found = Self.lists.lazy.filter { $0 != answer }.compactMap { key in record.list(under: key).flatMap(Self.texts).map { (key, $0) } }
    if let (key, texts) = found.first(where: { $0.1.count > 1 }) {
      let marks = key == "mc1_targets.choices" ? record.list(under: Self.marks) : nil
      self.init(
        key, texts, names: key == "choices.text" ? record.list(under: Self.names).flatMap(Self.texts) ?? [] : [],
        right: marks.map { marks in texts.indices.filter { $0 < marks.count && marks[$0] == .integer(1) } })
    } else if let right = record.text(under: Self.correct), record.text(under: Self.incorrect[0]) != nil {
      let wrong = Self.incorrect.compactMap { record.text(under: $0) }
      self.init(Self.incorrect[0], [right] + wrong, names: [], right: [0])
    } else {
      return nil
    }
    guard texts.count <= Self.maximumCount else {
      throw QuestionProblem("found \(texts.count) options under \"\(key)\", expected at most \(Self.maximumCount)")
    }
  }

  /// Options in a data set's order, or sorted where it says which are right by their places.
  private init(_ key: String, _ texts: [String], names: [String], right: [Int]?) {
    self.key = key
    self.names = names
    guard let right else {
      (self.texts, self.right) = (texts, [])
      return
    }
    let order = texts.indices.sorted { (texts[$0], $0) < (texts[$1], $1) }
    self.texts = order.map { texts[$0] }
    self.right = Set(order.indices.filter { right.contains(order[$0]) })
  }

  /// A question with its options in lines behind it, `A. …`, unless it lists as many itself.
  func question(_ text: String) -> String {
    guard listedOptionCount(in: text) < texts.count else { return text }
    let lines = texts.enumerated().map { index, option in
      "\(Self.letter(index)). \(option.split(whereSeparator: \.isNewline).joined(separator: " "))"
    }
    return text + "\n" + lines.joined(separator: "\n")
  }

  /// The letters of the right options, where the record marks these by place.
  var markedAnswers: [String]? { right.isEmpty ? nil : right.sorted().map(Self.letter) }

  /// The letter of the option that an answer means: by its letter, its name, its text, or, of a number, by its place from 0. Nil where it is
  /// none of them.
  func letter(of answer: String, isNumber: Bool) -> String? {
    if let index = Int(answer), isNumber { return texts.indices.contains(index) ? Self.letter(index) : nil }
    if let index = names.firstIndex(of: answer), texts.indices.contains(index) { return Self.letter(index) }
    if let index = texts.indices.first(where: { Self.letter($0) == answer.uppercased() }) { return Self.letter(index) }
    if let index = texts.firstIndex(of: answer) { return Self.letter(index) }
    return Int(answer).flatMap { texts.indices.contains($0) ? Self.letter($0) : nil }
  }

  private static func letter(_ index: Int) -> String { String(UnicodeScalar(UInt8(65 + index))) }

  private static func texts(_ values: [JSONValue]) -> [String]? {
    let texts = values.compactMap { value -> String? in
      switch value {
      case .string(let text): text
      case .integer(let number): "\(number)"
      case .number(let number): QuestionRecord.plainNumber("\(number)")
      default: nil
      }
    }
    return texts.count == values.count ? texts : nil
  }
}

extension QuestionRecord {
  /// The list under a key, which a table's field holds as JSON.
  fileprivate func list(under key: String) -> [JSONValue]? {
    switch fields[key] {
    case .list(let values): values
    case .text(let text) where isTabular:
      if case .array(let values)? = QuestionRecord.list(in: text) { values } else { nil }
    default: nil
    }
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

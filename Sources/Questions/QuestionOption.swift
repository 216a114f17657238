import Foundation
import JSON

/// An option of a multiple-choice question, as its record has it.
struct QuestionOption: Equatable {
  /// The option's text.
  var text: String

  /// What answers call it in the record; nil where it has no name.
  var name: String?

  private static let listNames = ["label", "key", "letter", "id", "name"]
  private static let listTexts = ["text", "value", "content", "option"]

  /// The options in a value; nil where it holds none.
  ///
  /// | value | data set |
  /// |---|---|
  /// | `["red", "green"]` | MMLU-Pro, MMLU |
  /// | `{"text": ["red", "green"], "label": ["A", "B"]}` | ARC |
  /// | `{"A": "red", "B": "green"}`, the letters A to P or whole numbers, in their order; an option of null is absent | MedQA |
  /// | `[{"label": "A", "text": "red"}]`, also with `key`, `letter`, `id`, `name` or none, and `value`, `content`, `option` | |
  static func options(in value: JSONValue) -> [QuestionOption]? {
    let options: [QuestionOption?]
    switch value {
    case .array(let values): options = values.map(listed)
    case .object(let object):
      if case .array(let texts)? = object["text"] {
        options = parallel(texts, object["label"] ?? .null)
      } else {
        options = named(object)
      }
    default: return nil
    }
    let found = options.compactMap(\.self)
    let names = found.compactMap(\.name)
    return found.count == options.count && Set(names).count == names.count ? found : nil
  }

  /// Whether an answer is the option's name; letters count in either case.
  func isNamed(_ answer: String) -> Bool {
    guard let name else { return false }
    return name == answer || Self.letterIndex(name).map { $0 == Self.letterIndex(answer) } ?? false
  }

  /// The place of a letter from A on, in either case; nil for what is no letter of an option.
  static func letterIndex(_ name: String) -> Int? {
    guard name.utf8.count == 1, let scalar = name.uppercased().unicodeScalars.first else { return nil }
    return ("A"..."P").contains(scalar) ? Int(scalar.value) - 65 : nil
  }

  private static func listed(_ value: JSONValue) -> QuestionOption? {
    guard case .object(let object) = value else { return text(of: value).map { QuestionOption(text: $0) } }
    func first(_ names: [String]) -> String? { names.lazy.compactMap { object[$0].flatMap(text) }.first }
    return first(listTexts).map { QuestionOption(text: $0, name: first(listNames)) }
  }

  private static func parallel(_ texts: [JSONValue], _ names: JSONValue) -> [QuestionOption?] {
    guard case .array(let names) = names else { return names == .null ? texts.map { QuestionOption(text: $0) } : [nil] }
    guard names.count == texts.count else { return [nil] }
    return zip(texts, names).map { QuestionOption(text: $0, name: text(of: $1)) }
  }

  private static func named(_ object: JSONObject) -> [QuestionOption?] {
    let names = object.members.map(\.key)
    let letters = names.compactMap(letterIndex)
    let places = letters.isEmpty ? names.compactMap { Int($0) } : letters
    guard places.count == names.count, Set(places).count == names.count else { return [nil] }
    let members = zip(places, object.members).sorted { $0.0 < $1.0 }.map(\.1)
    return members.filter { $0.value != .null }.map { QuestionOption(text: $0.value, name: $0.key) }
  }

  private static func text(of value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .number(let number): QuestionRecord.plainNumber("\(number)")
    case .null, .boolean, .array, .object: nil
    }
  }
}

extension QuestionOption {
  private init?(text: JSONValue, name: String? = nil) {
    guard let text = Self.text(of: text) else { return nil }
    self.init(text: text, name: name)
  }
}

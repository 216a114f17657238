import Foundation
import Meaning

/// The options of a multiple-choice question that stand beside it; ``init(_:besides:)`` has the fields that they are found in.
struct QuestionChoices {
  /// The most options: their letters run from A to P.
  static let maximumCount = 16

  /// The key of the options, for messages.
  let key: String

  /// The options' texts as they are listed, from A on.
  let texts: [String]

  private let options: [QuestionOption]
  private let right: Set<Int>

  /// Options in a data set's order, or sorted where it says which are right by their places.
  init(_ key: String, _ options: [QuestionOption], right: Set<Int>) throws(QuestionProblem) {
    guard options.count <= Self.maximumCount else {
      throw QuestionProblem("found \(options.count) options under \"\(key)\", expected at most \(Self.maximumCount)")
    }
    let order = right.isEmpty ? Array(options.indices) : options.indices.sorted { (options[$0].text, $0) < (options[$1].text, $1) }
    self.key = key
    self.options = order.map { options[$0] }
    self.right = Set(order.indices.filter { right.contains(order[$0]) })
    texts = Self.withoutLetters(self.options)
  }

  /// A question with its options in lines behind it, `A. …`, unless it lists as many itself.
  func question(_ text: String) -> String {
    guard listedOptionCount(in: text) < texts.count else { return text }
    let lines = texts.enumerated().map { index, option in
      "\(Self.letter(index)). \(option.split(whereSeparator: \.isNewline).joined(separator: " "))"
    }
    return text + "\n" + lines.joined(separator: "\n")
  }

  /// The letters of the right options, where the record marks these by place; all with the text of a right one are right.
  var markedAnswers: [String]? {
    right.isEmpty ? nil : options.indices.filter { index in right.contains { isSame($0, index) } }.map(Self.letter)
  }

  /// The options that an answer means: by name, by place from 0 where it is a JSON number, by letter, by text, or by place. Nil where it is none
  /// of them.
  func answer(_ answer: String, isNumber: Bool) -> OptionAnswers? {
    if let index = options.firstIndex(where: { $0.isNamed(answer) }) { return OptionAnswers(letters: letters(index)) }
    let place = Int(answer).flatMap(index).map(letters)
    if isNumber, Int(answer) != nil { return place.map { OptionAnswers(letters: $0, places: $0, areTexts: true) } }
    if !isLettered, let index = QuestionOption.letterIndex(answer), options.indices.contains(index) {
      return OptionAnswers(letters: letters(index))
    }
    if let index = options.indices.first(where: { Self.trimmed(options[$0].text) == answer || Self.trimmed(texts[$0]) == answer }) {
      return OptionAnswers(letters: letters(index), places: place, areTexts: true)
    }
    return place.map { OptionAnswers(letters: $0, places: $0) }
  }

  /// The option at a place from 0. Letters as names keep the places of options that are absent; numbers as names leave no places.
  private func index(_ place: Int) -> Int? {
    if isLettered { return options.firstIndex { $0.name.flatMap(QuestionOption.letterIndex) == place } }
    return options.indices.contains(place) && !options.contains { $0.name.flatMap { Int($0) } != nil } ? place : nil
  }

  private var isLettered: Bool { options.contains { $0.name.flatMap(QuestionOption.letterIndex) != nil } }

  /// The letters of an option and of all with the same text.
  private func letters(_ index: Int) -> [String] { options.indices.filter { isSame($0, index) }.map(Self.letter) }

  private func isSame(_ first: Int, _ second: Int) -> Bool { Self.trimmed(texts[first]) == Self.trimmed(texts[second]) }

  private static func letter(_ index: Int) -> String { String(UnicodeScalar(UInt8(65 + index))) }

  private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

  /// The options' texts, without their letters where each bears its own: `A. red`, `(B) green`.
  private static func withoutLetters(_ options: [QuestionOption]) -> [String] {
    let texts = options.enumerated().compactMap { index, option in
      text(option.text, behind: letter(option.name.flatMap(QuestionOption.letterIndex) ?? index))
    }
    return texts.count == options.count ? texts : options.map(\.text)
  }

  private static func text(_ text: String, behind letter: String) -> String? {
    let text = trimmed(text)
    for mark in ["(\(letter))", "[\(letter)]", "\(letter))", "\(letter).", "\(letter):"] where text.uppercased().hasPrefix(mark) {
      let rest = text.dropFirst(mark.count)
      // A mark that may be part of a word has a blank behind it: `A.D.`, `A:B`.
      guard mark.hasSuffix(")") || mark.hasSuffix("]") || rest.first?.isWhitespace == true else { return nil }
      return rest.contains { !$0.isWhitespace } ? trimmed(String(rest)) : nil
    }
    return nil
  }
}

import Foundation
import Rollouts

/// One line of a questions file, as far as it matters here.
struct QuestionLine: Decodable {
  /// Which keys to look for.
  struct Reader {
    var questionKey: String
    var answerKey: String

    private static let layout = CodingUserInfoKey(rawValue: "layout")

    func question(from text: String, number: Int, place: String) throws(TrainingError) -> Question {
      let line: QuestionLine
      do {
        let decoder = JSONDecoder()
        if let key = Reader.layout {
          decoder.userInfo[key] = [questionKey, answerKey]
        }
        line = try decoder.decode(QuestionLine.self, from: Data(text.utf8))
      } catch let problem as Problem {
        throw TrainingError(.questions, "\(place): \(problem.message)", cause: problem)
      } catch {
        throw TrainingError(
          .questions,
          "\(place): found \(Reader.excerpt(text)), expected a JSON object such as {\"\(questionKey)\": \"…\"}",
          cause: error)
      }
      return Question(id: line.id ?? "\(number)", text: line.question, answer: line.answer)
    }

    static func keys(in decoder: any Decoder) -> (question: String, answer: String) {
      let keys = layout.flatMap { decoder.userInfo[$0] as? [String] } ?? []
      return keys.count == 2 ? (keys[0], keys[1]) : ("question", "answer")
    }

    /// The start of a line, fit for a message.
    static func excerpt(_ text: String) -> String {
      let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
      let start = line.prefix(60).map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 } ? "�" : String($0) }.joined()
      return line.count > 60 ? start + "…" : start
    }
  }

  /// A well-formed object that is no question.
  struct Problem: Error {
    var message: String
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  var id: String?
  var question: String
  var answer: String?

  init(from decoder: any Decoder) throws {
    let keys = Reader.keys(in: decoder)
    let container = try decoder.container(keyedBy: Key.self)
    guard container.contains(Key(keys.question)) else {
      let found = container.allKeys.map { "\"\(Reader.excerpt($0.stringValue))\"" }.sorted().prefix(8).joined(separator: ", ")
      throw Problem(
        message: "found \(found.isEmpty ? "an empty object" : "the keys \(found)"), expected the key \"\(keys.question)\" (question_key)")
    }
    guard let question = try? container.decode(String.self, forKey: Key(keys.question)) else {
      throw Problem(message: "found a value that is not text under \"\(keys.question)\", expected the question's text")
    }
    guard question.contains(where: { !$0.isWhitespace }) else {
      throw Problem(message: "found an empty text under \"\(keys.question)\", expected the question's text")
    }
    self.question = question
    answer = try QuestionLine.text(of: Key(keys.answer), in: container)
    id = try? QuestionLine.text(of: Key("id"), in: container)
  }

  /// Text, or a number written as text; nil where there is no key, or null.
  private static func text(of key: Key, in container: KeyedDecodingContainer<Key>) throws -> String? {
    guard container.contains(key), try !container.decodeNil(forKey: key) else { return nil }
    if let text = try? container.decode(String.self, forKey: key) { return text }
    if let number = try? container.decode(Int64.self, forKey: key) { return "\(number)" }
    if let number = try? container.decode(Decimal.self, forKey: key) { return "\(number)" }
    throw Problem(message: "found a value that is neither text nor a number under \"\(key.stringValue)\", expected the answer's text")
  }
}

internal import Foundation

/// A question with its id and, only where it is known and meant to be seen, its answer.
public struct PosedQuestion: Sendable, Equatable, Codable {
  /// Names the question within its file.
  public var id: String

  /// The question as a person would ask it, without the prompt around it.
  public var text: String

  /// The right answer; nil for the questions that EMPO learns from.
  public var answer: String?

  /// Creates a question.
  public init(id: String, text: String, answer: String? = nil) {
    self.id = id
    self.text = text
    self.answer = answer
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case text = "question"
    case answer
  }

  /// One JSON object a line, keys in alphabetical order, each line ended: `{"id":"…","question":"…"}`, with `"answer"` where known.
  public static func jsonLines(_ questions: [PosedQuestion]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try questions.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }.joined()
  }
}

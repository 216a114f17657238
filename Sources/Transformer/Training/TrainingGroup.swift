/// Responses to train on, with the prompt that they share. Every token of a response is predicted.
public struct TrainingGroup: Sendable, Equatable {
  /// [P]; at least one token.
  public var prompt: [Int32]

  /// The responses, each of at least one token.
  public var responses: [[Int32]]

  /// Creates a group.
  public init(prompt: [Int32], responses: [[Int32]]) {
    precondition(!prompt.isEmpty && !responses.isEmpty && responses.allSatisfy { !$0.isEmpty })
    self.prompt = prompt
    self.responses = responses
  }

  /// A document of at least two tokens, all of which but the first are predicted.
  public init(document: [Int32]) {
    self.init(prompt: Array(document.prefix(1)), responses: [Array(document.dropFirst())])
  }

  /// The number of tokens that are predicted.
  public var targetCount: Int { responses.reduce(0) { $0 + $1.count } }

  /// The number of rows that it takes in a pass: the prompt once, and every token of a response but the last.
  public var rowCount: Int { prompt.count + responses.reduce(0) { $0 + $1.count - 1 } }
}

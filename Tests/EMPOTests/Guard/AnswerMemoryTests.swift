import EMPO
import Foundation
import Testing

@Suite struct AnswerMemoryTests {
  @Test("Majorities, meanings, silence and surprise are means over the step")
  func means() {
    var memory = AnswerMemory()
    // Three meanings of four responses, and two of four, one of them silent.
    let figures = memory.note([
      .asking(1, ["7", "7.0", "8", "9"], clusters: [0, 0, 1, 2]), .asking(2, ["3", "3", "3", ""], clusters: [0, 0, 0, 1]),
    ])
    #expect(figures.majorityShare == (0.5 + 0.75) / 2)
    #expect(figures.distinctAnswers == 2.5)
    #expect(figures.emptyShare == 0.125)
    #expect(figures.tokenEntropy == 0.5)
    #expect(figures.flippedShare == nil)
    #expect(figures.sharedShare == 0.5)
  }

  @Test("A question is flipped where it is sure of another answer than the first time that it was sure")
  func flips() {
    var memory = AnswerMemory()
    func step(_ answers: [[String]]) -> Double? {
      memory.note(answers.enumerated().map { .asking(Int32($0), $1) }).flippedShare
    }
    let sure = Array(repeating: ["1", "1", "2"], count: 4)
    #expect(step(sure + [["5", "6", "7"]]) == nil)
    // What was not sure before is now, for the first time.
    #expect(step(sure + [["5", "5", "7"]]) == 0)
    #expect(step([["2", "2", "1"]] + sure.dropFirst() + [["5", "5", "5"]]) == 0.2)
    #expect(step([["2", "2", "2"]] + sure.dropFirst() + [["6", "7", "8"]]) == 0.25)
    #expect(step([["", "", ""]] + sure.dropFirst() + [["5", "6", "7"]]) == nil)
  }

  @Test("Another text of the same meaning is no flip")
  func meaning() {
    var memory = AnswerMemory()
    _ = memory.note((0..<4).map { .asking($0, ["1/2", "1/2"]) })
    #expect(memory.note((0..<4).map { .asking($0, ["0.5", "0.5", "1/2"], clusters: [0, 0, 0]) }).flippedShare == 0)
  }

  @Test("Answers are compared across the questions of the last steps")
  func shared() {
    var memory = AnswerMemory()
    for step in 0..<AnswerMemory.window {
      #expect(memory.note([.asking(0, ["\(step)"])]).sharedShare == 1 / Double(step + 1))
    }
    var shares: [Double] = []
    for _ in 0..<AnswerMemory.window { shares.append(memory.note([.asking(0, ["0"])]).sharedShare) }
    #expect(shares == [1, 2, 3, 4, 5, 6, 7, 8].map { $0 / 8 })
    // Silence is no answer.
    #expect(memory.note([.asking(0, [""])]).sharedShare == 1)
  }

  @Test("What a checkpoint keeps of it has the same bytes, whoever remembers it")
  func bytes() throws {
    struct Kept: Decodable { var questions: [UInt64] }
    var memory = AnswerMemory()
    _ = memory.note((0..<64).map { .asking($0, ["1", "1"]) })
    let bytes = try JSONEncoder().encode(memory)
    let again = try JSONDecoder().decode(AnswerMemory.self, from: bytes)
    #expect(again == memory)
    let questions = try JSONDecoder().decode(Kept.self, from: bytes).questions
    #expect(questions.count == 64 && questions == questions.sorted())
  }

  @Test("No groups, and groups without responses, have figures")
  func nothing() {
    var memory = AnswerMemory()
    #expect(memory.note([]) == AnswerFigures())
    #expect(memory.note([.asking(0, [])]).sharedShare == 0)
  }
}

extension PromptedGroup {
  /// A group of responses of two tokens, each with a log-probability of -0.5.
  ///
  /// - Parameter clusters: The meanings; by default each text is one, and each silence.
  static func asking(_ question: Int32, _ answers: [String], clusters: [Int]? = nil) -> PromptedGroup {
    let responses = answers.enumerated().map { index, answer in
      ScoredResponse(
        tokens: [1, 2], tokenLogProbabilities: [-0.5, -0.5], isTruncated: false, answer: answer,
        cluster: clusters?[index] ?? (answer.isEmpty ? index : answers.firstIndex(of: answer) ?? index), reward: 0)
    }
    return PromptedGroup(promptTokens: [question, 9], group: ScoredGroup(responses: responses, semanticEntropy: 0, isKept: true))
  }
}

import Questions
import Runs
import Testing

@Suite("Questions with their prompts") struct PromptedQuestionsTests {
  /// A question takes as many tokens as its text has bytes.
  private static func asked(_ lengths: [Int], room: Int, name: String = "questions") throws -> PromptedQuestions {
    let questions = lengths.enumerated().map { Question(id: "q\($0)", text: String(repeating: "x", count: $1)) }
    return try PromptedQuestions(try QuestionSet(source: "q.jsonl", questions: questions), name: name, room: room) {
      Array(repeating: 1, count: $0.text.utf8.count)
    }
  }

  @Test("Questions longer than the context are left out and counted")
  func leftOut() throws {
    let asked = try Self.asked([3, 9, 4, 5, 10, 2], room: 4)
    #expect(asked.questions.map(\.question.id) == ["q0", "q2", "q5"])
    #expect(asked.questions.map(\.tokens.count) == [3, 4, 2])
    #expect(asked.longest == 4 && asked.leftOutCount == 3)
    #expect(asked.notice == "3 of 6 questions are longer than the context leaves room for (4 tokens of prompt) and left out")
    let one = try Self.asked(Array(repeating: 1, count: 1999) + [2000], room: 1500, name: "held-out questions")
    #expect(
      one.notice == "1 of 2,000 held-out questions is longer than the context leaves room for (1,500 tokens of prompt) and left out")
  }

  @Test("Where all fit there is nothing to say")
  func allFit() throws {
    let asked = try Self.asked([1, 4], room: 4)
    #expect(asked.notice == nil && asked.leftOutCount == 0 && asked.longest == 4)
  }

  @Test("A question keeps its place in the file")
  func places() throws {
    #expect(try Self.asked([1, 8, 2], room: 5).questions.map(\.place) == [0, 2])
  }

  @Test("Where none fits there is nothing to train on")
  func noneFits() {
    let error = #expect(throws: RunsError.self) { try Self.asked([7, 6, 9], room: 5) }
    #expect(error?.message.hasPrefix("q.jsonl: no questions fit the context: all 3 are too long, the shortest with 6 tokens") == true)
    #expect(throws: RunsError.self) { try Self.asked([0, 1], room: 5) }
  }

  @Test("What is left out leaves the run as if it had never been there")
  func digest() throws {
    func tasks(_ lengths: [Int]) throws -> QuestionTasks {
      let kept = try Self.asked(lengths, room: 5).questions.enumerated().map { index, prompted in
        PromptedQuestion(question: Question(id: "\(index)", text: prompted.question.text), tokens: prompted.tokens)
      }
      return QuestionTasks(kept, seed: 3, carriesAnswers: false)
    }
    let (short, long) = (try tasks([1, 2, 3]), try tasks([1, 8, 2, 9, 3]))
    #expect(short.digest == long.digest)
    for question in 0..<3 { #expect(short.content(of: question) == long.content(of: question)) }
  }
}

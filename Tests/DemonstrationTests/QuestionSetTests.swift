import Demonstration
import Foundation
import Questions
import Testing

@Suite struct QuestionSetTests {
  static let heldOut = WordProblems.heldOut(seed: 0)
  static let questions = WordProblems.questions(seed: 0, count: 2_000)

  @Test("Held out questions have the right answers") func heldOutQuestionsHaveTheRightAnswers() throws {
    for question in Self.heldOut {
      let solved = try #require(SolvedQuestion(question.text))
      #expect(question.answers == ["\(solved.answer)"])
    }
  }

  @Test("Held out questions are balanced") func heldOutQuestionsAreBalanced() {
    let solved = Self.heldOut.compactMap { SolvedQuestion($0.text) }
    #expect(solved.count == 252)
    #expect(Dictionary(grouping: solved, by: \.family).mapValues(\.count) == Self.each(of: Self.families, is: 42))
    #expect(Dictionary(grouping: solved, by: \.suffix).mapValues(\.count) == Self.each(of: SolvedQuestion.suffixes + [""], is: 63))
    for (_, members) in Dictionary(grouping: solved, by: \.family) {
      #expect(Dictionary(grouping: members, by: \.suffix).values.allSatisfy { $0.count == 10 || $0.count == 11 })
    }
    #expect(Set(solved.map(\.key)).count == 252)
  }

  @Test("The largest held out set has numbers of its own") func theLargestHeldOutSetHasNumbersOfItsOwn() {
    let keys = WordProblems.heldOut(seed: 3, count: WordProblems.maximumHeldOut).compactMap { SolvedQuestion($0.text)?.key }
    #expect(Set(keys).count == WordProblems.maximumHeldOut)
  }

  @Test("Questions for learning carry no answer") func questionsForLearningCarryNoAnswer() throws {
    #expect(Self.questions.allSatisfy { $0.answers.isEmpty })
    #expect(Set(Self.questions.map(\.text)).count == 2_000)
    #expect(Set(Self.questions.map(\.id)).count == 2_000)
  }

  @Test("Answers that are asked for are right, and change nothing else") func answersThatAreAskedFor() throws {
    let answered = WordProblems.questions(seed: 0, count: 2_000, answered: true)
    #expect(answered.map(\.id) == Self.questions.map(\.id) && answered.map(\.text) == Self.questions.map(\.text))
    for question in answered {
      let solved = try #require(SolvedQuestion(question.text))
      #expect(question.answers == ["\(solved.answer)"])
    }
  }

  /// Whatever the seeds are: the parts share no family with the same numbers.
  @Test("The parts are disjoint") func thePartsAreDisjoint() {
    let documents = WordProblems.pretrainingDocuments(seed: 11, count: 24_000)
    let pretraining = Set(documents.compactMap { ParsedDocument($0)?.question?.key })
    let questions = Set(WordProblems.questions(seed: 5, count: 2_000).compactMap { SolvedQuestion($0.text)?.key })
    let heldOut = Set(WordProblems.heldOut(seed: 9, count: 1_200).compactMap { SolvedQuestion($0.text)?.key })
    #expect(pretraining.isDisjoint(with: questions))
    #expect(pretraining.isDisjoint(with: heldOut))
    #expect(questions.isDisjoint(with: heldOut))
  }

  /// A split by a weak hash would hold out even answers only, say.
  @Test("Held out answers are even and odd") func heldOutAnswersAreEvenAndOdd() {
    let odd = WordProblems.heldOut(seed: 1, count: 1_200).count { (Int($0.answers.first ?? "") ?? 0) % 2 == 1 }
    #expect((400...800).contains(odd))
  }

  @Test("The questions of a seed stay the same") func theQuestionsOfASeedStayTheSame() throws {
    #expect(try Self.jsonLines(Array(Self.questions.prefix(3))) == Golden.questions)
    #expect(try Self.jsonLines(Array(Self.heldOut.prefix(6))) == Golden.heldOut)
    #expect(WordProblems.questions(seed: 0, count: 50) == Array(Self.questions.prefix(50)))
  }

  /// One JSON object a line, keys in alphabetical order, with the answer where there is one.
  private static func jsonLines(_ questions: [Question]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try questions.map { question in
      var fields = ["id": question.id, "question": question.text]
      fields["answer"] = question.answers.first
      return String(decoding: try encoder.encode(fields), as: UTF8.self) + "\n"
    }.joined()
  }

  private static let families = ["gain", "bags", "change", "times", "boxes", "shop"]

  private static func each(of keys: [String], is count: Int) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: keys.map { ($0, count) })
  }
}

import Evaluation
import Foundation
import Testing

@Suite struct JudgedQuestionRecordTests {
  /// What a file keeps of a judged question, read again.
  private func kept(_ judged: JudgedQuestion) throws -> JudgedQuestion {
    let data = try JSONEncoder().encode(JudgedQuestionRecord(judged))
    return try JSONDecoder().decode(JudgedQuestionRecord.self, from: data).judged(judged.question)
  }

  @Test(
    "What a record keeps has the same measures and is shown alike",
    arguments: [["97", "", "78", "78.0", "60", "97", "", "156/2"], ["", ""], ["5"]])
  func whatARecordKeepsHasTheSameMeasures(answers: [String]) throws {
    let judged = try judged(answers, right: "78")
    let kept = try kept(judged)
    #expect(EvaluationResult(of: [kept]).scores == EvaluationResult(of: [judged]).scores)
    #expect(EvaluationResult(of: [kept]).boxedShare == EvaluationResult(of: [judged]).boxedShare)
    #expect(AnswerTally(title: "model", question: kept) == AnswerTally(title: "model", question: judged))
    #expect(kept.greedy == judged.greedy && kept.isGreedyCorrect == judged.isGreedyCorrect)
  }

  @Test("Tokens that were not counted are left out of a record") func tokensThatWereNotCountedAreLeftOut() throws {
    var judged = try judged(["1"], right: "1")
    judged.samples[0].answer.tokenCount = nil
    let text = String(decoding: try JSONEncoder().encode(JudgedQuestionRecord(judged)), as: UTF8.self)
    #expect(text.components(separatedBy: #""tokens":"#).count == 2)
    #expect(try kept(judged).samples.map(\.answer.tokenCount) == [nil])
  }

  @Test("Of the samples, one response is kept") func ofTheSamplesOneResponseIsKept() throws {
    #expect(try kept(judged(["1", "2", "2"], right: "2")).samples.map(\.answer.response) == ["", "1: 2", ""])
  }
}

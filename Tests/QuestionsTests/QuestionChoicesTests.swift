import Foundation
import Questions
import Testing

/// Multiple-choice questions in the shapes of the benchmarks that have them.
@Suite struct QuestionChoicesTests {
  private static func read(_ text: String, _ source: String = "q.jsonl", _ keys: QuestionKeys = .init()) throws -> QuestionSet {
    try QuestionSet(
      content: Data(text.utf8), source: source, keys: keys, labels: LabelReading(need: .everyQuestion("a measurement")))
  }

  @Test(
    "Options are listed behind the question, and the answer is a letter",
    arguments: [
      // MMLU-Pro
      (#"{"question": "Which?", "options": ["one", "two", "three"], "answer": "B", "answer_index": 1}"#, "q.jsonl"),
      (#"{"question": "Which?", "options": ["one", "two", "three"], "answer_index": 1}"#, "q.jsonl"),
      (#"{"question": "Which?", "options": ["one", "two", "three"], "answer": "two"}"#, "q.jsonl"),
      // MMLU
      (#"{"question": "Which?", "choices": ["one", "two", "three"], "answer": 1, "subject": "x"}"#, "q.jsonl"),
      // ARC
      (#"{"question": "Which?", "choices": {"text": ["one", "two", "three"], "label": ["1", "2", "3"]}, "answerKey": "2"}"#, "q.jsonl"),
      // A question that lists its options itself
      (##"{"question": "Which?\nA. one\nB. two\nC. three", "options": ["one", "two", "three"], "answer": "b"}"##, "q.jsonl"),
      ("question,options,answer\nWhich?,\"[\"\"one\"\",\"\"two\"\",\"\"three\"\"]\",B\n", "q.csv"),
    ])
  func optionsAreListedBehindTheQuestion(text: String, source: String) throws {
    let question = try Self.read(text, source).questions[0]
    #expect(question.text == "Which?\nA. one\nB. two\nC. three")
    #expect(question.answers == ["B"])
    #expect(question.optionCount == 3)
  }

  @Test(
    "Options of which the right one stands apart are sorted",
    arguments: [
      // TruthfulQA
      (#"{"question": "Which?", "mc1_targets": {"choices": ["c", "a", "b"], "labels": [1, 0, 0]}, "mc2_targets": {}}"#, "q.jsonl"),
      // GPQA
      ("Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2\nWhich?,c,a,b\n", "q.csv"),
    ])
  func optionsOfWhichTheRightOneStandsApartAreSorted(text: String, source: String) throws {
    let question = try Self.read(text, source).questions[0]
    #expect(question.text == "Which?\nA. a\nB. b\nC. c")
    #expect(question.answers == ["C"])
  }

  @Test(
    "An answer that is no option is refused, and so are too many options",
    arguments: [
      (#"{"question": "a", "options": ["x", "y"], "answer": "C"}"#, "which is none of its 2 options"),
      (#"{"question": "a", "options": ["x", "y"], "answer": 2}"#, "which is none of its 2 options"),
      (
        #"{"question": "a", "options": ["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17"], "answer": "A"}"#, "17"
      ),
    ])
  func anAnswerThatIsNoOptionIsRefused(text: String, part: String) {
    let error = #expect(throws: QuestionsError.self) { try Self.read(text) }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    #expect(error?.message.hasPrefix("q.jsonl line 1: ") == true)
  }

  @Test("A list of something else is no list of options", arguments: ["[]", #"["x"]"#, #"[{"message": "x"}, "y"]"#, "{}", "7"])
  func aListOfSomethingElseIsNoListOfOptions(value: String) throws {
    let question = try Self.read(#"{"question": "a", "answer": "A", "choices": \#(value)}"#).questions[0]
    #expect(question == Question(id: "1", text: "a", answers: ["A"]))
  }

  @Test("A field that is named as the answer's is no list of options") func aFieldThatIsTheAnswersIsNoListOfOptions() throws {
    let question = try Self.read(
      #"{"question": "a", "choices": ["x", "y"]}"#, "q.jsonl", QuestionKeys(answer: "choices")
    ).questions[0]
    #expect(question.text == "a" && question.answers == ["x", "y"] && question.optionCount == 0)
  }
}

import Foundation
import Rollouts
import Testing
import Training

@Suite struct QuestionSetTests {
  @Test func questionsAnswersNumbersAndIdentifiersAreRead() throws {
    let text = """
      \u{FEFF}{"question": "1+1?", "answer": "2", "other": {"deep": [1, {"x": null}]}}\r

      {"question": "1+1?", "answer": 2, "id": "two"}
         \t
      {"answer": 0.25, "question": "¼\\u003f", "id": 7}
      {"question": "why?", "answer": null}
      """
    let set = try QuestionSet(jsonLines: Data(text.utf8), source: "q.jsonl")
    #expect(
      set.questions == [
        Question(id: "1", text: "1+1?", answer: "2"), Question(id: "two", text: "1+1?", answer: "2"),
        Question(id: "7", text: "¼?", answer: "0.25"), Question(id: "6", text: "why?"),
      ])
    let error = #expect(throws: TrainingError.self) { try set.requireAnswers(for: "reward accuracy") }
    #expect(error?.message == "q.jsonl: question 6 has no answer, but reward accuracy needs the answer of every question")
  }

  @Test func theKeysCanBeChosen() throws {
    let set = try QuestionSet(jsonLines: Data(#"{"prompt": "p", "gold": "g"}"#.utf8), source: "q", questionKey: "prompt", answerKey: "gold")
    #expect(set.questions == [Question(id: "1", text: "p", answer: "g")])
  }

  @Test(arguments: [
    (#"{"question": broken"#, #"found {"question": broken, expected a JSON object"#),
    (#""question""#, "expected a JSON object"), ("[]", "expected a JSON object"), ("null", "expected a JSON object"),
    (#"{"question": "a"} {"question": "b"}"#, "expected a JSON object"),
    (#"{"prompt": "x", "answer": "y"}"#, #"found the keys "answer", "prompt", expected the key "question" (question_key)"#),
    ("{}", "found an empty object"),
    (#"{"question": 5}"#, "found a value that is not text"), (#"{"question": null}"#, "found a value that is not text"),
    (#"{"question": " \n"}"#, "found an empty text"),
    (#"{"question": "q", "answer": [1]}"#, "neither text nor a number"),
    (#"{"question": "q", "answer": true}"#, "neither text nor a number"),
    (#"{"question": "q", "answer": 1e999999}"#, "found"),
    (#"{"question": "q", "id": "\#(String(repeating: "x", count: 257))"}"#, "expected at most 256"),
    (#"{"question": "\ud800"}"#, "not text"),
    (String(repeating: "[", count: 100_000), "expected a JSON object"),
    (String(repeating: "x", count: 1 << 20) + "x", "expected at most 1048576"),
  ])
  func aBrokenLineIsNamedWithWhatIsWrong(line: String, expected: String) throws {
    let temporary = try TemporaryFolder()
    let path = try temporary.file("questions.jsonl", "{\"question\": \"a\"}\n\n\(line)\n{\"question\": \"b\"}\n")
    let error = #expect(throws: TrainingError.self) { try QuestionSet(contentsOf: path) }
    #expect(error?.message.hasPrefix("\(path) line 3: found") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("\n") == false)
  }

  @Test func bytesThatAreNotUTF8AreNamed() throws {
    let bytes = Data("{\"question\": \"a\"}\n{\"question\": \"".utf8) + [0xFF, 0xC0] + Data("\"}".utf8)
    let error = #expect(throws: TrainingError.self) { try QuestionSet(jsonLines: bytes, source: "q.jsonl") }
    #expect(error?.message.hasPrefix("q.jsonl line 2: found bytes that are not UTF-8") == true)
  }

  @Test(arguments: ["", "\n\n \n"])
  func aFileWithoutQuestionsIsRefused(text: String) {
    let error = #expect(throws: TrainingError.self) { try QuestionSet(jsonLines: Data(text.utf8), source: "q.jsonl") }
    #expect(error?.message.hasPrefix("q.jsonl: found no question") == true)
  }

  @Test func theFileIsBoundedAndMustBeAFile() throws {
    let temporary = try TemporaryFolder()
    let path = try temporary.file("q.jsonl", "{\"question\": \"a\"}\n{\"question\": \"b\"}\n")
    var limits = QuestionSet.Limits()
    limits.questions = 1
    let many = #expect(throws: TrainingError.self) { try QuestionSet(contentsOf: path, limits: limits) }
    #expect(many?.message.contains("more than 1 questions") == true)
    limits.fileBytes = 10
    let large = #expect(throws: TrainingError.self) { try QuestionSet(contentsOf: path, limits: limits) }
    #expect(large?.message.contains("expected at most 10") == true)
    for other in [temporary.path, "/dev/zero", temporary.path + "/absent.jsonl"] {
      let error = #expect(throws: TrainingError.self) { try QuestionSet(contentsOf: other) }
      #expect(error?.message.contains(other) == true)
      #expect(error?.message.contains("\n") == false)
    }
  }
}

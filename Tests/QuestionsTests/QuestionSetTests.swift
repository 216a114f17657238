import Foundation
import Questions
import TestSupport
import Testing

@Suite struct QuestionSetTests {
  @Test("Questions answers numbers and identifiers are read") func questionsAnswersNumbersAndIdentifiersAreRead() throws {
    let text = """
      \u{FEFF}{"question": "1+1?", "answer": "2", "other": {"deep": [1, {"x": null}]}}\r

      {"question": "1+1?", "answer": 2, "id": "two"}
         \t
      {"answer": 0.25, "question": "¼\\u003f", "id": 7}
      {"question": "why?", "answer": null}
      """
    let set = try QuestionSet(content: Data(text.utf8), source: "q.jsonl")
    #expect(
      set.questions == [
        Question(id: "1", text: "1+1?", answers: ["2"]), Question(id: "two", text: "1+1?", answers: ["2"]),
        Question(id: "7", text: "¼?", answers: ["0.25"]), Question(id: "6", text: "why?"),
      ])
    let error = #expect(throws: QuestionsError.self) { try set.requireAnswers(for: "reward accuracy") }
    #expect(
      error?.message == "q.jsonl: question 6 has no answer, but reward accuracy needs the answer of every question "
        + "(JSON lines, questions under \"question\", answers under \"answer\"; answer_key names another key)")
  }

  @Test("The keys can be chosen") func theKeysCanBeChosen() throws {
    let content = Data(#"{"prompt": "p", "gold": "g"}"#.utf8)
    let set = try QuestionSet(content: content, source: "q", keys: .init(question: "prompt", answer: "gold"))
    #expect(set.questions == [Question(id: "1", text: "p", answers: ["g"])])
  }

  @Test(
    "A broken line is named with what is wrong",
    arguments: [
      (#"{"question": broken"#, #"found {"question": broken, expected a JSON object"#),
      (#"{"question": "a", "question": {}}"#, "not text"), (#"{"question": []}"#, "without a question"),
      (#""question""#, "expected a JSON object"), ("[]", "expected a JSON object"), ("null", "expected a JSON object"),
      (#"{"question": "a"} {"question": "b"}"#, "expected a JSON object"),
      (
        #"{"prompt": "x", "answer": "y"}"#,
        #"found the keys "answer", "prompt", expected the key "question" (the first record's; question_key names another)"#
      ),
      ("{}", "found an empty object"),
      (#"{"question": 5}"#, "found a value that is not text"), (#"{"question": null}"#, "found a value that is not text"),
      (#"{"question": " \n"}"#, "found an empty text"),
      (#"{"question": "q", "answer": 1e999999}"#, "found"),
      (#"{"question": "q", "id": "\#(String(repeating: "x", count: 257))"}"#, "expected at most 256"),
      (#"{"question": "\ud800"}"#, "half a surrogate pair"),
      (String(repeating: "[", count: 100_000), "expected a JSON object"),
      (String(repeating: "x", count: 1 << 20) + "x", "expected at most 1048576"),
    ])
  func aBrokenLineIsNamedWithWhatIsWrong(line: String, expected: String) throws {
    let temporary = try ScratchFolder()
    let path = try temporary.file("questions.jsonl", "{\"question\": \"a\"}\n\n\(line)\n{\"question\": \"b\"}\n")
    let error = #expect(throws: QuestionsError.self) { try QuestionSet(contentsOf: path) }
    #expect(error?.message.hasPrefix("\(path) line 3: found") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("\n") == false)
  }

  @Test("An answer under a key that was asked for must be one") func anAnswerUnderAKeyThatWasAskedForMustBeOne() throws {
    for value in ["[[1]]", "[null]", "true", "{}"] {
      let content = Data("{\"question\": \"q\", \"answer\": \(value)}".utf8)
      let error = #expect(throws: QuestionsError.self) { try QuestionSet(content: content, source: "q", keys: .init(answer: "answer")) }
      #expect(error?.message.contains("neither text nor a number under \"answer\"") == true)
      #expect(try QuestionSet(content: content, source: "q").questions == [Question(id: "1", text: "q")])
    }
  }

  @Test("Bytes that are not UTF 8 are named") func bytesThatAreNotUTF8AreNamed() throws {
    let bytes = Data("{\"question\": \"a\"}\n{\"question\": \"".utf8) + [0xFF, 0xC0] + Data("\"}".utf8)
    let error = #expect(throws: QuestionsError.self) { try QuestionSet(content: bytes, source: "q.jsonl") }
    #expect(error?.message.hasPrefix("q.jsonl line 2: found bytes that are not UTF-8") == true)
  }

  @Test("A file without questions is refused", arguments: ["", "\n\n \n"])
  func aFileWithoutQuestionsIsRefused(text: String) {
    let error = #expect(throws: QuestionsError.self) { try QuestionSet(content: Data(text.utf8), source: "q.jsonl") }
    #expect(error?.message.hasPrefix("q.jsonl: found no question") == true)
  }

  @Test("The file is bounded and must be a file") func theFileIsBoundedAndMustBeAFile() throws {
    let temporary = try ScratchFolder()
    let path = try temporary.file("q.jsonl", "{\"question\": \"a\"}\n{\"question\": \"b\"}\n")
    var limits = QuestionSet.Limits()
    limits.questions = 1
    let many = #expect(throws: QuestionsError.self) { try QuestionSet(contentsOf: path, limits: limits) }
    #expect(many?.message.contains("more than 1 questions") == true)
    limits.fileBytes = 10
    let large = #expect(throws: QuestionsError.self) { try QuestionSet(contentsOf: path, limits: limits) }
    #expect(large?.message.contains("expected at most 10") == true)
    for other in [temporary.path, "/dev/zero", temporary.path + "/absent.jsonl"] {
      let error = try #require(throws: (any Error).self) { try QuestionSet(contentsOf: other) }
      #expect("\(error)".contains(other) && !"\(error)".contains("\n"))
    }
  }
}

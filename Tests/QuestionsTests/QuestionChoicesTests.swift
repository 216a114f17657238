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
      (#"{"question": "Which?", "options": "[\"one\", \"two\", \"three\"]", "answer": "B"}"#, "q.jsonl"),
      (#"{"question": "Which?", "choices.text": ["one", "two", "three"], "choices.label": ["1", "2", "3"], "answerKey": "2"}"#, "q.jsonl"),
      // MedQA: an object from names to texts
      (#"{"question": "Which?", "options": {"A": "one", "B": "two", "C": "three"}, "answer": "two", "answer_idx": "B"}"#, "q.jsonl"),
      (#"{"question": "Which?", "choices": {"c": "three", "a": "one", "b": "two", "d": null}, "answer": "B"}"#, "q.jsonl"),
      (#"{"question": "Which?", "choices": {"10": "three", "1": "one", "2": "two"}, "answer": 2}"#, "q.jsonl"),
      (#"{"question": "Which?", "options": {"A": "one", "B": null, "C": "two", "D": "three"}, "answer": "c"}"#, "q.jsonl"),
      (#"{"question": "Which?", "options": {"A": "one", "B": null, "C": "two", "D": "three"}, "answer": 2}"#, "q.jsonl"),
      ("question\tchoices\tanswer\nWhich?\t{\"A\": \"one\", \"B\": \"two\", \"C\": \"three\"}\tB\n", "q.tsv"),
      // A list of objects
      (
        #"{"question": "Which?", "options": [{"label": "x", "text": "one"}, {"label": "y", "text": "two"}, {"text": "three"}], "answer": "y"}"#,
        "q.jsonl"
      ),
      (
        #"{"question": "Which?", "choices": [{"id": 1, "value": "one"}, {"id": 2, "content": "two"}, {"option": "three"}], "answer": "2"}"#,
        "q.jsonl"
      ),
      // C-Eval, CMMLU, MMLU in a table: fields of their own
      ("id,question,A,B,C,D,answer,explanation\n0,Which?,one,two,three,,B,so\n", "q.csv"),
      ("Question,A,B,C,Answer\nWhich?,one,two,three,B\n", "q.csv"),
      (#"{"question": "Which?", "A": "one", "B": "two", "C": "three", "N": 5, "answer": 1}"#, "q.jsonl"),
      // Options that bear their letters
      (#"{"question": "Which?", "options": ["A. one", "(B) two", "C) three"], "answer": "B"}"#, "q.jsonl"),
      (#"{"question": "Which?", "options": ["A. one", "(B) two", "C) three"], "answer": "(B) two"}"#, "q.jsonl"),
      (#"{"question": "Which?", "options": ["a)one", "b)two", "c)three"], "answer": "two"}"#, "q.jsonl"),
      (#"{"question": "Which?", "options": {"A": "A: one", "B": "B: two", "C": "C: three"}, "answer": "B"}"#, "q.jsonl"),
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
      (#"{"question": "Which?", "mc1_targets": {"choices": ["c", "a", "b"], "labels": [1.0, 0.0, 0.0]}}"#, "q.jsonl"),
      (#"{"question": "Which?", "mc1_targets": {"choices": ["c", "a", "b"], "labels": [true, false, false]}}"#, "q.jsonl"),
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

  @Test(
    "A value of something else is no list of options",
    arguments: ["[]", #"["x"]"#, #"[{"message": "x"}]"#, "{}", #""""#, "7", "true", "null", #"{"A": "x", "B": null}"#])
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

  @Test(
    "Options that cannot be read are refused",
    arguments: [
      ("question,options,answer\na,['red' 'green'],A\n", "q.csv", #"q.csv line 2: found the text "['red' 'green']" under "options", "#),
      (
        #"{"question": "a", "options": "a ) 38 , b ) 27", "answer": "A"}"#, "q.jsonl",
        #"found the text "a ) 38 , b ) 27" under "options", "#
      ),
      (#"{"question": "a", "choices": ["x", null], "answer": "A"}"#, "q.jsonl", #"found a list with null in it under "choices", "#),
      (#"{"question": "a", "choices": [true, "x"], "answer": "A"}"#, "q.jsonl", #"found a list with true in it under "choices", "#),
      (#"{"question": "a", "choices": [{"message": "x"}, "y"], "answer": "A"}"#, "q.jsonl", "found a list with an object of 1 in it under"),
      (
        #"{"question": "a", "choices": [{"id": 1, "text": "x"}, {"id": 1, "text": "y"}], "answer": "A"}"#, "q.jsonl",
        "found names that are not one for each option under"
      ),
      (
        #"{"question": "a", "options": {"red": 1, "A": "x"}, "answer": "A"}"#, "q.jsonl",
        #"found an object with "red", "A" under "options""#
      ),
      (#"{"question": "a", "options": {"A": "x", "a": "y"}, "answer": "A"}"#, "q.jsonl", #"found an object with "A", "a" under "options""#),
      (#"{"question": "a", "choices": {"text": ["x", "y"], "label": ["A"]}, "answer": "A"}"#, "q.jsonl", #"found an object with "text", "#),
      (#"{"question": "a", "mc1_targets": {"choices": ["x", null]}}"#, "q.jsonl", #"under "mc1_targets.choices", "#),
      (#"{"question": "a", "A": "x", "B": "y", "C": ["z"], "answer": "A"}"#, "q.jsonl", #"found a list under "C", expected the text"#),
    ])
  func optionsThatCannotBeReadAreRefused(text: String, source: String, part: String) {
    let error = #expect(throws: QuestionsError.self) { try Self.read(text, source) }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(part.contains("\"C\"") ? "as under \"A\" and \"B\"" : "or rename the key of what is none") == true)
  }

  @Test("What cannot be read does not matter beside options") func whatCannotBeReadDoesNotMatterBesideOptions() throws {
    let question = try Self.read(#"{"question": "a", "options": "x or y", "choices": ["x", "y"], "answer": "y"}"#).questions[0]
    #expect(question.text == "a\nA. x\nB. y" && question.answers == ["B"])
  }

  @Test(
    "A record with other options than the first is refused",
    arguments: [
      (#""options": ["x", "y"]"#, #""options": null"#, #"no options under "options", as the first record has"#),
      (#""options": ["x", "y"]"#, #""choices": ["x", "y"]"#, #"no options under "options", as the first record has"#),
      (#""choices": {"text": ["x", "y"]}"#, #""choices": {"text": ["x"]}"#, #"no options under "choices", as the first record has"#),
      (#""subject": "z""#, #""options": {"A": "x", "B": "y"}"#, #"options under "options", which the first record lacks"#),
      (#""mc1_targets": {"choices": ["x", "y"]}"#, #""mc1_targets": {}"#, #"no options under "mc1_targets.choices", as the first"#),
      (
        #""Correct Answer": "A", "Incorrect Answer 1": "y""#, #""Correct Answer": "A""#,
        #"no options under "Incorrect Answer 1", as the first"#
      ),
      (
        #""Correct Answer": "A""#, #""Correct Answer": "A", "Incorrect Answer 1": "y""#,
        #"options under "Incorrect Answer 1", which the first"#
      ),
      (#""A": "x", "B": "y""#, #""A": "x""#, #"no options under "A", as the first record has"#),
      (#""B": "y""#, #""A": "x", "B": "y""#, #"options under "A", which the first record lacks"#),
    ])
  func aRecordWithOtherOptionsThanTheFirstIsRefused(first: String, second: String, part: String) {
    let lines = [first, second].map { #"{"question": "a", \#($0), "answer": "A"}"# }
    for (text, place) in [(lines.joined(separator: "\n"), "line 2"), ("[\(lines.joined(separator: ","))]", "record 2")] {
      let error = #expect(throws: QuestionsError.self) {
        try QuestionSet(content: Data(text.utf8), source: "q.json", labels: LabelReading(need: .nobody))
      }
      #expect(error?.message.hasPrefix("q.json \(place): found \(part)") == true, "\(error?.message ?? "")")
      #expect(error?.message.hasSuffix(": put such questions into a file of their own") == true)
    }
  }

  @Test("A conversation brings its own options") func aConversationBringsItsOwnOptions() throws {
    let conversation = #"{"prompt": [{"role": "user", "content": "a"}], "options": ["x", "y"], "answer": "A"}"#
    let set = try Self.read(conversation)
    #expect(set.questions[0].optionCount == 0 && set.reading.hasSuffix(#"answers under "answer""#))
    let error = #expect(throws: QuestionsError.self) {
      try Self.read(#"{"prompt": "a", "options": ["x", "y"], "answer": "A"}"# + "\n" + conversation)
    }
    #expect(error?.message.hasPrefix(#"q.jsonl line 2: found a conversation, expected options under "options", as the first"#) == true)
  }

  private static let counts = #"["4","3","2","1"]"#
  private static let colours = #"["red","green","blue"]"#

  @Test(
    "A file decides whether its answers of digits are places or texts",
    arguments: [
      // Each within its options, and one no text of them: places.
      ([(counts, "1"), (colours, "1")], [["B"], ["B"]]), ([(colours, "2"), (counts, "3")], [["C"], ["D"]]),
      // All texts of options, or one that is no place: texts first.
      ([(counts, "1"), (counts, "3")], [["D"], ["B"]]), ([(counts, "1"), (counts, "4")], [["D"], ["A"]]),
      ([(counts, "1"), (colours, "1"), (colours, "B")], [["D"], ["B"], ["B"]]),
      // Names of options
      ([(#"{"1": "2", "2": "1"}"#, "1"), (#"{"1": "3", "2": "4"}"#, "2")], [["A"], ["B"]]),
      ([(counts, "1"), (#"{"1": "red", "2": "green"}"#, "1")], [["D"], ["A"]]),
      ([(#"{"A": "1", "B": "0"}"#, "1"), (colours, "0")], [["B"], ["A"]]),
    ] as [([(String, String)], [[String]])])
  func aFileDecidesWhetherItsAnswersAreTextsOrPlaces(records: [(choices: String, answer: String)], answers: [[String]]) throws {
    let objects = records.map { #"{"question": "Which?", "choices": \#($0.choices), "answer": "\#($0.answer)"}"# }
    let rows = records.map { "Which?,\"\($0.choices.replacing("\"", with: "\"\""))\",\($0.answer)" }
    #expect(try Self.read(objects.joined(separator: "\n")).questions.map(\.answers) == answers)
    #expect(try Self.read("[\(objects.joined(separator: ","))]", "q.json").questions.map(\.answers) == answers)
    #expect(try Self.read("question,choices,answer\n" + rows.joined(separator: "\n"), "q.csv").questions.map(\.answers) == answers)
  }

  @Test("Numbers of JSON are places") func numbersOfJSONArePlaces() throws {
    for (answer, letters) in [("1", ["B"]), ("[1, 3]", ["B", "D"]), (#"["1", "3"]"#, ["D", "B"])] {
      let line = #"{"question": "Which?", "choices": \#(Self.counts), "answer": \#(answer)}"#
      #expect(try Self.read(line).questions[0].answers == letters)
    }
  }

  @Test(
    "All options with the text of the right one are right",
    arguments: [
      #""Correct Answer": "x", "Incorrect Answer 1": "y", "Incorrect Answer 2": "x""#,
      #""mc1_targets": {"choices": ["x", "x", "y"], "labels": [0, 1, 0]}"#, #""options": ["x", "x", "y"], "answer": "x""#,
      #""options": ["x", "x", "y"], "answer": "B""#,
    ])
  func allOptionsWithTheTextOfTheRightOneAreRight(fields: String) throws {
    #expect(try Self.read(#"{"question": "a", \#(fields)}"#).questions[0].answers == ["A", "B"])
  }

  @Test(
    "Options that bear other letters keep them",
    arguments: [#"["B. x", "A. y"]"#, #"["A. x", "y"]"#, #"["A.D.", "B.C."]"#, #"["A.", "B."]"#])
  func optionsThatBearOtherLettersKeepThem(options: String) throws {
    let question = try Self.read(#"{"question": "a", "options": \#(options), "answer": 0}"#).questions[0]
    let texts = try JSONDecoder().decode([String].self, from: Data(options.utf8))
    #expect(question.text == "a\nA. \(texts[0])\nB. \(texts[1])")
  }
}

import ChatTemplates
import Foundation
import Questions
import Testing

/// Questions in the formats that they come in, and the names that data sets give to what they hold.
@Suite struct QuestionFormatsTests {
  private static func read(_ text: String, _ source: String = "q.json", _ keys: QuestionKeys = .init()) throws -> QuestionSet {
    try QuestionSet(content: Data(text.utf8), source: source, keys: keys)
  }

  private static func message(_ text: String, _ source: String, _ keys: QuestionKeys = .init()) -> String {
    let error = #expect(throws: QuestionsError.self) { try read(text, source, keys) }
    #expect(error?.message.contains("\n") == false)
    return error?.message ?? ""
  }

  private static let two = [Question(id: "1", text: "a", answers: ["1"]), Question(id: "2", text: "b", answers: ["2.50"])]

  @Test(
    "Every format is read",
    arguments: [
      (#"[{"question": "a", "answer": 1}, {"answer": 2.50, "question": "b"}]"#, "q.json", "JSON"),
      ("\u{FEFF} [\n {\"question\": \"a\", \"answer\": \"1\"},\n {\"question\": \"b\", \"answer\": \"2.50\"}\n]\n", "q", "JSON"),
      (#"{"version": [1], "data": [{"question": "a", "answer": 1}, {"question": "b", "answer": 2.50}]}"#, "q.json", "JSON"),
      ("{\n\"questions\": [{\"question\": \"a\", \"answer\": 1},\n{\"question\": \"b\", \"answer\": 2.50}]}", "q.txt", "JSON"),
      ("{\"question\": \"a\", \"answer\": 1}\n{\"question\": \"b\", \"answer\": 2.50}", "q.json", "JSON lines"),
      ("{\"question\": \"a\", \"answer\": 1, \"data\": []}\r\n{\"question\": \"b\", \"answer\": 2.50}\r\n", "q", "JSON lines"),
      ("question,answer\na,1\nb,2.50", "q.csv", "CSV"), ("\u{FEFF}answer, question \r\n1,a\r\n\r\n2.50,b\r\n", "Q.CSV", "CSV"),
      ("question\tanswer\rb, not c\t1\r", "x.tsv", "TSV"),
    ])
  func everyFormatIsRead(text: String, source: String, format: String) throws {
    let set = try Self.read(text, source)
    #expect(set.reading == "\(format), questions under \"question\", answers under \"answer\"")
    if format == "TSV" {
      #expect(set.questions == [Question(id: "1", text: "b, not c", answers: ["1"])])
    } else {
      #expect(set.questions == Self.two)
    }
  }

  @Test("Fields in quotes hold anything") func fieldsInQuotesHoldAnything() throws {
    let text = "id,question,answer,note\r\nx,\"What is\r\n\"\"1, 2\"\"\n?\",\"\",\"\"\ny,5\" pipe,\"4\",z\n"
    let set = try Self.read(text, "q.csv")
    #expect(
      set.questions == [
        Question(id: "x", text: "What is\r\n\"1, 2\"\n?"), Question(id: "y", text: "5\" pipe", answers: ["4"]),
      ])
  }

  @Test(
    "A broken table is named with its line",
    arguments: [
      ("a,answer\n1,2\n", #"q.csv line 2: found the columns "a", "answer", expected one of question, prompt"#),
      ("question,answer\nq\n", "q.csv line 2: found 1 column, expected 2 as in the header"),
      ("question,answer\nq,1,2\n", "q.csv line 2: found 3 columns"), ("question,question\na,b\n", #"the column "question" twice"#),
      ("question,answer\n\"a\nb\",1\n\"c\n,2\n", "found no closing quote for the one that opens in line 4"),
      ("question\n\"a\" b\n", "q.csv line 2: found text after a closing quote"), ("question\n", "q.csv: found no question"),
      ("", "q.csv: found no question"), ("question,answer\n,1\n", #"q.csv line 2: found an empty text under "question""#),
      ("question\n\"" + String(repeating: "x", count: 1 << 20), "found more than 1048576 bytes after the quote that opens in line 2"),
      ("question\n" + String(repeating: "x", count: 1 << 21), "q.csv line 2: found a record of more than 1048576 bytes"),
    ])
  func aBrokenTableIsNamedWithItsLine(text: String, expected: String) {
    let told = Self.message(text, "q.csv")
    #expect(told.contains(expected), "\(told)")
  }

  @Test(
    "Broken JSON is named with its place",
    arguments: [
      ("[{\"question\": \"a\"}\n {\"question\": \"b\"}]", "q.json: line 2, column 2: expected ',' or ']'"),
      ("[{\"question\": \"a\"},\n 5]", "q.json: line 2, column 2: expected an object, found '5'"),
      ("[{\"question\": \"a\"}, {\"prompt\": \"b\"}]", "q.json record 2: found the keys \"prompt\", expected the key \"question\""),
      ("[{\"question\": \"a\"}", "q.json: line 1, column 19: expected ',' or ']', found the end of the text"),
      ("[]", "q.json: found no question"),
      ("[] []", "expected the end of the text"), ("{\"items\":\n [{\"question\": \"a\"}]}", "found one object with the keys \"items\""),
      ("{\"data\":\n {\"question\": \"a\"}}", "expected an array"), ("\"a\"", "q.json line 1: found \"a\", expected a JSON object"),
      (String(repeating: "[", count: 100_000), "q.json: line 1, column 2: expected an object, found '['"),
      ("[{\"x\": " + String(repeating: "{\"a\":", count: 90_000), "nested deeper than 64"),
      (
        "[{\"question\": \"" + String(repeating: "x", count: 1 << 20) + "\"}]",
        "found 1048578 bytes under \"question\", expected at most 1048576"
      ),
      ("[{\"question\": \"\\ud800\"}]", "half a surrogate pair"), ("[{\"question\": [{}, 1]}]", "found nothing as its role"),
    ])
  func brokenJSONIsNamedWithItsPlace(text: String, expected: String) {
    let told = Self.message(text, "q.json")
    #expect(told.contains(expected), "\(told)")
  }

  @Test("What is no text is named") func whatIsNoTextIsNamed() {
    for (bytes, kind) in [
      (Array("PAR1....".utf8), "a Parquet file"), ([0x1F, 0x8B, 8, 0], "gzip"), ([0xFF, 0xFE, 0x5B, 0], "UTF-16"),
      (Array("PK\u{3}\u{4}..".utf8), "a spreadsheet"),
    ] {
      let error = #expect(throws: QuestionsError.self) { try QuestionSet(content: Data(bytes), source: "train.parquet") }
      #expect(error?.message.contains(kind) == true)
    }
    #expect(Self.message("question,answer\na,b\n", "q.txt").contains("or a name that ends in .csv or .tsv"))
    for (name, text) in [("q.csv", "question\nok\n"), ("q.json", "[\n{\"x\": \"")] {
      let error = #expect(throws: QuestionsError.self) { try QuestionSet(content: Data(text.utf8) + [0xC3, 0x28], source: name) }
      #expect(error?.message.hasPrefix("\(name) line \(name == "q.csv" ? 3 : 2): found bytes that are not UTF-8") == true)
    }
  }

  @Test(
    "The usual names are found",
    arguments: [
      (#"{"prompt": "p", "text": "t", "target": "x", "label": 1}"#, "prompt", "target"),
      (#"{"problem": "p", "solution": "So it is \\boxed{7}.", "answer": "7"}"#, "problem", "answer"),
      (#"{"problem": "p", "solution": "So it is \\boxed{7}."}"#, "problem", "solution"),
      (#"{"instruction": "p", "label": 3, "question": null}"#, "instruction", "label"),
      (#"{"input": "p", "reward_model": {"style": "rule", "ground_truth": "5"}}"#, "input", "reward_model.ground_truth"),
    ])
  func theUsualNamesAreFound(line: String, question: String, answer: String) throws {
    let set = try Self.read(line, "q.jsonl")
    #expect(set.reading == "JSON lines, questions under \"\(question)\", answers under \"\(answer)\"")
    #expect(set.questions[0].text == "p")
    #expect(!set.questions[0].answers.isEmpty)
  }

  @Test("The first record decides") func theFirstRecordDecides() throws {
    let lines = #"{"prompt": "p", "answer": null}"# + "\n" + #"{"prompt": "r", "question": "q", "answer": 5, "gold": 6}"#
    #expect(try Self.read(lines, "q").questions == [Question(id: "1", text: "p"), Question(id: "2", text: "r", answers: ["5"])])
  }

  @Test("Keys lead into nested objects") func keysLeadIntoNestedObjects() throws {
    let line = #"{"extra_info": {"question": "q", "more": {"gold": 1e3}}, "a.b": "literal", "question": "not this"}"#
    #expect(
      try Self.read(line, "q", .init(question: "extra_info.question", answer: "extra_info.more.gold")).questions
        == [Question(id: "1", text: "q", answers: ["1000"])])
    #expect(try Self.read(line, "q", .init(question: "a.b")).questions[0].text == "literal")
    #expect(Self.message(line, "q", .init(question: "extra_info.absent")).contains("expected the key \"extra_info.absent\" (question_key)"))
  }

  @Test("An answer at the end of a solution is taken out of it") func anAnswerAtTheEndOfASolutionIsTakenOutOfIt() throws {
    let lines =
      #"{"question": "q", "answer": "3 + 4 = 7\nSo there are <<3+4=7>>7.\n#### 7"}"# + "\n"
      + #"{"question": "q", "answer": "$\\boxed{\\frac{1}{2}}$"}"# + "\n" + #"{"question": "q", "answer": "x = 5"}"#
    #expect(try Self.read(lines, "q").questions.map(\.answers) == [["7"], ["\\frac{1}{2}"], ["x = 5"]])
  }

  @Test("Conversations are prompts") func conversationsArePrompts() throws {
    let lines = """
      {"prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "1+"}, {"type": \
      "text", "text": "1?"}]}, {"role": "assistant", "content": "2"}], "reward_model": {"ground_truth": "2"}}
      {"prompt": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "x": 1}, {"role": "user", "content": "c"}]}
      {"prompt": "plain"}
      """
    let questions = try Self.read(lines, "q.jsonl").questions
    #expect(questions[0].messages == [.init(role: "system", content: "Be brief."), .init(role: "user", content: "1+\n1?")])
    #expect(questions.map(\.text) == ["1+\n1?", "c", "plain"])
    #expect(questions[0].answers == ["2"])
    #expect(questions[1].messages.count == 3)
    #expect(questions[2].messages.isEmpty)
  }

  @Test("Empty members for tools are passed over") func emptyMembersForTools() throws {
    let line = #"{"messages": [{"role": "user", "content": "a", "tool_calls": [], "function_call": null}]}"#
    #expect(try Self.read(line, "q.jsonl").questions.map(\.text) == ["a"])
  }

  @Test("A file that holds no text is refused with the line that converts it") func conversions() {
    #expect(
      Self.message("PAR1...", "train.bin").contains("python3 -c 'import pandas; pandas.read_parquet(\"train.bin\").to_json(\"train.jsonl\"")
    )
    #expect(Self.message("some text", "train.parquet").contains("found a Parquet file"))
    #expect(Self.message("some text", "model.gguf").contains("found a GGUF file, llama.cpp's format, expected JSON lines"))
  }

  @Test("A name of a data set on the Hub is told as such") func hubName() {
    let error = #expect(throws: QuestionsError.self) { try QuestionSet(contentsOf: "openai/gsm8k") }
    #expect(error?.message.contains("hf download openai/gsm8k --repo-type dataset --local-dir openai/gsm8k") == true)
  }

  @Test("A record with another number of fields is told in words") func columns() {
    #expect(Self.message("question\na,b\n", "q.csv").contains("found 2 columns, expected 1 as in the header"))
    #expect(Self.message("question,answer\na\n", "q.csv").contains("found 1 column, expected 2 as in the header"))
  }

  @Test(
    "A broken conversation is named",
    arguments: [
      (#"[{"role": "assistant", "content": "a"}]"#, "without a question"),
      ("[5]", "message 1 under \"messages\": found 5, expected an object"),
      (#"[{"role": 1, "content": "a"}]"#, "found 1 as its role"), (#"[{"role": "user", "content": null}]"#, "found null as its content"),
      (#"[{"role": "user", "content": [{"type": "image_url"}]}]"#, "found a part of type \"image_url\""),
      (#"[{"role": "system", "content": "Be brief."}]"#, "found a system message alone under \"messages\""),
      (#"[{"role": "system", "content": "a"}, {"role": "assistant", "content": "b"}]"#, "found a system message alone"),
      (
        #"[{"role": "user", "content": "a"}, {"role": "assistant", "content": null, "tool_calls": [{}]}]"#,
        "message 2 under \"messages\": found a tool call (\"tool_calls\"), expected a conversation in text alone"
      ),
      (#"[{"role": "assistant", "content": "", "function_call": {"name": "f"}}]"#, "found a tool call (\"function_call\")"),
      (#"[{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}]"#, "found the answer of a tool"),
      (#"[{"role": "user", "content": " "}]"#, "found an empty text"), (#"[{"role": "user"}]"#, "found nothing as its content"),
      (
        "[" + String(repeating: #"{"role": "user", "content": "a"},"#, count: 1024) + #"{"role": "user", "content": "a"}]"#,
        "found 1025 messages"
      ),
    ])
  func aBrokenConversationIsNamed(messages: String, expected: String) {
    let told = Self.message("{\"messages\": \(messages)}", "q.jsonl")
    #expect(told.hasPrefix("q.jsonl line 1: ") && told.contains(expected), "\(told)")
  }
}

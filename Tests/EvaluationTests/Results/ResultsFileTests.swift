import Evaluation
import Foundation
import Questions
import TestSupport
import Testing

/// A measurement of five questions of two benchmarks, and what its file holds after any end.
@Suite struct ResultsFileTests {
  static let counts = [3, 2]

  static func header(model: String = "m", identity: String = "1", samples: Int = 2, seed: UInt64 = 0, prompt: String = "{question}")
    -> EvaluationHeader
  {
    EvaluationHeader(
      model: model, identity: identity, arithmetic: "exact", samples: samples, seed: seed,
      benchmarks: counts.enumerated().map { index, count in
        EvaluationHeader.Benchmark(
          name: "b\(index)", source: "/b\(index).jsonl", questions: count, leftOut: 0, questionsDigest: "q\(index)", promptsDigest: prompt,
          prompt: prompt, system: nil, judge: "exact", maximumTokens: 20)
      })
  }

  static let questions = counts.enumerated().flatMap { index, count in
    (0..<count).map { BenchmarkQuestion(benchmark: "b\(index)", question: Question(id: "\($0)", text: "\($0)?", answers: ["\($0)"])) }
  }

  static func judged(_ place: Int) throws -> JudgedQuestion {
    let question = questions[place].question
    let answers = [question.answers[0], "7", "é\n\u{2028}\"\\"].map {
      SampledAnswer(text: $0, isBoxed: true, tokenCount: 3, isTruncated: $0 == "7", response: "It is \($0).")
    }
    return JudgedQuestion(
      question: question, greedy: answers[0], isGreedyCorrect: true,
      samples: answers.dropFirst().enumerated().map { JudgedQuestion.Sample(answer: $1, cluster: $0, isCorrect: false) })
  }

  /// Writes what is missing in a file.
  private func write(
    _ path: String, upTo count: Int = ResultsFileTests.questions.count, header: EvaluationHeader = ResultsFileTests.header()
  ) throws -> EvaluationResults {
    let file = try ResultsFile(path, header: header, questions: Self.questions)
    for place in file.results.questionCount..<max(count, file.results.questionCount) {
      try file.append(try Self.judged(place), of: Self.questions[place].benchmark)
    }
    return file.results
  }

  @Test("A file that ends anywhere goes on to the same bytes") func aFileThatEndsAnywhereGoesOnToTheSameBytes() throws {
    let folder = try ScratchFolder()
    let whole = try write(folder.file("whole"))
    #expect(whole.isWhole)
    let bytes = try Data(contentsOf: URL(filePath: folder.file("whole")))
    for end in stride(from: 0, through: bytes.count, by: 13) {
      try bytes.prefix(end).write(to: URL(filePath: folder.file("part")))
      #expect(try write(folder.file("part")) == whole)
      #expect(try Data(contentsOf: URL(filePath: folder.file("part"))) == bytes, "cut at \(end)")
    }
    #expect(try EvaluationResults(contentsOf: folder.file("whole")) == whole)
  }

  @Test("Every response is kept in the file, and none in memory") func everyResponseIsKeptInTheFile() throws {
    let folder = try ScratchFolder()
    let results = try write(folder.file("whole"))
    #expect(folder.lines("whole").dropFirst().allSatisfy { $0.components(separatedBy: "It is").count == 4 })
    #expect(results.benchmarks[1][0].samples.map(\.answer.response) == ["", ""])
    #expect(results.benchmarks[1][0].samples.map(\.answer.isTruncated) == [true, false])
    #expect(results.benchmarks.map(\.count) == Self.counts)
  }

  @Test(
    "Results of another evaluation are refused by what differs",
    arguments: [
      (ResultsFileTests.header(identity: "2"), "other weights of the model m"),
      (ResultsFileTests.header(model: "n", identity: "2"), "the model m, not n"),
      (ResultsFileTests.header(samples: 3), "samples 2, not 3"), (ResultsFileTests.header(seed: 9), "seed 0, not 9"),
      (ResultsFileTests.header(prompt: "Q: {question}"), "the prompt {question}, not Q: {question}"),
    ])
  func resultsOfAnotherEvaluationAreRefused(header: EvaluationHeader, difference: String) throws {
    let folder = try ScratchFolder()
    _ = try write(folder.file("part"), upTo: 2)
    let before = folder.text("part")
    let error = #expect(throws: EvaluationError.self) { try write(folder.file("part"), header: header) }
    #expect(error?.message.contains(" has results of another evaluation (\(difference)): ") == true, "\(error?.message ?? "")")
    #expect(folder.text("part") == before)
  }

  @Test("The model's path does not matter") func theModelsPathDoesNotMatter() throws {
    let folder = try ScratchFolder()
    _ = try write(folder.file("part"), upTo: 2)
    #expect(try write(folder.file("part"), header: Self.header(model: "elsewhere")).header.model == "m")
  }

  @Test(
    "A file of something else is refused and stays as it is",
    arguments: ["a note without a line's end", "a note\n", "{\"empo_eval\": 1}\n", "{\"a\": 1}\n{\"b\": 2}\n"])
  func aFileOfSomethingElseIsRefused(text: String) throws {
    let folder = try ScratchFolder()
    _ = try folder.file("note", text)
    #expect(throws: EvaluationError.self) { try write(folder.file("note")) }
    #expect(folder.text("note") == text)
    #expect(throws: EvaluationError.self) { try EvaluationResults(contentsOf: folder.file("note")) }
  }

  @Test(
    "A file whose lines are not the questions' does not go on",
    arguments: [([0, 1, 3], 3, "1"), ([0, 2, 1], 2, "0"), ([0, 1, 1, 3], 3, "1"), ([0, 1, 2, 2], 4, "2")])
  func aFileWhoseLinesAreNotTheQuestionsDoesNotGoOn(lines: [Int], number: Int, id: String) throws {
    let folder = try ScratchFolder()
    _ = try write(folder.file("whole"))
    let all = folder.lines("whole")
    let text = lines.map { all[$0] + "\n" }.joined()
    _ = try folder.file("part", text)
    let error = #expect(throws: EvaluationError.self) { try write(folder.file("part")) }
    #expect(error?.message.contains("part: line \(number) is not question \"\(id)\" of b0: ") == true, "\(error?.message ?? "")")
    #expect(error?.message.hasSuffix("choose another file after --out") == true)
    #expect(folder.text("part") == text)
  }

  @Test("A line with another text or label does not go on") func aLineWithAnotherTextDoesNotGoOn() throws {
    let folder = try ScratchFolder()
    _ = try write(folder.file("whole"))
    for (old, new) in [("1?", "2?"), (#""label":["1"]"#, #""label":["2"]"#)] {
      _ = try folder.file("part", folder.text("whole").replacingOccurrences(of: old, with: new))
      let error = #expect(throws: EvaluationError.self) { try write(folder.file("part")) }
      #expect(error?.message.contains("line 3 is not question \"1\" of b0") == true, "\(error?.message ?? "")")
    }
  }

  @Test("A file with a line in the place of another cannot be read as a result") func aFileWithARepeatedLineCannotBeRead() throws {
    let folder = try ScratchFolder()
    _ = try write(folder.file("whole"))
    let all = folder.lines("whole")
    _ = try folder.file("part", [0, 1, 2, 2, 4, 5].map { all[$0] + "\n" }.joined())
    let error = #expect(throws: EvaluationError.self) { try EvaluationResults(contentsOf: folder.file("part")) }
    #expect(error?.message.contains("line 4 is question \"1\" of b0 again") == true, "\(error?.message ?? "")")
  }

  @Test("A question that was asked twice stands twice in a result") func aQuestionThatWasAskedTwiceStandsTwice() throws {
    let folder = try ScratchFolder()
    let asked = [0, 1, 1].map { Self.questions[$0] }
    var header = Self.header()
    header.benchmarks.removeLast()
    header.benchmarks[0].questionsDigest = EvaluationHeader.digest(of: asked.map(\.question))
    let file = try ResultsFile(folder.file("twice"), header: header, questions: asked)
    for place in [0, 1, 1] { try file.append(try Self.judged(place), of: "b0") }
    #expect(try EvaluationResults(contentsOf: folder.file("twice")) == file.results)
  }

  @Test("A file that is written or not whole cannot be read as a result") func aFileThatIsWrittenCannotBeReadAsAResult() throws {
    let folder = try ScratchFolder()
    let file = try ResultsFile(folder.file("part"), header: Self.header(), questions: Self.questions)
    try file.append(try Self.judged(0), of: "b0")
    let second = #expect(throws: EvaluationError.self) {
      try ResultsFile(folder.file("part"), header: Self.header(), questions: Self.questions)
    }
    #expect(second?.message.contains("another process writes its results there") == true)
    let early = #expect(throws: EvaluationError.self) { try EvaluationResults(contentsOf: folder.file("part")) }
    #expect(early?.message.contains("found 1 of 5 questions") == true)
    withExtendedLifetime(file) {}
  }
}

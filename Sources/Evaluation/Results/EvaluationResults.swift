internal import Files
internal import Foundation
internal import Questions

/// The judged answers of an evaluation, by benchmark.
public struct EvaluationResults: Sendable, Equatable {
  /// What was measured.
  public var header: EvaluationHeader
  /// The judged questions of every benchmark, in the header's order; their responses are left out.
  public var benchmarks: [[JudgedQuestion]]

  /// Results without any answer yet.
  public init(header: EvaluationHeader) {
    self.header = header
    benchmarks = header.benchmarks.map { _ in [] }
  }

  /// How many questions are judged.
  public var questionCount: Int { benchmarks.reduce(0) { $0 + $1.count } }

  /// Whether every question is judged.
  public var isWhole: Bool { zip(header.benchmarks, benchmarks).allSatisfy { $0.questions == $1.count } }

  /// Appends the next judged question, without its responses.
  public mutating func append(_ judged: JudgedQuestion) {
    append(JudgedQuestionRecord(judged))
  }

  mutating func append(_ record: JudgedQuestionRecord) {
    guard let index = nextBenchmark else { preconditionFailure("the evaluation has no more questions") }
    benchmarks[index].append(record.judged(record.plainQuestion, withResponses: false))
  }

  /// The benchmark of the next question; nil where all are judged.
  var nextBenchmark: Int? { zip(header.benchmarks, benchmarks).map { $0.questions > $1.count }.firstIndex(of: true) }

  /// Reads a file of results.
  ///
  /// Throws unless it is one, whole, and of the header's questions as far as its lines can tell.
  public init(contentsOf path: String) throws {
    guard let found = try EvaluationResults.read(path) else {
      throw EvaluationError(.results, "\(path) is empty: expected a file that `empo eval --out` wrote")
    }
    self = found.results
    guard isWhole else {
      let asked = header.benchmarks.reduce(0) { $0 + $1.questions }
      throw EvaluationError(
        .results, "\(path): found \(questionCount) of \(counted(asked, "question")): finish it first, by the same `empo eval` again")
    }
    // The first line is the header.
    var line = 2
    for (benchmark, judged) in zip(header.benchmarks, benchmarks) {
      if let place = Self.repetition(in: judged), benchmark.questionsDigest != EvaluationHeader.digest(of: judged.map(\.question)) {
        throw EvaluationError(
          .results,
          "\(path): line \(line + place) is question \"\(judged[place].question.id)\" of \(benchmark.name) again, in the place of another: "
            + "expected a file as `empo eval --out` wrote it")
      }
      line += judged.count
    }
  }

  /// The first place of a question that stands with the same answers before it, too; nil where there is none.
  private static func repetition(in questions: [JudgedQuestion]) -> Int? {
    var known: [String: [JudgedQuestion]] = [:]
    return questions.firstIndex { judged in
      if known[judged.question.id]?.contains(judged) == true { return true }
      known[judged.question.id, default: []].append(judged)
      return false
    }
  }

  /// Reads the whole lines of a file, and how many bytes they have; nil where there is none. A torn last line is passed over.
  static func read(_ path: String) throws -> (results: EvaluationResults, byteCount: Int)? {
    let content = try DurableFile.attempt("read", path) { try Data(contentsOf: URL(fileURLWithPath: path)) }
    let decoder = JSONDecoder()
    var results: EvaluationResults?
    var (start, number) = (content.startIndex, 0)
    while let end = content[start...].firstIndex(of: UInt8(ascii: "\n")) {
      number += 1
      let line = content[start..<end]
      func refused(_ expected: String) -> EvaluationError {
        EvaluationError(.results, "\(path): line \(number) is not \(expected): expected a file that `empo eval --out` wrote")
      }
      if results == nil {
        guard let header = try? decoder.decode(EvaluationHeader.self, from: line) else { throw refused("the header of an evaluation") }
        guard header.format == EvaluationHeader.currentFormat else {
          throw EvaluationError(
            .results, "\(path): found format \(header.format) of results, expected \(EvaluationHeader.currentFormat): evaluate again")
        }
        results = EvaluationResults(header: header)
      } else if let record = try? decoder.decode(JudgedQuestionRecord.self, from: line), let index = results?.nextBenchmark,
        record.benchmark == results?.header.benchmarks[index].name, record.sampleCount == results?.header.samples
      {
        results?.append(record)
      } else {
        throw refused("the next question's")
      }
      start = end + 1
    }
    return results.map { ($0, start - content.startIndex) }
  }
}

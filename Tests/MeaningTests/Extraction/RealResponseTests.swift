import Foundation
import Meaning
import TestSupport
import Testing

/// What two real models wrote to 100 questions: see `scripts/evidence/corpus.sh`.
@Suite("Responses of real models") struct RealResponseTests {
  private struct Group: Decodable {
    struct Response: Decodable {
      var text: String
    }

    var question: String
    var responses: [Response]
  }

  /// A person's reading of a response that Math-Verify reads otherwise.
  private struct Reading: Decodable {
    var model: String
    var question: String
    var place: String
    var cause: String
  }

  private static let models = ["qwen2.5-coder-0.5b-instruct", "smollm2-135m-instruct"]

  private static func lines<Line: Decodable>(_ name: String) throws -> [Line] {
    let data = try Data(contentsOf: URL(filePath: TestFiles.package("scripts/evidence/corpus/\(name).jsonl")))
    return try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Line.self, from: $0) }
  }

  @Test("No answer is taken from a response that states none", arguments: models) func noAnswer(model: String) throws {
    let groups: [Group] = try Self.lines(model)
    let readings: [Reading] = try Self.lines("reading")
    let silent = readings.filter { $0.model == model && ($0.cause.hasPrefix("cut off") || $0.cause.hasPrefix("no answer")) }
    #expect(silent.count > 100)
    for reading in silent {
      let group = try #require(groups.first { $0.question == reading.question })
      let response = try #require(Int(reading.place).map { group.responses[$0].text })
      #expect(extractAnswer(from: response) == .none, "\(reading.question), response \(reading.place)")
    }
  }

  @Test("Boxes are read", arguments: models) func boxes(model: String) throws {
    let groups: [Group] = try Self.lines(model)
    let answers = groups.flatMap(\.responses).map { extractAnswer(from: $0.text) }
    #expect(answers.count == 400)
    #expect(answers.count { $0.isBoxed } == (model == Self.models[0] ? 256 : 4))
  }

  @Test("Clusters of a group are those of equality", arguments: models)
  func clustersOfEquality(model: String) throws {
    let groups: [Group] = try Self.lines(model)
    let judge = MathJudge()
    for group in groups {
      let answers = group.responses.map { extractAnswer(from: $0.text).text }
      let clusters = judge.clusters(of: answers, question: "")
      for (first, answer) in answers.enumerated() where !answer.isEmpty {
        for (second, other) in answers.enumerated() where !other.isEmpty {
          #expect(judge.isEqual(answer, other) == (clusters[first] == clusters[second]), "\(answer) and \(other)")
        }
      }
    }
  }
}

import Foundation
import Meaning
import Testing

@Suite struct ReferenceExtractionTests {
  private struct Case: Decodable {
    var id: String
    var kind: String
    var response: String
    var answer: String
  }

  /// The file of reference data with this path, where the environment names a folder.
  private static func file(_ path: String) -> String? {
    ProcessInfo.processInfo.environment["EMPO_DATA"].map { "\($0)/\(path)" }.flatMap {
      FileManager.default.fileExists(atPath: $0) ? $0 : nil
    }
  }

  @Test(
    "Every reference case is extracted as labelled",
    .enabled(if: file("math/extraction.jsonl") != nil, "EMPO_DATA names no folder with it"),
    arguments: ["math/extraction.jsonl", "faults/extraction.jsonl"])
  func everyReferenceCaseIsExtractedAsLabelled(path: String) throws {
    guard let file = Self.file(path) else { return }
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    let cases = try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Case.self, from: $0) }
    #expect(cases.count > 30)
    for test in cases {
      #expect(extractAnswer(from: test.response).text == test.answer, "\(test.id), \(test.kind)")
    }
  }
}

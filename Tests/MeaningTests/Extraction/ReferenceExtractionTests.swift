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

  /// The folder of reference data, where the environment names one.
  private static let file = ProcessInfo.processInfo.environment["EMPO_DATA"].map { $0 + "/math/extraction.jsonl" }

  @Test(
    "Every reference case is extracted as labelled",
    .enabled(if: file.map(FileManager.default.fileExists(atPath:)) == true, "EMPO_DATA names no folder with math/extraction.jsonl"))
  func everyReferenceCaseIsExtractedAsLabelled() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: try #require(Self.file)))
    let cases = try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Case.self, from: $0) }
    #expect(cases.count > 100)
    for test in cases {
      #expect(extractAnswer(from: test.response).text == test.answer, "\(test.id), \(test.kind)")
    }
  }
}

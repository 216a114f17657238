import Foundation
import Meaning
import Testing

@Suite struct ReferenceEquivalenceTests {
  private struct Pair: Decodable {
    var a: String
    var b: String
    var equivalent: Bool
    var kind: String
  }

  private static let file = ProcessInfo.processInfo.environment["EMPO_DATA"].map { $0 + "/math/equivalence.jsonl" }

  /// The kinds of equivalent pairs that this judge is meant to see through wholly.
  private static let understood: Set<String> = [
    "gold_leading_zero", "gold_decimal_exact", "gold_frac_sign", "gold_mixed", "gold_thousands", "gold_thousands_nthin", "gold_text_bf",
    "gold_text_mathrm", "gold_text_bare", "gold_text_case", "gold_dfrac_tfrac", "gold_wrap_dollar", "gold_wrap_display", "gold_wrap_lead",
    "gold_decimal_to_frac", "gold_degree_brace", "gold_base_brace", "syn_thousands", "syn_thousands_thin", "syn_text", "syn_text_bare",
    "syn_percent", "syn_fraction",
  ]

  @Test(
    "Nothing different is merged and the understood kinds are whole",
    .enabled(if: file.map(FileManager.default.fileExists(atPath:)) == true, "EMPO_DATA names no folder with math/equivalence.jsonl"))
  func nothingDifferentIsMergedAndTheUnderstoodKindsAreWhole() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: try #require(Self.file)))
    let pairs = try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Pair.self, from: $0) }
    #expect(pairs.count > 1000)
    let judge = ExactJudge()
    for pair in pairs {
      let isEqual = judge.isEqual(pair.a, pair.b)
      #expect(isEqual == judge.isEqual(pair.b, pair.a))
      if !pair.equivalent { #expect(!isEqual, "\(pair.kind): '\(pair.a)' and '\(pair.b)' differ") }
      if pair.equivalent, Self.understood.contains(pair.kind) { #expect(isEqual, "\(pair.kind): '\(pair.a)' and '\(pair.b)' are the same") }
    }
  }
}

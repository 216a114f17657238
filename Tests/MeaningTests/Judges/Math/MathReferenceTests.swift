import Foundation
import Meaning
import Testing

@Suite("Mathematical judge on the reference pairs")
struct MathReferenceTests {
  private struct Pair: Decodable {
    var a: String
    var b: String
    var equivalent: Bool
    var kind: String
    var basis: String?
  }

  private static let folder = ProcessInfo.processInfo.environment["EMPO_DATA"].map { $0 + "/math/" }

  /// Kinds whose labels no equivalence relation can have beside the others: `x = 3` and `y = 3` both are 3.
  private static let impossible: Set<String> = ["syn_var_name_conflict"]

  private static func pairs(_ name: String) throws -> [Pair] {
    let data = try Data(contentsOf: URL(fileURLWithPath: try #require(folder) + name))
    return try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Pair.self, from: $0) }
  }

  @Test("Agrees on every kind and merges no near miss", .enabled(if: folder != nil, "EMPO_DATA names no folder of reference data"))
  func agreesOnEveryKindAndMergesNoNearMiss() throws {
    let judge = MathJudge()
    var agreed: [String: (count: Int, of: Int)] = [:]
    for pair in try Self.pairs("equivalence.jsonl") {
      let isEqual = judge.isEqual(pair.a, pair.b)
      #expect(isEqual == judge.isEqual(pair.b, pair.a))
      if isEqual, !pair.equivalent { #expect(Self.impossible.contains(pair.kind), "\(pair.kind): '\(pair.a)' and '\(pair.b)' differ") }
      agreed[pair.kind, default: (0, 0)].of += 1
      agreed[pair.kind, default: (0, 0)].count += isEqual == pair.equivalent ? 1 : 0
    }
    let all = agreed.values.reduce((count: 0, of: 0)) { ($0.count + $1.count, $0.of + $1.of) }
    print("mathematical judge: \(all.count) of \(all.of) reference pairs")
    #expect(Double(all.count) >= 0.995 * Double(all.of))
    for (kind, share) in agreed where !Self.impossible.contains(kind) {
      #expect(Double(share.count) >= 0.95 * Double(share.of), "\(kind): \(share.count) of \(share.of)")
    }
  }

  @Test("Goes beyond math verify", .enabled(if: folder != nil, "EMPO_DATA names no folder of reference data"))
  func goesBeyondMathVerify() throws {
    let judge = MathJudge()
    let strict = try Self.pairs("beyond_math_verify.jsonl").filter { $0.basis == "strict" }
    let agreed = strict.count { judge.isEqual($0.a, $0.b) == $0.equivalent }
    print("mathematical judge: \(agreed) of \(strict.count) pairs that Math-Verify misjudges")
    #expect(Double(agreed) >= 0.9 * Double(strict.count))
  }
}

import Meaning
import Testing

@Suite struct ResponseSimilaritiesTests {
  private func similarity(_ left: String, _ right: String) -> Double { responseSimilarities([left, right])[0][1] }

  /// Of "a b", the sequences are a, b and a b; of "a a", a twice and a a.
  static let pairs: [(String, String, Double)] = [
    ("a b", "a b", 1), ("A  b", "a\nB", 1), ("a b", "a c", 1.0 / 3), ("a a", "a b", 2 / 15.0.squareRoot()), ("a b", "c d", 0),
    ("12+3", "12 + 3", 1), ("x", "", 0), ("", "", 1), ("日本", "日 本", 1), ("é", "e", 0), ("año", "a ño", 0),
  ]

  @Test("Texts are as alike as their sequences of words", arguments: pairs) func cosines(left: String, right: String, expected: Double) {
    #expect(similarity(left, right) == expected)
    #expect(similarity(right, left) == expected)
  }

  @Test("Order counts, and length does not") func order() {
    let text = "take two from seven and you have five"
    #expect(similarity(text, "five have you and seven from two take") < 0.5)
    #expect(similarity(text, text + "\n" + text) > 0.9)
  }

  @Test("Thinking is left out", arguments: ["<think>so</think>", "no mark, then</thinking>", "[THINK]a[/THINK]"]) func thinking(
    before: String
  ) {
    #expect(similarity(before + "five", "five") == 1)
    #expect(similarity("<think>five", "five") == 0)
  }

  @Test("A matrix of all pairs is symmetric") func matrix() {
    let found = responseSimilarities(["a b c", "a b", "c"])
    #expect(found.map(\.count) == [3, 3, 3])
    for left in 0..<3 {
      #expect(found[left][left] == 1)
      for right in 0..<3 { #expect(found[left][right] == found[right][left]) }
    }
  }
}

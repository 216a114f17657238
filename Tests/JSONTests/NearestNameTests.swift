import JSON
import Testing

struct NearestNameTests {
  @Test(
    "A slip is found, and nothing else",
    arguments: [
      ("temprature", "temperature"), ("Top_P", "top_p"), ("sede", "seed"), ("temperatures", "temperature"), ("x", nil), ("", nil),
      ("prompt_text", nil),
      (String(repeating: "a", count: 100_000), nil),
    ])
  func slipsAreFound(_ found: String, _ expected: String?) {
    #expect(NearestName.name(to: found, among: ["temperature", "top_p", "seed", "presence_penalty"]) == expected)
  }

  @Test("Of two names that are as near, the first by the alphabet is meant, whatever their order")
  func orderDoesNotMatter() {
    #expect(NearestName.name(to: "top_", among: ["top_p", "top_k"]) == "top_k")
    #expect(NearestName.name(to: "top_", among: ["top_k", "top_p"]) == "top_k")
  }

  @Test(
    "Insertions, deletions, substitutions and exchanges of neighbours count one each",
    arguments: [
      ("abc", "abc", 0), ("abc", "abxc", 1), ("abc", "ac", 1), ("abc", "axc", 1), ("abc", "acb", 1), ("", "abc", 3), ("abc", "cab", 2),
    ])
  func editsAreCounted(_ first: String, _ second: String, _ distance: Int) {
    #expect(NearestName.distance(first, second) == distance)
    #expect(NearestName.distance(second, first) == distance)
  }
}

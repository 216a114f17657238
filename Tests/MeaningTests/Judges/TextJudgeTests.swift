import Meaning
import Testing

@Suite struct TextJudgeTests {
  private let judge = TextJudge()

  /// Every row means one thing; no two rows mean the same.
  static let meanings: [[String]] = [
    [
      "Moon", "moon", "The Moon", "the moon.", " THE  MOON ", "\"The Moon\"", "“the moon”", "**The Moon**", "*moon*", "`moon`",
      #"\text{the Moon}"#,
      "$\\mathrm{Moon}$", "a moon", "an moon", "(the moon)", "moon!", "Ｍｏｏｎ", "moo\u{200B}n", "the\u{00A0}moon", "¿Moon?", "「moon」",
    ],
    ["moons"], ["A", "a", "a.", "(A)"], ["vitamin A"], ["vitamin", "a vitamin"],
    ["Gödel", "Godel", "GÖDEL", "Go\u{0308}del", #"G\"odel"#, #"G\"{o}del"#, #"\text{G\"odel}"#],
    ["straße", "STRASSE", "strasse", #"stra\ss e"#], ["søren", #"s\o ren"#, "SØREN"], ["soren"],
    ["Σίσυφος", "σίσυφος", "ΣΊΣΥΦΟΣ", "σισυφος"], ["Йод", "йод", "И\u{0306}од"], ["Иод"], ["がく"], ["かく"], ["café", "cafe", "CAFÉ"],
    ["ﬁne", "fine", "FINE"], ["Æon"], ["don't", "dont", "Don’t", "don‘t"], ["do not"],
    ["well-known", "well known", "well–known", "well—known", "well\u{2010}known", "well/known"], ["wellknown"],
    ["U.S.", "US", "u.s", "the U.S."], ["U.S.A.", "USA"],
    ["salt & pepper", "salt and pepper", #"salt \& pepper"#, "salt, and pepper"],
    ["5%", "5 %", "five percent", #"5\%"#, "5 percent"],
    ["5", "five", "Five.", "$5$", "$5", "٥", "５"], ["-5", "\u{2212}5", "–5"], ["5th", "fifth", "Fifth"], ["5.0"],
    ["21", "twenty-one", "twenty one", "Twenty–One"], ["21st", "twenty-first", "twenty first", "21th"], ["20 1"], ["20 1st"],
    ["105", "one hundred and five", "a hundred and five", "one hundred five", "hundred five"],
    ["100", "hundred", "a hundred", "one hundred"],
    ["3000000", "three million", "3 million", "3,000,000", "3{,}000{,}000", #"3,\!000,\!000"#],
    ["1234567", "one million two hundred thirty-four thousand five hundred and sixty-seven", "1,234,567"],
    ["1500", "fifteen hundred", "one thousand five hundred", "1,500"], ["1 2 3", "one two three", "one, two, three", "1, 2, 3", "1,2,3"],
    ["123"],
    ["12,3456", "12 3456"], ["1,23", "1 23"], ["19 90", "nineteen ninety"], ["1990"], ["2000 1000000", "two thousand million"],
    ["0", "zero"],
    ["1/2", #"\frac{1}{2}"#, #"\frac12"#, "½", "1\u{2044}2"], ["1 1/2", "1½", #"1\frac{1}{2}"#], ["11/2"], ["1:2"], ["12"], ["1-2", "1–2"],
    ["1 2"],
    ["1.5"], ["15"], [".5"], ["3:45"], ["345"], ["10^2", "10²", "10^{2}", #"$10^2$"#], ["102"], ["10^{-2}", "10⁻²"],
    ["H2O", "H₂O", "H_2O", "H_{2}O", #"\mathrm{H_2O}"#], ["C"], ["C++"], ["C#"], ["C+"], ["x > 1"], ["x < 1"], ["x"], ["-x", "\u{2212}x"],
    ["25°C", "25℃"], ["100€"], ["🙂"], ["🙃"], ["∅"], ["∞"], ["東京"], ["京都"], ["yes"], ["no"], ["and"], ["percent", "%"],
    ["pi", #"\pi"#, #"$\pi$"#], ["π"], ["first second", "1st 2nd"], ["e.g", "eg", "e.g."],
  ]

  @Test("Rows are classes of equality", arguments: meanings.indices) func rowsAreClassesOfEquality(row: Int) {
    for answer in Self.meanings[row] {
      for (index, others) in Self.meanings.enumerated() {
        let misjudged = others.filter { judge.isEqual(answer, $0) != (index == row) }
        #expect(misjudged.isEmpty, "against '\(answer)'")
      }
    }
  }

  @Test(
    "Punctuation alone equals nothing",
    arguments: ["", " ", ".", "...", "?!", "\"\"", "$$", "()", "{}", "-", "—", "**", #"\,"#, "\u{200B}", "\u{FEFF}", "'", "_"])
  func punctuationAloneEqualsNothing(answer: String) {
    #expect(!judge.isEqual(answer, answer))
    #expect(judge.verdict(on: answer, and: "x", question: "").basis == .empty)
  }

  @Test("Clusters and verdicts are by words") func clustersAndVerdictsAreByWords() {
    #expect(judge.clusters(of: ["The cat", "cat.", "", "dog", "CAT", ""], question: "?") == [0, 0, 1, 2, 0, 3])
    #expect(judge.verdict(on: "The cat", and: "cats", question: "") == Verdict(isEquivalent: false, basis: .text))
  }
}

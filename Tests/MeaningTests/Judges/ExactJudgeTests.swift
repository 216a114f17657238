import Meaning
import Testing

@Suite struct ExactJudgeTests {
  private let judge = ExactJudge()

  /// Every row means one thing; no two rows mean the same.
  static let meanings: [[String]] = [
    ["0", "-0", "+0", "0.00", "0/5", #"\frac{0}{7}"#, "0%", "0e5"],
    [
      "42", " 42 ", "+42", "42.", "42.0", "042", "$42$", "$$42$$", #"\(42\)"#, #"\[42\]"#, "**42**", "{42}", "{{42}}", #"\text{42}"#,
      #"\mathbf{42}"#, #"\boxed{42}"#, #"\displaystyle 42"#, #"\left(42\right)"#, "(42)", "84/2", #"\frac{84}{2}"#, #"$\$42$"#, "$42",
      #"\$42.00"#, "4200%", "4.2e1",
    ],
    [
      "-42", "\u{2212}42", "- 42", "-(42)", "(-42)", "-$42", "$-42", #"-\$42"#, #"\frac{-84}{2}"#, #"\frac{84}{-2}"#, #"-\frac{84}{2}"#,
      "84/-2",
    ],
    [
      "1/2", "0.5", ".5", ".50", "50%", #"50\%"#, #"50 \%"#, #"\frac12"#, #"\frac 1 2"#, #"\frac{1}2"#, #"\dfrac{1}{2}"#, #"\tfrac12"#,
      "2 / 4", "5e-1", #"\frac{0.25}{0.5}"#, #"\frac{\frac{1}{2}}{1}"#, "-(-1/2)", #"\frac{-1}{-2}"#, ".5.",
    ],
    ["1/3", #"\frac{1}{3}"#, "2/6", #"\frac{\frac13}{1}"#],
    ["0.333333333333"],
    ["3/2", "1.5", #"1\frac{1}{2}"#, #"1 \frac12"#, "150%"],
    [#"2\frac{3}{2}"#],
    ["1234567", "1,234,567", "1{,}234{,}567", #"1,\!234,\!567"#, #"1,\! 234,\! 567"#, #"1\,234\,567"#, "1 234 567", "1234567.0"],
    ["1234.5", "1,234.5", "12345e-1"],
    ["1,234 567"], ["1, 234"], ["1,23"], ["12,3456"], ["0,123"], ["1234,567"],
    ["1 2"], ["12"], ["1 1/2"], ["11/2", "5.5"], ["1/2/3"], ["1/0"], [#"\frac{1}{0}"#, #"\frac10"#], ["3:4"], ["353_8", "353_{8}"],
    ["5 cm", "5cm", #"5\text{ cm}"#, #"5~\mathrm{cm}"#, #"5\,\text{cm}"#],
    ["yes", "Yes", "YES.", #"\text{Yes}"#, #"\textbf{yes}."#, " yes "],
    ["new york", #"\text{New  York}"#, "New\u{00A0}York"],
    ["newyork"],
    ["(c)", "(C)", #"\text{(C)}"#, #"\textbf{(C)}"#, #"\left(C\right)"#],
    [#"\pi"#, #"$\pi$"#, #"{\pi}"#], [#"\Pi"#], [#"2\pi"#, #"2 \pi"#, #"2{\pi}"#, #"2\,\pi"#], [#"\pi r"#, #"\pi{r}"#],
    [#"\sqrt{2}"#, #"\sqrt2"#, #"\sqrt 2"#], [#"\sqrt{23}"#], [#"\sqrt{2}3"#, #"\sqrt23"#],
    ["x^2", "x^{2}", "x ^ 2", "$x^2$"], ["x^{12}"],
    ["(-1,2]", #"\left( -1, 2 \right]"#], ["1,3,9", "$1$, $3$, $9$", "1, 3, 9"],
    [#"\{1,2\}"#, #"\left\{1, 2\right\}"#, #"\lbrace 1,2\rbrace"#],
    [#"x \le 2"#, #"x\leq 2"#], ["1,2,..."], ["..."],
    ["1e200", "1E+200"], ["1e201"], ["1e300"],
    [String(repeating: "9", count: 200)], [String(repeating: "9", count: 201)],
    ["五"], ["٥"], ["1e"], ["e"], ["%"], ["/"], ["-"], ["--5"], ["{"], ["}"], ["\\"],
    [#"\frac"#], [#"\frac{"#], [#"\frac{1"#], [#"\frac{1}"#],
  ]

  @Test("Rows are classes of equality", arguments: meanings.indices) func rowsAreClassesOfEquality(row: Int) {
    for answer in Self.meanings[row] {
      for (index, others) in Self.meanings.enumerated() {
        let misjudged = others.filter { judge.isEqual(answer, $0) != (index == row) }
        #expect(misjudged.isEmpty, "against '\(answer)'")
      }
    }
  }

  @Test("Clusters are numbered by first appearance") func clustersAreNumberedByFirstAppearance() {
    #expect(judge.clusters(of: ["1/2", "2", "0.5", "", "2.0", "yes", " ", "Yes.", "$$"], question: "?") == [0, 1, 0, 2, 1, 3, 4, 3, 5])
    #expect(judge.clusters(of: [], question: "?") == [])
  }

  @Test("Answers without content equal nothing", arguments: ["", " ", "$$", "$ $", "{}", ".", #"\,"#, #"\text{}"#])
  func answersWithoutContentEqualNothing(answer: String) {
    #expect(!judge.isEqual(answer, answer))
  }
}

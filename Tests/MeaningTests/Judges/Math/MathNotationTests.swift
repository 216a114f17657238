import Meaning
import Testing

@Suite("Notations that the mathematical judge reads")
struct MathNotationTests {
  private let judge = MathJudge()

  @Test(
    "A term may have a sign of its own",
    arguments: [
      ["7 + -4", "3", "7 +-4", "7 + (-4)", "7 - +4", "2 - -1", "1 - (-2)", "- -3", "6 / -2 - -6", #"-1 \cdot -3"#],
      ["x^2 + -6x + 9", "(x-3)^2", "x^2+-6x+9", "x^2 - 6x - -9"], ["5y + -2x = 4", "5y - 2x = 4", "2x + -5y = -4"],
      ["4 + -i", "4 - i", "-i + 4"], [#"\frac{3}{4} + -\frac{1}{4}"#, "1/2", #"\frac14 - -\frac14"#],
      ["2 * -x", "-2x", "x - 3x", "2x / -1"],
      ["5^-2", "1/25", "5^{-2}"], ["1, 7", "4 +/- 3", #"4 \pm 3"#, #"4 \pm -3"#], ["3--5"], ["8"],
    ])
  func signs(_ row: [String]) { expectOneMeaning(row) }

  @Test(
    "Bars are paired",
    arguments: [
      ["5", "||2|-|7||", "|3-|1-9||", "|-|-5||", "||-5||", #"\left|\left|2\right|-|7|\right|"#, #"\lvert 2-\lvert -7\rvert\rvert"#],
      ["||x|-2|", "|2-|x||", #"\left||x|-2\right|"#], ["|2|x||", "2|x|", "|2x|"], ["|a||b|", "|ab|", "|a| |b|", "|a|b||"],
      ["|x-1||x+1|", "|x^2-1|"], ["|3|x|-2|", #"\left|3\left|x\right|-2\right|"#], ["|||x|-1|-2|", "|2-|1-|x|||"], ["|x|y", "y|x|"],
      [#"\|v\|"#, #"\lVert v\rVert"#, "||v||", "‖v‖"], ["|2|x|3|"], ["|x|<3", "(-3,3)"],
      [#"\frac{|x-|y||}{2}"#, #"\left|\frac{x-|y|}{2}\right|"#],
    ])
  func bars(_ row: [String]) { expectOneMeaning(row) }

  @Test(
    "A relation needs no name in front",
    arguments: [
      ["≤ 5", #"\le 5"#, #"x \leq 5"#, #"(-\infty,5]"#, "≦5"], ["≥ 5", #"\geq 5"#, #"[5,\infty)"#], ["> 5", #"(5,\infty)"#, "5 < x"],
      ["≠ 5", #"\ne 5"#, #"\mathbb{R}\setminus\{5\}"#], ["> 1 and < 5", "(1,5)", "1 < x < 5"], ["5", "= 5"],
    ])
  func relations(_ row: [String]) { expectOneMeaning(row) }

  @Test(
    "Small, wide and bold characters are what they stand for",
    arguments: [
      ["10⁻²", "0.01", #"10^{-2}"#], ["x³y²", "x^3y^2", "y²x³"], ["2⁽ˣ⁺¹⁾", "2^{x+1}"], ["xⁿ", "x^n"], ["a₁₂", "a_{12}"],
      ["aₙ₊₁", "a_{n+1}"],
      ["４２", "42", "𝟒𝟐"], ["ｘ＋１", "x+1", "𝑥+1"], ["（１，２）", "(1,2)"], ["－３", "-3", "−3", "‑3", "–3"], ["７５％", "75%", "3/4"],
      ["5\u{200B}", "\u{FEFF}5", "5"], ["½π", #"\frac{\pi}{2}"#], ["√２", #"\sqrt 2"#],
    ])
  func characters(_ row: [String]) { expectOneMeaning(row) }

  @Test(
    "Looks change nothing",
    arguments: [
      [
        "42", #"\textcolor{red}{42}"#, #"\color{blue} 42"#, #"{\color{blue}42}"#, #"\large 42"#, #"{\Huge 42}"#, #"\hspace{1cm}42"#,
        #"42\hspace*{2mm}"#, #"\displaystyle 42"#, #"\quad 42\,"#, #"\colorbox{yellow}{42}"#, #"{\bf 42}"#, #"\textcolor[rgb]{1,0,0}{42}"#,
        "\"42\"", "“42”", "'42'", "``42''", " 「42」".replacing("「", with: "«").replacing("」", with: "»"),
      ],
      [#"\textcolor{red}{x = 7}"#, "7"], [#"\color{red}{(1, 2)}"#, "(1,2)"], [#"\frac{\textcolor{red}{1}}{\color{blue}2}"#, "1/2"],
      ["'yes'", "yes", "“Yes”"], ["x = \"7\"", "7", #"\text{“7”}"#], [#"\hspace{1cm}"#], ["f'", "f'"],
    ])
  func looks(_ row: [String]) { expectOneMeaning(row) }

  @Test(
    "Units and constants of integration",
    arguments: [
      ["12 percentage points", "12%", #"12\text{ percentage points}"#, "0.12"], ["9 Lg", "9", "9 lg", #"9\text{ Lg}"#], ["2", "lg 100"],
      ["x^3 + c", "x^3 + C", "C + x^3", "y = x^3 + c"], [#"-\cos x + c"#, #"C - \cos x"#], ["cx", "xc"], ["Cx"], ["x - c"], ["x - C"],
      ["c"],
      ["C"], ["x^3"],
    ])
  func additions(_ row: [String]) { expectOneMeaning(row) }

  @Test("What is different stays different")
  func differences() {
    for (first, second) in [
      ("7 - -4", "3"), ("7 + -4", "11"), ("||2|-|7||", "-5"), ("|1-|2-5||", "-2"), ("≤ 5", "≥ 5"), ("≤ 5", "< 5"), ("≤ 5", "5"),
      ("10⁻²", "100"),
      ("x²", "2x"), ("12 percentage points", "12"), ("x^2 + c", "x^2"), ("cx", "Cx"), ("x - c", "x - C"), ("c", "C"), ("3--5", "8"),
      ("|2|x|3|", "6x"), ("ab^2", "(ab)^2"), (#"\phantom{4}2"#, "42"),
    ] {
      #expect(!judge.isEqual(first, second), "\(first) and \(second)")
    }
  }

  private func expectOneMeaning(_ row: [String]) {
    for answer in row { #expect(judge.isEqual(row[0], answer) || judge.key(of: answer, question: "") == nil, "\(row[0]) and \(answer)") }
  }
}

import Meaning
import Testing

@Suite("Mathematical judge")
struct MathJudgeTests {
  private let judge = MathJudge()

  @Test(
    "Each row means one thing, and no two rows the same",
    arguments: [
      [
        [
          "1/2", "0.5", #"\frac12"#, #"\dfrac{1}{2}"#, "50%", #"50\%"#, #"50\text{ percent}"#, "1:2", "½", #"{1 \over 2}"#, #"2^{-1}"#,
          #"\sin 30^\circ"#,
        ],
        [
          "2", "2.0", #"\frac{4}{2}"#, "+2", #"\sqrt4"#, #"\log_2 4"#, #"\ln e^2"#, "|-2|", #"\lfloor 2.7 \rfloor"#, "x = 2", "2=x", "2 cm",
          #"\$2"#, "two", "2 min", "2 sec", "2x=4", "{2}",
        ],
        ["-1", #"i^2"#, #"e^{i\pi}"#, #"-(1)"#, #"\cos\pi"#], ["3 1/2", "3.5", #"3\frac12"#, #"\frac{7}{2}"#],
        ["1,234,567", "1234567", #"1{,}234{,}567"#, #"1,\!234,\!567"#, #"1\,234\,567"#, "1.234567e6", #"1.234567\times 10^6"#],
        [#"0.\overline{3}"#, "1/3", "0.333...", "0.3333333333"], ["0.333"], ["3 million", #"\$3\text{ million}"#, "3000000"],
        ["1011_2", "11", #"(1011)_{2}"#, #"1011_{\text{two}}"#, "B_{16}", "1011 base 2"], ["1011"], ["120", "5!", #"\binom{10}{3}"#],
        [#"\infty"#, "infinity", "+∞"], [#"-\infty"#],
      ],
      [
        [#"2\sqrt2"#, #"\sqrt8"#, "√8", "sqrt(8)", #"2^{3/2}"#, #"\frac{4}{\sqrt{2}}"#, #"\sqrt{2}+\sqrt{2}"#],
        [#"1+\sqrt2"#, #"\sqrt{3+2\sqrt2}"#, #"\frac{1}{\sqrt2-1}"#],
        [#"\frac{\pi}{4}"#, "pi/4", #"\arctan 1"#, #"\tan^{-1}(1)"#, #"0.25\pi"#],
        [#"\ln 6"#, #"\ln2+\ln3"#], [#"\frac{\ln 2}{\ln 3}"#, #"\log_3 2"#], [#"\sqrt[3]{2}"#, #"2^{1/3}"#], ["(1+i)(2-i)", "3+i"],
      ],
      [
        ["x^2+2x+1", "(x+1)^2", "(x+1)(x+1)", "f(x)=x^2+2x+1", "y=(x+1)^2"], ["x^2-1", "(x-1)(x+1)"], ["x^2+1"],
        ["2x", "x+x", #"\frac{4x}{2}"#],
        ["2y"], [#"\sin 2x"#, #"2\sin x\cos x"#], ["|x-1|", #"\left|1-x\right|"#], ["x-1"], [#"\lfloor n/2\rfloor"#],
        [#"\lfloor n/3\rfloor"#],
        [#"\frac{1}{x}-\frac{1}{x+1}"#, #"\frac{1}{x(x+1)}"#], [#"e^{-2x}"#, #"\frac{1}{e^{2x}}"#],
      ],
      [
        ["1, 2", "2,1", #"\{1,2\}"#, "{2, 1}", "x=1 or x=2", #"x = 1, x = 2"#, "1 and 2", #"x\in\{1,2\}"#, "$1$, $2$"],
        ["(1,2)", "x=1, y=2", "1<x<2", "(x,y)=(1,2)", #"\left( 1, 2 \right)"#], ["(2,1)", "y=1, x=2"], ["[1,2]", #"1\le x\le 2"#],
        ["[1,2)", #"2 > x \ge 1"#],
        [#"\pm 3"#, "3,-3", #"x=\pm3"#], [#"x\neq 1"#, #"(-\infty,1)\cup(1,\infty)"#, #"\mathbb{R}\setminus\{1\}"#],
        [#"x<1\text{ or }x>2"#, #"(-\infty,1)\cup(2,\infty)"#], [#"\emptyset"#, #"\{\}"#, #"\varnothing"#, "no solution"],
        [#"\mathbb R"#, #"(-\infty,\infty)"#, "all real numbers"], ["(1,2),(3,4)", "(3,4), (1,2)"], ["1:2:3", "2:4:6"],
        [#"\begin{pmatrix}1\\2\end{pmatrix}"#, #"\begin{bmatrix}1\\2\end{bmatrix}"#], [#"\begin{pmatrix}1&2\end{pmatrix}"#],
      ],
      [
        ["y=2x+1", "2x-y+1=0", "2y-4x=2", "2x+1"], ["y=2x-1"], ["x^2+y^2=4", "2x^2+2y^2-8=0"], ["x^2+y^2=2"],
        ["x+y<1", "1>x+y", "2x+2y<2"], [#"x+y\le1"#],
        ["x+y>1"], ["|x|<3", "-3<x<3", "(-3,3)"], [#"|x-1|\ge2"#, #"(-\infty,-1]\cup[3,\infty)"#],
      ],
      [
        ["yes", #"\text{Yes}"#, "Yes."], ["no"], ["(C)", "C", #"\textbf{(C)}"#, "C.", #"\text{C}"#], ["D"], ["even", #"\mathrm{even}"#],
        ["3:30 pm", #"3{:}30\text{ PM}"#, "3:30 p.m."], ["3:30 am"], ["July 4, 1776", "4 July 1776", "1776-07-04"], ["July 5, 1776"],
        [#"\text{the graph is a line}"#, "The graph is a line"], ["MR=SRMC", #"\boxed{MR=SRMC}"#],
      ],
    ])
  func rows(_ rows: [[String]]) {
    for (index, row) in rows.enumerated() {
      for answer in row {
        for (other, others) in rows.enumerated() {
          for second in others {
            #expect(judge.isEqual(answer, second) == (index == other), "\(answer) and \(second)")
          }
        }
      }
    }
  }

  @Test(
    "What decided is told",
    arguments: [
      ("1/2", "0.5", true, Verdict.Basis.exact), ("1/2", "1/3", false, .exact), (#"\sqrt8"#, #"2\sqrt2"#, true, .exact),
      ("(x+1)^2", "x^2+2x+1", true, .exact), (#"\sin 2x"#, #"2\sin x\cos x"#, true, .numeric), ("1/3", "0.3333333333", true, .numeric),
      ("yes", "no", false, .text), ("yes", "3", false, .text), ("", "3", false, .empty), ("", "", false, .empty),
    ])
  func basis(_ first: String, _ second: String, isEquivalent: Bool, basis: Verdict.Basis) {
    #expect(judge.verdict(on: first, and: second, question: "") == Verdict(isEquivalent: isEquivalent, basis: basis))
  }

  @Test("Silence agrees with nobody, and clusters are numbered by first appearance")
  func clusters() {
    #expect(judge.clusters(of: ["0.5", "", "x=3", "1/2", "", "3", #"\frac12"#], question: "") == [0, 1, 2, 0, 3, 2, 0])
  }

  @Test("More digits tell more numbers apart")
  func digits() {
    let fine = MathJudge(options: MathJudge.Options(roundingDigits: 10))
    #expect(judge.isEqual("1.4142135624", #"\sqrt2"#) && judge.isEqual("1.41421356", #"\sqrt2"#))
    #expect(fine.isEqual("1.414213562373095", #"\sqrt2"#) && !fine.isEqual("1.41421356", #"\sqrt2"#))
    #expect(!judge.isEqual("1.414", #"\sqrt2"#) && !judge.isEqual("12345678901", "12345678902"))
  }

  @Test("What was cut off is not what it begins with", arguments: [#"\boxed{3"#, #"\text{3"#, "{3", #"\frac{3}{1"#, "(3"])
  func cutOff(_ answer: String) {
    #expect(!judge.isEqual(answer, "3"))
  }

  @Test("A comma between formulas parts items, not digits")
  func formulas() {
    #expect(judge.isEqual("$1$,$300$", #"\{1,300\}"#) && !judge.isEqual("$1$,$300$", "1300"))
    #expect(judge.isEqual("$1,300$", "1300") && judge.isEqual(#"\$1,300"#, "1300"))
  }

  @Test("Units and names go, though what is then the same has different ones")
  func conventions() {
    for answers in [["3", "3 cm", #"3\text{ m}"#, "3 apples"], ["3", "x=3", "y = 3", #"\text{Area}=3"#, "AB=3", "f(2)=3"]] {
      #expect(judge.clusters(of: answers, question: "") == answers.map { _ in 0 })
    }
  }
}

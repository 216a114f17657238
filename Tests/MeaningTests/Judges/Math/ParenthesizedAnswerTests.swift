import Meaning
import Testing

@Suite("Mathematical judge on parentheses around an answer")
struct ParenthesizedAnswerTests {
  private let judge = MathJudge()

  @Test(
    "Parentheses around an answer only group",
    arguments: [
      ["((3,4))", "(3,4)", #"\left(\left(3,4\right)\right)"#, "{(3,4)}", "(((3,4)))"],
      [#"(\{1,2,3\})"#, #"\{3,2,1\}"#, "({1,2,3})", #"{\{1,2,3\}}"#],
      ["([0,1))", "[0,1)", "{[0,1)}", #"\left([0,1)\right)"#],
      [#"((-\infty,1)\cup(2,\infty))"#, #"(-\infty,1)\cup(2,\infty)"#],
      [#"(\mathbb{R})"#, #"\mathbb{R}"#, "all real numbers"],
      [#"(\emptyset)"#, #"\emptyset"#],
      ["(x=3)", "x=3", "((x=3))", "3"],
      ["(x>3)", "x>3", "((x>3))"],
      [#"(x=1\text{ or }x=2)"#, #"x=1\text{ or }x=2"#],
      [#"(x<1\text{ or }x>2)"#, #"x<1\text{ or }x>2"#],
      [
        #"\left(\begin{array}{cc}1&2\\3&4\end{array}\right)"#, #"\begin{pmatrix}1&2\\3&4\end{pmatrix}"#,
        #"\begin{bmatrix}1&2\\3&4\end{bmatrix}"#, #"(\begin{pmatrix}1&2\\3&4\end{pmatrix})"#, #"[\begin{pmatrix}1&2\\3&4\end{pmatrix}]"#,
        #"{\begin{pmatrix}1&2\\3&4\end{pmatrix}}"#, #"\left[\begin{array}{c|c}1&2\\3&4\end{array}\right]"#,
        #"\bigl(\begin{smallmatrix}1&2\\3&4\end{smallmatrix}\bigr)"#, #"\left(\begin{matrix}1&2\cr3&4\end{matrix}\right)"#,
      ],
      ["((1,2),(3,4))", "(((1,2),(3,4)))"],
      ["((1+2))", "3"],
      ["([1+2])^2", "9"],
      ["((a+b)(c))", "(a+b)c"],
      ["(x^2+1)", "((x^2+1))"],
      [#"(1,2)\cup(3,4)"#, #"((1,2))\cup((3,4))"#],
      ["(5 cm)", "5", "(5)"],
      ["(1:2:3)", "1:2:3"],
      ["(3:30 p.m.)", "3:30 pm"],
      [#"(\text{yes})"#, "yes", "(yes)"],
      ["(no solution)", "no solution"],
      ["(July 4, 1776)", "(July 4, 1776)"],
      [#"(\text{the graph is a line})"#, "the graph is a line"],
      ["(A)", "A"],
      ["((A))", "A"],
      ["(1,234)", "(1,234)"],
      ["(1{,}234)", "1234"],
      ["(1)(2)", "2"],
      ["(x+1)(x-1)", "((x+1)(x-1))", "x^2-1"],
      [#"(50\%)"#, "0.5"],
      ["(1 or 2)", "1 or 2"],
      [#"(\pm 3)"#, #"\pm 3"#],
      [#"(x \in \mathbb{R})"#, #"\mathbb{R}"#],
      ["(2^3)", "8"],
    ])
  func sameMeaning(_ answers: [String]) {
    #expect(judge.clusters(of: answers, question: "") == answers.map { _ in 0 }, "\(answers)")
  }

  @Test(
    "Nothing else is grouped",
    arguments: [
      ["((3,4))", "(4,3)"],
      [#"(\{1,2\})"#, #"\{1,3\}"#],
      [#"(\{1,2\})"#, "(1,2)"],
      ["((0,1])", "(0,1)"],
      ["((0,1])", "[0,1]"],
      [#"((p \lor q) \land r)"#, #"((p \land q) \lor r)"#],
      ["(1,234)", "1234"],
      ["(1)(2)", "(12)"],
      ["(yes) no", "yes no"],
      ["(1,2)", "1,2"],
      ["[0,1]", "[(0,1)]"],
      ["((1,2),3)", "(1,2,3)"],
    ])
  func otherMeaning(_ answers: [String]) {
    #expect(judge.clusters(of: answers, question: "") == Array(answers.indices), "\(answers)")
  }
}

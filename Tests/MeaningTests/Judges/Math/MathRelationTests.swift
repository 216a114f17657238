import Meaning
import Testing

@Suite("Mathematical equality is an equivalence relation")
struct MathRelationTests {
  private static let answers = written + calculated

  private static let written = [
    "3", "3.0", "x=3", "y=3", "3 cm", #"3\text{ m}"#, "{3}", "[3]", "x^2", "y^2", "f(x)=x^2", "y=x^2", "x=y^2", "1,2", "(1,2)", "[1,2]",
    "1<x<2",
    #"\{1,2\}"#, "x=1,y=2", "x=1 or x=2", "50%", "0.5", "1/2", "1:2", "5_8", "5", #"\sqrt2"#, "1.4142135624", "1.41421356237", "1.4142",
    "A", "(A)", "a",
    "yes", #"\text{Yes}"#, #"\infty"#, #"-\infty"#, "(1,1)", "(2,1)", "x>1", "y>1", #"(1,\infty)"#, "x+y=1", "2x+2y=2", "y=1-x", "1-x",
    "0.3333333333",
    "0.33333333333333", "1/3", "0.333", "0.33333333", #"\pi"#, "3.14", "3.14159265359", "e", "i", "-i", #"i^3"#, #"90^\circ"#, "90",
    #"\frac\pi2"#,
    #"\frac{"#, "}{", "$", "no solution", #"\emptyset"#, "1,234", "1234", "(1,234)", "x(x+1)=0", "x^2+x=0", "|x|", #"\sqrt{x^2}"#, "2AB",
    "AB",
  ]

  @Test("It holds") func itHolds() {
    let judge = MathJudge()
    let answers = Self.answers
    let isEqual = answers.map { first in answers.map { judge.isEqual(first, $0) } }
    var equalPairs = 0
    for first in answers.indices {
      #expect(isEqual[first][first] == (judge.key(of: answers[first], question: "") != nil), "\(answers[first])")
      for second in answers.indices {
        #expect(isEqual[first][second] == isEqual[second][first], "\(answers[first]) and \(answers[second])")
        guard isEqual[first][second] else { continue }
        equalPairs += first == second ? 0 : 1
        for third in answers.indices where isEqual[second][third] {
          #expect(isEqual[first][third], "\(answers[first]), \(answers[second]) and \(answers[third])")
        }
      }
    }
    #expect(equalPairs > 60)
  }

  @Test("Clusters are its classes") func clustersAreItsClasses() {
    let judge = MathJudge()
    let clusters = judge.clusters(of: Self.answers, question: "")
    for (first, answer) in Self.answers.enumerated() {
      for (second, other) in Self.answers.enumerated() where first != second {
        #expect((clusters[first] == clusters[second]) == judge.isEqual(answer, other), "\(answer) and \(other)")
      }
    }
  }

  /// Answers that calculate, and those that they are the same as or nearly.
  private static let calculated = [
    "((1,2))", "{(1,2)}", "[(1,2)]", "((1,2],3)", "(x=3)", "(x=1 or x=2)", "(yes)", "(no solution)", #"(\{1,2\})"#, "(1,2)-(3,4)",
    "(1,2)+(3,4)", "(4,6)", "2(2,3)", "t(2,3)", "f(2,3)", "-(1,2)", "(1,2)+t(3,4)", "(1+3t,2+4t)", #"\langle1,2\rangle"#,
    #"\begin{pmatrix}1\\2\end{pmatrix}"#, #"\begin{pmatrix}1&2\end{pmatrix}^T"#, #"\begin{pmatrix}1&2\end{pmatrix}"#,
    #"\begin{pmatrix}3\end{pmatrix}"#, #"\begin{vmatrix}3\end{vmatrix}"#,
    #"\begin{pmatrix}1&2\end{pmatrix}\begin{pmatrix}1\\1\end{pmatrix}"#,
    #"\begin{pmatrix}1&2\\2&4\end{pmatrix}^{-1}"#, #"\begin{pmatrix}1\\2\end{pmatrix}+1"#, #"0\begin{pmatrix}1\\2\end{pmatrix}"#,
    #"\begin{pmatrix}\{1,2\}\\3\end{pmatrix}"#, #"\begin{vmatrix}x&1\\0&x\end{vmatrix}"#, #"\{x\mid x>1\}"#, #"\{y:y>1\}"#,
    #"\{x\mid x^2=x\}"#,
    #"\{0,1\}"#, "x^2=x", #"\{x\mid x^2<0\}"#, #"\{x\mid y>1\}"#, #"\{x\in\mathbb{Z}\mid x>1\}"#, #"\{2k\mid k>1\}"#,
    #"\{(x,y)\mid x+y=1\}"#, #"\sum_{k=1}^2 k"#, #"\sum_{k=1}^2 k + 0"#, #"\sum_{k=1}^n k"#, #"\frac{n(n+1)}2"#, #"\prod_{k=1}^n k"#, "n!",
    #"\sum_{k=1}^0 k"#, #"\sum_{k=1}^n a_k"#, #"\sum_{k=1}^{\infty}k"#, #"\sum"#, #"\int_1^2 2x\,dx"#,
  ]
}

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
    "AB", "|xy|", "xy", "|x||y|", #"\sqrt{x^2y^2}"#, "yx", "|x+y|", "|x|+|y|", #"\max(x,y)"#, #"\max(y,x)"#, #"\frac{x+y+|x-y|}{2}"#,
    "x-x+y", "y",
    "y-z+z", "y-y", "0", "|abc|", "abc", "cba", "a+b+c+d+e+f", "f+e+d+c+b+a", "|a+b+c+d+e+f|", #"\lfloor x\rfloor"#, #"\sqrt{x}\sqrt{y}"#,
    #"\sqrt{xy}"#, #"\frac{x}{x}"#, "1", "3 + -2", "3 - -2", "3--5", "- -3", "||2|-|5||", "|2|x|3|", "|2|x||", "2|x|", "|3|x|-2|", "≤ 3",
    #"\le 3"#, "x≤3", #"(-\infty,3]"#, "10⁻³", "0.001", "１２", "12", #"\textcolor{blue}{42}"#, #"\large 42"#, "42", "5 percentage points",
    "5%",
    "5 Lg", "\"5\"", "'yes'", "“7”", "7", "x^2+c", "x^2+C", "C+x^2", "c", "C", "x-c", "cx", "by", "yb", "|by|", "|ln|", "|nl|", "ab^2",
    "b^2a",
    "|", "||", "||||", #"\textcolor{"#, #"\color{red}"#, #"\hspace{1cm}"#, #"\phantom{3}"#, "''", #"\left||x|\right|"#, "‖v‖", "|v|",
  ]

  @Test("It holds") func itHolds() {
    let judge = MathJudge()
    let answers = Self.answers
    let keys = answers.map { judge.key(of: $0, question: "") }
    var equalPairs = 0
    for (first, answer) in answers.enumerated() {
      #expect(keys[first] == judge.key(of: answer, question: "another"), "\(answer)")
      // Verdicts are those of the keys, in both orders.
      for second in answers.indices where keys[first] == keys[second] || second == first + 1 {
        let isEqual = keys[first] != nil && keys[first] == keys[second]
        #expect(judge.isEqual(answer, answers[second]) == isEqual, "\(answer) and \(answers[second])")
        #expect(judge.isEqual(answers[second], answer) == isEqual, "\(answers[second]) and \(answer)")
        equalPairs += isEqual && first != second ? 1 : 0
      }
    }
    #expect(equalPairs > 150)
  }

  @Test("Clusters are its classes") func clustersAreItsClasses() {
    let judge = MathJudge()
    let clusters = judge.clusters(of: Self.answers, question: "")
    let keys = Self.answers.map { judge.key(of: $0, question: "") }
    for (first, answer) in Self.answers.enumerated() {
      for (second, other) in Self.answers.enumerated() where first != second {
        #expect((clusters[first] == clusters[second]) == (keys[first] != nil && keys[first] == keys[second]), "\(answer) and \(other)")
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

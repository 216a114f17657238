import Meaning
import Testing

/// Answers that would take a careless reader for ever, or its stack; the fuzzing script times such calls.
@Suite("Mathematical judge under hostile answers")
struct MathBoundsTests {
  @Test(arguments: [
    "9^{9^{9^{9}}}", "9^9^9^9^9", "10000000!", "((9!)!)!", #"\binom{100000}{50000}"#, "2^{100000}", "(x+1)^{5000}", "1e9999", "1e-9999",
    "1/0", "0/0",
    #"\log_1 5"#, #"\ln 0"#, #"\tan 90^\circ"#, "0^{-1}", #"\frac{1}{x-x}"#, "x=x", "0=1", #"\frac"#, #"\sqrt"#, #"\left("#, "|", "||",
    "|||", "=", "x=",
    "=x", "<", "x<", "(,)", "(1,)", "{,}", "1,,2", ",", "..", "1..2", "1.2.3", "--", "5-", "^", "_", "x_", "1_", "1_1", "9_8", "1_{99}",
    "%", "5%%", "!", "5!!",
    #"\sum_{k=1}^{1000} \sum_{j=1}^{1000} jk"#, #"\sum_{k=1}^{1000} \frac{1}{k}"#, #"\prod_{k=1}^{1000} k"#, #"\sum_{k=1}^{1000} k!x^k"#,
    #"\sum_{k=1}^{9^{9}} k!"#, #"\sum_{k=1}^{n} ((((k^8)^8)^8)^8)^8"#, #"\sum_{k=1}^{9999999999999999999} k^8"#,
    #"\sum_{k=-9223372036854775808}^{9223372036854775807} k"#, #"\sum"#, #"\sum_"#, #"\sum_{k=1}"#, #"\sum_{k=k}^{k} k"#, #"\sum^2^2 k"#,
    #"\begin{pmatrix}9&9\\9&9\end{pmatrix}^{1000}"#, #"\begin{pmatrix}a&b\\c&d\end{pmatrix}^{999}"#,
    #"\begin{pmatrix}0&0\\0&0\end{pmatrix}^{-1}"#,
    #"\det"#, #"\det\det"#, #"|\begin{pmatrix}1\end{pmatrix}"#, #"\begin{vmatrix}"#, #"\begin{vmatrix}1&2\end{vmatrix}"#,
    #"\begin{vmatrix}1\end{pmatrix}"#, #"\begin{pmatrix}1\\[2pt"#, #"\begin{array}{{{{"#, #"\{x|"#, #"\{x|\}"#, #"\{x|x>\}"#, #"\{|x>1\}"#,
    "((,))",
    "((1,2)", "(1,2)+", "(1,2)+t", "-(", #"\{x\mid 9999x^8>x^7-9240\}"#,
    #"\begin{pmatrix}"#, #"\begin{pmatrix}1&2\\3\end{pmatrix}"#, #"\end{pmatrix}"#, #"\begin{x}"#, #"\pm"#, #"\cup"#, #"1\cup"#, #"\text{"#,
    #"\mathbb"#,
    "\u{0}", "\u{FFFD}", "e\u{301}", "👩‍👩‍👧", "½½½", "²", "x²³", "１２", "٣",
  ])
  func oneAnswer(_ answer: String) {
    let judge = MathJudge()
    #expect(judge.isEqual(answer, answer) == (judge.key(of: answer, question: "") != nil))
  }

  @Test(arguments: [
    "{", "}", "(", "[", "|", #"\{"#, #"\sqrt{"#, #"\frac{1}{"#, #"\frac{"#, "1+", "x*", "x^", "-", "1,", "x=", "x<", #"\cup"#, #"\text{"#,
    #"\sum_{k=1}^{9} "#, #"\sum_{k=1}^{9} k,"#, #"\sum_{k=1}^{n} k,"#, #"\begin{pmatrix}"#, #"\begin{pmatrix}x&1\\1&x\end{pmatrix}"#,
    #"\begin{pmatrix}2\end{pmatrix}^9,"#, #"\det"#, #"\begin{vmatrix}"#, #"\{x\mid "#, #"\{x\mid x^2>2\},"#, "((1,2)+", "-(1,2),",
    "%", "!", "'", "9", "9.",
    #"\binom{999}{99},"#, #"\sin"#, #"\pm 1,"#, "(1,2)\\cup", "x>1 or ", "x\\neq 1,", "f(", "a_", "\\left|", "1:", "&", "\\\\", "9^{",
  ])
  func manyInARow(_ piece: String) {
    let judge = MathJudge()
    for count in [30, 300, 10_000 / piece.utf8.count] {
      let answer = String(repeating: piece, count: count)
      #expect(judge.isEqual(answer, answer) == (judge.key(of: answer, question: "") != nil))
      _ = judge.key(of: answer + "1" + String(repeating: "}", count: count), question: "")
    }
  }
}

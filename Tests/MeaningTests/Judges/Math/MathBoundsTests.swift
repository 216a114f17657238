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
    "%", "!", "'", "9", "9.",
    #"\sin"#, #"\pm 1,"#, "(1,2)\\cup", "x>1 or ", "x\\neq 1,", "f(", "a_", "\\left|", "1:", "&", "\\\\", "9^{",
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

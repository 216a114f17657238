import Meaning
import Testing

@Suite("Mathematical judge on matrices and tuples")
struct MatrixAnswerTests {
  private let judge = MathJudge()

  @Test(
    "Matrices and tuples are calculated",
    arguments: [
      [
        #"3\begin{pmatrix}1\\2\end{pmatrix}"#, #"\begin{pmatrix}3\\6\end{pmatrix}"#, #"\begin{pmatrix}1\\2\end{pmatrix}\cdot 3"#,
        #"3\cdot\begin{pmatrix}1\\2\end{pmatrix}"#, #"\frac{1}{2}\begin{pmatrix}6\\12\end{pmatrix}"#,
        #"\dfrac12\begin{pmatrix}6\\12\end{pmatrix}"#, #"\frac{\begin{pmatrix}6\\12\end{pmatrix}}{2}"#,
        #"\begin{pmatrix}6\\12\end{pmatrix}/2"#, #"3\left(\begin{array}{c}1\\2\end{array}\right)"#,
      ],
      [#"x\begin{pmatrix}1&0\\0&1\end{pmatrix}"#, #"\begin{pmatrix}x&0\\0&x\end{pmatrix}"#],
      [#"\lambda\begin{pmatrix}1\\2\end{pmatrix}"#, #"\begin{pmatrix}\lambda\\2\lambda\end{pmatrix}"#],
      [#"\begin{pmatrix}1\\2\end{pmatrix}-\begin{pmatrix}3\\5\end{pmatrix}"#, #"\begin{pmatrix}-2\\-3\end{pmatrix}"#],
      [
        #"\begin{pmatrix}1\\2\end{pmatrix}+t\begin{pmatrix}3\\4\end{pmatrix}"#, #"\begin{pmatrix}1+3t\\2+4t\end{pmatrix}"#,
        #"\begin{pmatrix}1\\2\end{pmatrix}+\begin{pmatrix}3\\4\end{pmatrix}t"#,
      ],
      [#"\begin{pmatrix}1&2\\3&4\end{pmatrix}\begin{pmatrix}5\\6\end{pmatrix}"#, #"\begin{pmatrix}17\\39\end{pmatrix}"#],
      [#"\begin{pmatrix}1&2\\3&4\end{pmatrix}\cdot\begin{pmatrix}0&1\\1&0\end{pmatrix}"#, #"\begin{pmatrix}2&1\\4&3\end{pmatrix}"#],
      [#"\begin{pmatrix}1&2\end{pmatrix}\begin{pmatrix}3\\4\end{pmatrix}"#, "11"],
      [#"\begin{pmatrix}1\\2\end{pmatrix}^T\begin{pmatrix}3\\4\end{pmatrix}"#, "11"],
      [#"\begin{pmatrix}1\\2\end{pmatrix}\begin{pmatrix}3&4\end{pmatrix}"#, #"\begin{pmatrix}3&4\\6&8\end{pmatrix}"#],
      [#"\begin{pmatrix}1&1\\0&1\end{pmatrix}^{5}"#, #"\begin{pmatrix}1&5\\0&1\end{pmatrix}"#],
      [#"\begin{pmatrix}1&1\\0&1\end{pmatrix}^2"#, #"\begin{pmatrix}1&2\\0&1\end{pmatrix}"#],
      [
        #"\begin{pmatrix}2&0\\0&3\end{pmatrix}^{-1}"#, #"\begin{pmatrix}1/2&0\\0&1/3\end{pmatrix}"#,
        #"\begin{pmatrix}\frac12&0\\0&\frac13\end{pmatrix}"#,
      ],
      [
        #"\begin{pmatrix}1&2\\3&4\end{pmatrix}^{-1}"#, #"\begin{pmatrix}-2&1\\\frac32&-\frac12\end{pmatrix}"#,
        #"-\frac12\begin{pmatrix}4&-2\\-3&1\end{pmatrix}"#, #"\frac{1}{-2}\begin{pmatrix}4&-2\\-3&1\end{pmatrix}"#,
      ],
      [#"\begin{pmatrix}a&b\\c&d\end{pmatrix}^{-1}"#, #"\frac{1}{ad-bc}\begin{pmatrix}d&-b\\-c&a\end{pmatrix}"#],
      [#"\begin{pmatrix}1&0&0\\0&2&0\\0&0&4\end{pmatrix}^{-1}"#, #"\begin{pmatrix}1&0&0\\0&0.5&0\\0&0&0.25\end{pmatrix}"#],
      [
        #"\begin{pmatrix}1&1&0&0\\0&1&0&0\\0&0&1&1\\0&0&0&1\end{pmatrix}^{-1}"#,
        #"\begin{pmatrix}1&-1&0&0\\0&1&0&0\\0&0&1&-1\\0&0&0&1\end{pmatrix}"#,
      ],
      [
        #"\begin{pmatrix}1&2\\3&4\end{pmatrix}^{\top}"#, #"\begin{pmatrix}1&3\\2&4\end{pmatrix}"#,
        #"\begin{pmatrix}1&2\\3&4\end{pmatrix}^\intercal"#, #"\begin{pmatrix}1&2\\3&4\end{pmatrix}^{\mathsf{T}}"#,
        #"\begin{pmatrix}1&2\\3&4\end{pmatrix}^{\mathrm T}"#, #"\begin{pmatrix}1&2\\3&4\end{pmatrix}^{T}"#,
      ],
      [
        #"\det\begin{pmatrix}1&2\\3&4\end{pmatrix}"#, "-2", #"\begin{vmatrix}1&2\\3&4\end{vmatrix}"#,
        #"\det\left(\begin{pmatrix}1&2\\3&4\end{pmatrix}\right)"#, #"\left|\begin{array}{cc}1&2\\3&4\end{array}\right|"#,
        #"|\begin{pmatrix}1&2\\3&4\end{pmatrix}|"#, #"\left|\begin{pmatrix}1&2\\3&4\end{pmatrix}\right|"#,
        #"\operatorname{det}\begin{pmatrix}1&2\\3&4\end{pmatrix}"#, #"\det A = -2"#, #"\det(A)=-2"#,
      ],
      [#"2\begin{vmatrix}1&2\\3&4\end{vmatrix}+1"#, "-3"],
      [#"\begin{vmatrix}a&b\\c&d\end{vmatrix}"#, "ad-bc"],
      [#"\frac{\begin{vmatrix}1&2\\3&4\end{vmatrix}}{2}"#, "-1"],
      [#"\begin{vmatrix}1&2\\3&4\end{vmatrix}^2"#, "4"],
      [#"\begin{vmatrix}1&2&3\\4&5&6\\7&8&10\end{vmatrix}"#, "-3"],
      [#"x\begin{vmatrix}1&2\\3&4\end{vmatrix}"#, "-2x"],
      [#"\begin{vmatrix}1&0&0&0\\0&2&0&0\\0&0&3&0\\0&0&0&4\end{vmatrix}"#, "24"],
      [#"\begin{vmatrix}1-\lambda&2\\2&1-\lambda\end{vmatrix}"#, #"(1-\lambda)^2-4"#],
      [#"\left|\begin{pmatrix}3\\4\end{pmatrix}\right|"#, "5"],
      [
        #"\begin{pmatrix}1\\[2pt]2\end{pmatrix}"#, #"\begin{pmatrix}1\\2\end{pmatrix}"#, #"\begin{pmatrix}1\\[0.5em] 2\\\end{pmatrix}"#,
        #"\begin{pmatrix}1\cr 2\end{pmatrix}"#, #"\begin{array}{@{}c@{}}1\\2\end{array}"#, #"\begin{pmatrix*}[r]1\\2\end{pmatrix*}"#,
        #"\begin{Bmatrix}1\\2\end{Bmatrix}"#,
      ],
      [#"-2\begin{pmatrix}1\\-2\end{pmatrix}"#, #"\begin{pmatrix}-2\\4\end{pmatrix}"#],
      [#"\mathbf{v}=2\begin{pmatrix}1\\2\end{pmatrix}"#, #"\begin{pmatrix}2\\4\end{pmatrix}"#],
      [#"2(\begin{pmatrix}1\\2\end{pmatrix}+\begin{pmatrix}0\\1\end{pmatrix})"#, #"\begin{pmatrix}2\\6\end{pmatrix}"#],
      [
        #"\sqrt{2}\begin{pmatrix}1\\1\end{pmatrix}"#, #"\begin{pmatrix}\sqrt2\\\sqrt2\end{pmatrix}"#,
        #"\frac{2}{\sqrt2}\begin{pmatrix}1\\1\end{pmatrix}"#,
      ],
      ["(1,2)+t(3,4)", "(1+3t,2+4t)", #"\langle 1,2\rangle+t\langle 3,4\rangle"#, "(x,y)=(1,2)+t(3,4)", "(1,2)+(3t,4t)"],
      ["(1,0,2)-s(1,1,1)", "(1-s,-s,2-s)"],
      ["2(3,4)", "(6,8)", #"2\cdot(3,4)"#],
      [#"\frac12(4,2,6)"#, "(2,1,3)"],
      ["-(1,2)", "(-1,-2)"],
      ["(1,2)+(3,4)", "(4,6)"],
      ["(1,2,3)-(1,1,1)", "(0,1,2)"],
      ["C(5,2)", "10"],
      ["C(5,2)+1", "11"],
      ["C(5,2)+C(4,2)", "16"],
      [#"\gcd(12,18)+\gcd(4,6)"#, "8"],
      [#"2\max(1,3)"#, "6"],
      ["(1,2)-(3,4)", "(1,2)"],
    ])
  func sameMeaning(_ answers: [String]) {
    #expect(judge.clusters(of: answers, question: "") == answers.map { _ in 0 }, "\(answers)")
  }

  @Test(
    "What differs, or has no result, stays apart",
    arguments: [
      [#"3\begin{pmatrix}1\\2\end{pmatrix}"#, #"\begin{pmatrix}3\\2\end{pmatrix}"#],
      [#"3\begin{pmatrix}1\\2\end{pmatrix}"#, #"\begin{pmatrix}1\\2\end{pmatrix}"#],
      [#"\begin{pmatrix}1\\2\end{pmatrix}-\begin{pmatrix}3\\5\end{pmatrix}"#, #"\begin{pmatrix}2\\3\end{pmatrix}"#],
      [#"\begin{pmatrix}1\\2\end{pmatrix}+t\begin{pmatrix}3\\4\end{pmatrix}"#, #"\begin{pmatrix}1+3t\\2+3t\end{pmatrix}"#],
      [
        #"\begin{pmatrix}1\\2\end{pmatrix}+t\begin{pmatrix}3\\4\end{pmatrix}"#,
        #"\begin{pmatrix}1\\2\end{pmatrix}+s\begin{pmatrix}3\\4\end{pmatrix}"#,
      ],
      [
        #"\begin{pmatrix}1&2\\3&4\end{pmatrix}\cdot\begin{pmatrix}0&1\\1&0\end{pmatrix}"#,
        #"\begin{pmatrix}0&1\\1&0\end{pmatrix}\cdot\begin{pmatrix}1&2\\3&4\end{pmatrix}"#,
      ],
      [#"\begin{pmatrix}a&b\\c&d\end{pmatrix}^{-1}"#, #"\frac{1}{ad-bc}\begin{pmatrix}a&-b\\-c&d\end{pmatrix}"#],
      [#"\begin{pmatrix}1&2\\3&4\end{pmatrix}^T"#, #"\begin{pmatrix}1&2\\3&4\end{pmatrix}"#],
      [#"\begin{pmatrix}1&2\end{pmatrix}^T"#, #"\begin{pmatrix}1&2\end{pmatrix}"#],
      [#"\begin{vmatrix}1&2\\3&4\end{vmatrix}"#, "2"],
      [#"\begin{vmatrix}1&2\\3&4\end{vmatrix}"#, #"\begin{pmatrix}1&2\\3&4\end{pmatrix}"#],
      [#"\begin{vmatrix}a&b\\c&d\end{vmatrix}"#, "ad+bc"],
      [#"\begin{pmatrix}1\\2\end{pmatrix}"#, #"\begin{pmatrix}1&2\end{pmatrix}"#],
      [#"\begin{pmatrix}1\\2\end{pmatrix}"#, "(1,2)"],
      [#"\begin{pmatrix}1\\2\end{pmatrix}+\begin{pmatrix}1\\2\\3\end{pmatrix}"#, #"\begin{pmatrix}2\\4\\3\end{pmatrix}"#],
      [#"\begin{pmatrix}1\\2\end{pmatrix}+1"#, #"\begin{pmatrix}2\\3\end{pmatrix}"#],
      ["(1,2)+t(3,4)", "(1+4t,2+3t)"],
      ["f(1,2)", "(f,2f)"],
      ["t(1,2)", "(t,2t)"],
    ])
  func otherMeaning(_ answers: [String]) {
    #expect(judge.clusters(of: answers, question: "") == Array(answers.indices), "\(answers)")
  }
}

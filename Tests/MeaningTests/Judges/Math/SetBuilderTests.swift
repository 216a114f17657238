import Meaning
import Testing

@Suite("Mathematical judge on sets by a condition")
struct SetBuilderTests {
  private let judge = MathJudge()

  @Test(
    "A set is where its condition holds, whatever its variable is called",
    arguments: [
      [
        #"\{x \mid x > 3\}"#, #"(3,\infty)"#, #"\{x : x > 3\}"#, #"\{x|x>3\}"#, #"\{ x \in \mathbb{R} \mid x > 3 \}"#, #"\{y \mid y > 3\}"#,
        #"\{t: 3<t\}"#, #"\{x\in\mathbb R: x>3\}"#, #"\left\{x \;\middle|\; x>3\right\}"#, "{x | x > 3}",
        #"\{x \mid x \in \mathbb{R}, x>3\}"#, #"\{x_1 \mid x_1 > 3\}"#, #"(\{x \mid x > 3\})"#, #"\{x \mid 2x > 6\}"#,
        #"x\in\{x\mid x>3\}"#,
      ],
      [#"\{x: -1 < x \le 4\}"#, "(-1,4]"],
      [#"\{x \mid x \ne 2\}"#, #"(-\infty,2)\cup(2,\infty)"#, #"\mathbb{R}\setminus\{2\}"#],
      [#"\{x \mid x<1 \text{ or } x \ge 2\}"#, #"(-\infty,1)\cup[2,\infty)"#],
      [#"\{x | x<5, x>3\}"#, "(3,5)", #"\{x | x<5 \text{ and } x>3\}"#],
      [#"\{x | x^2 = 4\}"#, #"\{-2,2\}"#, #"\{y : y^2 - 4 = 0\}"#],
      [#"\{x \mid x^3 - 6x^2 + 11x - 6 = 0\}"#, #"\{1,2,3\}"#],
      [#"\{x | x^2=-1\}"#, #"\emptyset"#],
      [#"\{x|x^2=2\}"#, #"\{\sqrt2,-\sqrt2\}"#],
      [#"\{x | x^2 < 9\}"#, "(-3,3)"],
      [#"\{x | x^2 \ge 9\}"#, #"(-\infty,-3]\cup[3,\infty)"#],
      [#"\{x \mid x^2-2x+1 > 0\}"#, #"(-\infty,1)\cup(1,\infty)"#],
      [#"\{x\mid x^3 > x\}"#, #"(-1,0)\cup(1,\infty)"#],
      [#"\{x \mid |x-1| < 2\}"#, "(-1,3)"],
      [#"\{x \in [0,5] \mid x > 3\}"#, "(3,5]"],
      [#"\{x \mid x>3\}\cup\{0\}"#, #"\{0\}\cup(3,\infty)"#],
      [#"\{x\mid 1<x<3\}\cap\{x\mid 2<x<4\}"#, "(2,3)"],
      [#"\{(x,y) \mid x+y=1\}"#, #"\{(x,y) : 2x+2y=2\}"#, #"\{(x,y)\in\mathbb{R}^2 \mid x+y=1\}"#],
      [#"\{x\mid x\in(1,2)\}"#, "(1,2)"],
      [#"\{y \mid y > a\}"#, #"\{x \mid x > a\}"#],
      [#"\{x\mid \sin x = 0\}"#, #"\{y\mid \sin y=0\}"#],
      [#"\{x\mid x\ne 1,2\}"#, #"\mathbb{R}\setminus\{1,2\}"#, #"\{x\mid x\ne 1, x\neq 2\}"#],
      [#"\{x\mid x=1\text{ or }x=2\}"#, #"\{1,2\}"#],
      [#"\{x : x \le 3\}"#, #"(-\infty,3]"#],
      [#"\{1,|x|\}"#, #"\{|x|,1\}"#],
      [#"\{x \mid \frac{1}{2}x^2 = 2\}"#, #"\{-2,2\}"#],
      [#"\{x\mid (x-1)^2(x+2) > 0\}"#, #"(-2,1)\cup(1,\infty)"#],
      [#"\{x\mid (x-1)^2(x+2) \ge 0\}"#, #"[-2,\infty)"#],
      [#"\{x\mid x^2+1>0\}"#, #"\mathbb R"#],
      [#"\{x \mid x^2 \le 4, x > 0\}"#, "(0,2]"],
      [#"\{x|x^4=16\}"#, #"\{2,-2\}"#],
      [#"\{x|x^2-3x+1<0\}"#, #"\left(\frac{3-\sqrt5}{2},\frac{3+\sqrt5}{2}\right)"#],
    ])
  func sameMeaning(_ answers: [String]) {
    #expect(judge.clusters(of: answers, question: "") == answers.map { _ in 0 }, "\(answers)")
  }

  @Test(
    "Other conditions are other sets",
    arguments: [
      [#"\{x \mid x > 3\}"#, #"[3,\infty)"#],
      [#"\{x \mid x > 3\}"#, #"\{x \mid x < 3\}"#],
      [#"\{x^2 : x > 3\}"#, #"(3,\infty)"#],
      [#"\{x \in \mathbb{Z} \mid x > 3\}"#, #"(3,\infty)"#],
      [#"\{x | x^2 = 4\}"#, #"\{2\}"#],
      [#"\{x | x^2 < 9\}"#, "[-3,3]"],
      [#"\{x|x^2=4\}"#, #"\{x|x^2=9\}"#],
      [#"\{x \in [0,5] \mid x > 3\}"#, #"(3,\infty)"#],
      [#"\{y \mid y > a\}"#, #"\{y\mid y>b\}"#],
      [#"\{2k \mid k > 0\}"#, #"(0,\infty)"#],
      [#"\{x \mid y = 3\}"#, "3"],
      [#"\{x|y>3\}"#, #"(3,\infty)"#],
      [#"\{x | x^3=2\}"#, #"\{x|x^3=3\}"#],
    ])
  func otherMeaning(_ answers: [String]) {
    #expect(judge.clusters(of: answers, question: "") == Array(answers.indices), "\(answers)")
  }
}

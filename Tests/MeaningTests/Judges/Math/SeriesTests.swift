import Meaning
import Testing

@Suite("Mathematical judge on sums and products")
struct SeriesTests {
  private let judge = MathJudge()

  @Test(
    "Sums and products are what they come to",
    arguments: [
      [
        #"\sum_{k=1}^{10} k"#, "55", #"\sum_{i=1}^{10} i"#, #"\sum\limits_{n=1}^{10} n"#, #"\sum^{10}_{k=1}k"#, #"\sum_{1\le k\le 10} k"#,
        "∑_{k=1}^{10} k", #"\displaystyle\sum_{k=1}^{10}{k}"#, #"\sum_{0<k<11}k"#,
      ],
      [#"\sum_{k=0}^{5} 2^k"#, "63"],
      [#"\prod_{k=1}^{4} k"#, "24", "4!", #"\prod_{i=1}^4 i"#],
      [#"\sum_{k=1}^{3} k + 1"#, "7"],
      [#"2\sum_{k=1}^{3} k \cdot k"#, "28"],
      [#"\sum_{k=1}^{3} (k + 1)"#, "9"],
      [#"1+\sum_{k=1}^{3} k"#, "7"],
      [#"\sum_{i=1}^{3}\sum_{j=1}^{2} ij"#, "18", #"\sum_{i=1}^3 \sum_{j=1}^2 i \cdot j"#],
      [#"\sum_{i=1}^{3}\sum_{j=1}^{i} j"#, "10"],
      [#"\sum_{k=0}^{2} x^k"#, "1+x+x^2"],
      [#"\sum_{k=1}^{4} \frac{1}{k}"#, #"\frac{25}{12}"#],
      [#"\sum_{k=0}^{4}\binom{4}{k}"#, "16"],
      [#"\prod_{k=2}^{5}\left(1-\frac{1}{k}\right)"#, #"\frac15"#],
      [#"\sum_{k=1}^{2}\sqrt{k}"#, #"1+\sqrt2"#],
      [#"\sum_{k=1}^{100} k"#, "5050"],
      [#"\sum_{k=1}^{2023} k"#, "2047276"],
      [#"\sum_{k=1}^{3} kx"#, "6x"],
      [#"\sum_{k=1}^{3} -k"#, "-6"],
      [#"\frac{\sum_{k=1}^{3} k}{2}"#, "3"],
      [#"\sum_{k=1}^n k"#, #"\frac{n(n+1)}{2}"#, #"\sum_{j=1}^n j"#, #"\frac{n^2+n}{2}"#],
      [#"\sum_{k=1}^{n} k^2"#, #"\frac{n(n+1)(2n+1)}{6}"#],
      [#"\sum_{k=1}^{n-1} k"#, #"\frac{n(n-1)}{2}"#],
      [#"\sum_{k=1}^n k^3"#, #"\left(\frac{n(n+1)}{2}\right)^2"#, #"\left(\sum_{k=1}^n k\right)^2"#],
      [#"\sum_{k=0}^n 2^k"#, "2^{n+1}-1"],
      [#"\sum_{k=0}^{n} x^k"#, #"\frac{x^{n+1}-1}{x-1}"#, #"\frac{1-x^{n+1}}{1-x}"#],
      [#"\sum_{k=1}^n (2k-1)"#, "n^2"],
      [#"\prod_{k=1}^n k"#, "n!"],
      [#"\prod_{k=1}^n 2"#, "2^n"],
      [#"\prod_{k=1}^n (2k)"#, "2^n n!"],
      [#"\sum_{k=1}^n 1"#, "n"],
      [#"\sum_{k=1}^n c"#, "cn"],
      [#"\sum_{i=1}^n i^4"#, #"\frac{n(n+1)(2n+1)(3n^2+3n-1)}{30}"#],
      [#"\sum_{k=0}^{n-1} \frac{1}{2^k}"#, #"2-\frac{1}{2^{n-1}}"#],
      [#"S_n=\sum_{k=1}^n k"#, #"\frac{n(n+1)}{2}"#],
      [#"\sum_{i=1}^{8} i^8"#, "24684612"],
      [#"\sum_{k=1}^{3} x_k"#, "x_1+x_2+x_3", #"\sum_{i=1}^3 x_i"#],
      [#"\sum_{k=1}^{3} k(k+1)"#, "20"],
      [#"\sum_{j=0}^{3} (-1)^j"#, "0"],
      [#"\sum_{k=0}^{2} k!"#, "4"],
      [#"\sum_{k=-2}^{2} k^2"#, "10"],
      [#"\sum_{n=1}^{4} 3"#, "12"],
      [#"\sum_{k = 3}^{5} \frac{k}{2}"#, "6"],
      [#"\sum_{k=1}^{5} k x^k"#, "x+2x^2+3x^3+4x^4+5x^5"],
      [#"\sum_{k=1}^{10} k = 55"#, "55"],
      [#"x=\sum_{k=1}^{10} k"#, "55"],
      [#"\prod_{k=1}^{3} (x-k)"#, "(x-1)(x-2)(x-3)"],
      [#"\sum_{k=1}^{2n} k"#, "n(2n+1)"],
      [#"\sum_{k=1}^{n}(ak+b)"#, #"a\frac{n(n+1)}{2}+bn"#],
      [#"\sum_{k=m}^{n} k"#, #"\frac{(n-m+1)(n+m)}{2}"#],
      [#"\sum_{k=0}^{n} (-1)^k"#, #"\frac{1+(-1)^n}{2}"#],
      [#"\prod_{k=3}^{n} k"#, #"\frac{n!}{2}"#],
      [#"\sum_{k=1}^{n}\sum_{j=1}^{k} j"#, #"\frac{n(n+1)(n+2)}{6}"#],
      [#"\sum_{k=1}^{0} k"#, "0"],
      [#"\sum_{k=1}^{n} \frac{k}{n^2}"#, #"\frac{n+1}{2n}"#],
    ])
  func sameMeaning(_ answers: [String]) {
    #expect(judge.clusters(of: answers, question: "") == answers.map { _ in 0 }, "\(answers)")
  }

  @Test(
    "Other sums are others, and what has no closed form is text",
    arguments: [
      [#"\sum_{k=1}^{10} k"#, "45"],
      [#"\prod_{k=1}^{4} k"#, "10"],
      [#"\sum_{k=0}^{2} x^k"#, "1+x"],
      [#"\sum_{k=1}^n k"#, #"\frac{n(n-1)}{2}"#],
      [#"\sum_{k=1}^n k"#, "n^2"],
      [#"\sum_{k=1}^n k^2"#, #"\sum_{k=1}^n k"#],
      [#"\sum_{k=1}^n \frac{1}{k}"#, #"\ln n"#],
      [#"\int_0^1 x dx"#, #"\frac12"#],
      [#"\lim_{x\to0} x"#, "0"],
      [#"\sum_{k=1}^{\infty} k"#, "55"],
      [#"\sum_{k=1}^{10}"#, "55"],
      [#"\sum_{i=1}^n a_i"#, "n a_i"],
      [#"\sum_{i=1}^{2} a_{ij}"#, "2a_{ij}"],
      [#"\sum_{k=1}^3 f(k)"#, "6f"],
      [#"\sum_{k=1}^n f(k)"#, #"f\frac{n(n+1)}{2}"#],
      [#"\sum_{k=0}^{n} k!"#, "n!"],
    ])
  func otherMeaning(_ answers: [String]) {
    #expect(judge.clusters(of: answers, question: "") == Array(answers.indices), "\(answers)")
  }
}

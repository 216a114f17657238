import Meaning
import Testing

@Suite("Identities that hold on a part of the line only")
struct MathIdentityTests {
  @Test(
    arguments: [
      // Where a product is below 1.
      ("|x^2-x|", "x^2-x"), ("|x^4-x^2|", "x^4-x^2"), (#"\max(x^2,x^4)"#, "x^4"), (#"\max(x,x^2)"#, "x^2"), (#"\max(ab,a^2b^2)"#, "a^2b^2"),
      (#"\sqrt{(x^2-1)^2}"#, "x^2-1"), (#"\sqrt{(x^2-x)^2}"#, "x^2-x"),
      // At whole numbers.
      (#"\lceil x\rceil"#, #"\lfloor x\rfloor+1"#), (#"\lceil x+y\rceil"#, #"\lfloor x+y\rfloor+1"#),
      (#"\lfloor x\rfloor-\lfloor -x\rfloor"#, #"2\lfloor x\rfloor+1"#), (#"\lfloor x/y\rfloor"#, #"\lceil x/y\rceil-1"#),
      // Far from 0.
      (#"\sqrt{x^2-200x+10000}"#, "100-x"), (#"\sqrt{x^2+200x+10000}"#, "x+100"), (#"\sqrt{t^2+2000t+1000000}"#, "t+1000"),
      (#"\ln((x-300)^2)"#, #"2\ln(300-x)"#), ("((x-300)^2)^{1/2}", "300-x"),
      // One of several solutions, and a condition on one of two variables.
      ("xy=0", "x=0"), ("xy=0", "y=0"), (#"\{(x,y)\mid x>3\}"#, #"\{(x,y)\mid y>3\}"#), (#"\{(x,y)\mid x>3\}"#, #"(3,\infty)"#),
    ])
  func isFalse(_ first: String, _ second: String) { #expect(!MathJudge().isEqual(first, second)) }

  @Test(
    arguments: [
      (#"\lceil x\rceil"#, #"-\lfloor -x\rfloor"#), (#"\lfloor n/2\rfloor+\lfloor (n+1)/2\rfloor"#, #"\lfloor n\rfloor"#),
      (#"\max(x,-x)"#, "|x|"), (#"\sqrt{x^2-200x+10000}"#, "|x-100|"), (#"\sqrt{(x^2-1)^2}"#, "|x^2-1|"), ("|x^4-x^2|", "x^2|x^2-1|"),
      ("2xy=6", "xy=3"), (#"\{(x,y)\mid x+y=1\}"#, "x+y=1"),
    ])
  func isTrue(_ first: String, _ second: String) { #expect(MathJudge().isEqual(first, second)) }
}

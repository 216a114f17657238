import Meaning
import TestSupport
import Testing

@Suite("Rational numbers")
struct RationalTests {
  /// Numbers of few and of many digits, near the ends of a word among them.
  private static func number(using generator: inout SeededRandom) -> Rational {
    func whole() -> Int {
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: Int.random(in: -9...9, using: &generator)
      case 1: [.min, .min + 1, .max, .max - 1].randomElement(using: &generator) ?? 0
      case 2: Int.random(in: .min ... .max, using: &generator)
      default: Int.random(in: -1_000_000...1_000_000, using: &generator)
      }
    }
    let number = Rational(whole(), over: whole()) ?? Rational(3)
    return Int.random(in: 0..<4, using: &generator) == 0 ? number.power(Int.random(in: -4...4, using: &generator)) ?? number : number
  }

  @Test("Sums and products obey the laws of arithmetic, in words or not")
  func laws() throws {
    var generator = SeededRandom(state: 1)
    for _ in 0..<3000 {
      let (a, b, c) = (Self.number(using: &generator), Self.number(using: &generator), Self.number(using: &generator))
      #expect(a + b == b + a)
      #expect(a * b == b * a)
      let sum = try #require((a + b) as Rational?)
      #expect(sum + c == (b + c).flatMap { a + $0 })
      #expect(sum - b == a)
      #expect((a * c).flatMap { left in (b * c).flatMap { left + $0 } } == sum * c)
      #expect((a - a)?.isZero == true)
      #expect(-(-a) == a)
      if !b.isZero {
        let ratio = try #require((a / b) as Rational?)
        #expect(ratio * b == a)
        #expect(ratio.hashValue == (a * (b.reciprocal ?? b))?.hashValue)
      }
    }
  }

  @Test("Order agrees with differences, and floors lie below")
  func order() {
    var generator = SeededRandom(state: 2)
    for _ in 0..<2000 {
      let (a, b) = (Self.number(using: &generator), Self.number(using: &generator))
      #expect((a < b) == (a - b).map { $0.signum < 0 })
      #expect(a.floor.isInteger && !(a < a.floor) && (a.floor + Rational(1)).map { a < $0 } == true)
      #expect(a.ceiling.isInteger && !(a.ceiling < a))
      #expect(a.magnitude.signum >= 0)
    }
  }

  @Test("Powers are products, exact up to a bound, and nil beyond")
  func powers() throws {
    let base = try #require(Rational(-3, over: 2))
    var product = Rational(1)
    for exponent in 0...80 {
      #expect(base.power(exponent) == product)
      #expect(base.power(-exponent) == product.reciprocal)
      product = try #require((product * base) as Rational?)
    }
    #expect(Rational(2).power(4_000)?.isInteger == true)
    for (base, exponent) in [(2, 5_000), (10, .max), (3, .min), (0, -1), (.max, 10_000)] { #expect(Rational(base).power(exponent) == nil) }
    #expect(Rational(1).power(.min) == Rational(1))
    #expect(Rational(-1).power(.max) == Rational(-1))
    #expect(Rational(0).power(0) == Rational(1))
  }

  @Test("Long fractions are reduced")
  func reduction() throws {
    var generator = SeededRandom(state: 3)
    func long() throws -> Rational {
      let base = Rational(Int.random(in: 2...Int.max, using: &generator))
      let power = try #require(base.power(Int.random(in: 1...6, using: &generator)))
      let small = Int.random(in: -9...9, using: &generator)
      return try #require((power + Rational(small)) as Rational?)
    }
    for _ in 0..<500 {
      let (a, b, factor) = (try long(), try long(), try long())
      let fraction = a / b
      #expect((a * factor).flatMap { top in (b * factor).flatMap { top / $0 } } == fraction)
      #expect((a * b).flatMap { $0 / a } == b)
    }
  }

  @Test("The way to a number makes no difference")
  func ways() throws {
    let large = try #require(Rational(10).power(30))
    let back = try #require((large + Rational(7)).flatMap { $0 - large })
    #expect(back == Rational(7) && back.hashValue == Rational(7).hashValue && back.integer == 7)
    #expect(Rational(.min, over: -1) == Rational(2).power(63))
    #expect(Rational(.min, over: .min) == Rational(1))
    #expect(Rational(1, over: .min) == Rational(2).power(-63).map { -$0 })
    #expect(Rational(1, over: 0) == nil)
    #expect(Rational(0).reciprocal == nil)
  }
}

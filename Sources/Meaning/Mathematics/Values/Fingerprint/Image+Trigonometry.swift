/// Trigonometric values at multiples of π/12, in roots of 2, 3 and 6.
extension Image {
  /// The sine of a multiple of π; nil for one that isn't a multiple of π/12.
  static func sine(_ multiple: Rational) -> Image? {
    guard let twelfths = twelfths(multiple) else { return nil }
    return sine(twelfths: twelfths)
  }

  static func cosine(_ multiple: Rational) -> Image? {
    guard let twelfths = twelfths(multiple) else { return nil }
    return sine(twelfths: twelfths + 6)
  }

  /// The angle in [-π/2, π/2] with a sine.
  static func arcsine(_ sine: Image) -> Image? {
    for twelfths in -6...6 where Self.sine(twelfths: twelfths)?.element == sine.element { return angle(twelfths: twelfths) }
    return nil
  }

  /// The angle in (-π/2, π/2) with a tangent.
  static func arctangent(_ tangent: Image) -> Image? {
    for twelfths in -5...5 {
      guard let sine = Self.sine(twelfths: twelfths), let cosine = Self.sine(twelfths: twelfths + 6) else { return nil }
      if sine.element == tangent.element * cosine.element { return angle(twelfths: twelfths) }
    }
    return nil
  }

  /// π/2.
  static var rightAngle: Image? { angle(twelfths: 6) }

  private static func angle(twelfths: Int) -> Image? {
    Rational(twelfths, over: 12).flatMap { Image($0) }.map { $0 * .pi }
  }

  private static func twelfths(_ multiple: Rational) -> Int? {
    guard let number = (multiple * Rational(12))?.integer else { return nil }
    return number % 24
  }

  private static func sine(twelfths: Int) -> Image? {
    let turn = (twelfths % 24 + 24) % 24
    if turn >= 12 { return sine(twelfths: turn - 12).map { -$0 } }
    switch min(turn, 12 - turn) {
    case 0: return Image(Rational(0))
    case 1: return combination(6, -2)
    case 2: return Image(Rational(short: 1, over: 2))
    case 3: return half(2)
    case 4: return half(3)
    case 5: return combination(6, 2)
    default: return Image(Rational(1))
    }
  }

  /// √n/2.
  private static func half(_ number: Int) -> Image? {
    guard let root = squareRoot(of: Rational(number)), let half = Image(Rational(short: 1, over: 2)) else { return nil }
    return root * half
  }

  /// (√n ± √m)/4.
  private static func combination(_ first: Int, _ second: Int) -> Image? {
    guard let left = half(first), let right = half(abs(second)), let half = Image(Rational(short: 1, over: 2)) else { return nil }
    return (second < 0 ? left + -right : left + right) * half
  }
}

/// The image of a number in the finite field, and what else is known of the number.
struct Image {
  /// What the number is, where that tells which root is meant.
  enum Kind {
    case rational(Rational)
    /// a + b√c for a whole c without square divisors, neither 0 nor 1, and a b other than 0. The root of a negative c is i times a positive
    /// number.
    case quadratic(Rational, Rational, Int)
    case other
  }

  var element: Residue
  var kind = Kind.other
  /// The number over π, and over πi.
  var piMultiple: Rational?
  var imaginaryPiMultiple: Rational?
  /// The natural logarithm of a positive number, and that as a rational number.
  var logarithm: Residue?
  var rationalLogarithm: Rational?

  init(_ element: Residue) {
    self.element = element
  }

  init?(_ number: Rational) {
    guard let element = Residue(number) else { return nil }
    self.element = element
    kind = Kind(number)
    if number.isZero {
      piMultiple = number
      imaginaryPiMultiple = number
    }
  }

  var rational: Rational? {
    if case .rational(let number) = kind { number } else { nil }
  }
}

extension Image {
  static func + (left: Image, right: Image) -> Image {
    var sum = Image(left.element + right.element)
    sum.kind = left.kind + right.kind
    if let first = left.piMultiple, let second = right.piMultiple { sum.piMultiple = first + second }
    if let first = left.imaginaryPiMultiple, let second = right.imaginaryPiMultiple { sum.imaginaryPiMultiple = first + second }
    return sum
  }

  static prefix func - (value: Image) -> Image {
    var opposite = Image(-value.element)
    switch value.kind {
    case .rational(let number): opposite.kind = .rational(-number)
    case .quadratic(let first, let second, let radicand): opposite.kind = .quadratic(-first, -second, radicand)
    case .other: break
    }
    opposite.piMultiple = value.piMultiple.map { -$0 }
    opposite.imaginaryPiMultiple = value.imaginaryPiMultiple.map { -$0 }
    return opposite
  }

  static func * (left: Image, right: Image) -> Image {
    var product = Image(left.element * right.element)
    product.kind = left.kind * right.kind
    product.takeMultiples(of: left, times: right)
    product.takeMultiples(of: right, times: left)
    if left.logarithm != nil || right.logarithm != nil, let first = left.positiveLogarithm, let second = right.positiveLogarithm {
      product.logarithm = first + second
      if let first = left.rationalLogarithm, let second = right.rationalLogarithm { product.rationalLogarithm = first + second }
    }
    return product
  }

  private mutating func takeMultiples(of multiple: Image, times factor: Image) {
    guard multiple.piMultiple != nil || multiple.imaginaryPiMultiple != nil else { return }
    switch factor.kind {
    case .rational(let number):
      if let multiple = multiple.piMultiple { piMultiple = multiple * number }
      if let multiple = multiple.imaginaryPiMultiple { imaginaryPiMultiple = multiple * number }
    case .quadratic(let first, let number, -1) where first.isZero:
      if let multiple = multiple.piMultiple { imaginaryPiMultiple = multiple * number }
      if let multiple = multiple.imaginaryPiMultiple { piMultiple = -multiple * number }
    default: break
    }
  }

  /// One over it; nil for 0.
  var reciprocal: Image? {
    guard let inverse = element.inverse else { return nil }
    var reciprocal = Image(inverse)
    reciprocal.kind = kind.reciprocal
    reciprocal.logarithm = logarithm.map { -$0 }
    reciprocal.rationalLogarithm = rationalLogarithm.map { -$0 }
    return reciprocal
  }

  static func / (left: Image, right: Image) -> Image? {
    right.reciprocal.map { left * $0 }
  }

  /// The logarithm of what is known to be positive: the sum of those of its prime factors, which stand for themselves.
  var positiveLogarithm: Residue? {
    if let logarithm { return logarithm }
    guard let number = rational, let factors = Factorization(number), !factors.isNegative else { return nil }
    return factors.primes.reduce(Residue.zero) { $0 + Residue($1.exponent) * Self.logarithm(ofPrime: $1.prime) }
  }

  private static func logarithm(ofPrime prime: Int) -> Residue {
    Residue.pseudorandom(UInt64(prime) &* 0x9e37_79b9_7f4a_7c15 ^ 0x6c6e)
  }
}

extension Image.Kind {
  static func + (left: Image.Kind, right: Image.Kind) -> Image.Kind {
    switch (left, right) {
    case (.rational(let left), .rational(let right)):
      return Self(left + right, Rational(0), 1)
    case (.rational(let number), .quadratic(let first, let second, let radicand)),
      (.quadratic(let first, let second, let radicand), .rational(let number)):
      return Self(first + number, second, radicand)
    case (.quadratic(let first, let second, let radicand), .quadratic(let third, let fourth, let other)) where radicand == other:
      return Self(first + third, second + fourth, radicand)
    default:
      return .other
    }
  }

  static func * (left: Image.Kind, right: Image.Kind) -> Image.Kind {
    switch (left, right) {
    case (.rational(let left), .rational(let right)):
      return Self(left * right, Rational(0), 1)
    case (.rational(let number), .quadratic(let first, let second, let radicand)),
      (.quadratic(let first, let second, let radicand), .rational(let number)):
      return Self(first * number, second * number, radicand)
    case (.quadratic(let first, let second, let radicand), .quadratic(let third, let fourth, let other)):
      if radicand == other {
        guard let squares = first * third, let roots = second * fourth, let product = roots * Rational(radicand),
          let left = first * fourth, let right = second * third
        else { return .other }
        return Self(squares + product, left + right, radicand)
      }
      guard first.isZero, third.isZero else { return .other }
      return rootProduct(second * fourth, radicand, other)
    default:
      return .other
    }
  }

  /// f√a√b = fg√(a/g)√(b/g) for the greatest common divisor g of a and b, with a sign where both are negative.
  private static func rootProduct(_ factor: Rational?, _ first: Int, _ second: Int) -> Image.Kind {
    let divisor = Int(greatestCommonDivisor(first.magnitude, second.magnitude))
    let (radicand, overflows) = (first / divisor).multipliedReportingOverflow(by: second / divisor)
    guard let factor, !overflows, let product = factor * Rational(first < 0 && second < 0 ? -divisor : divisor) else { return .other }
    return Self(Rational(0), product, radicand)
  }

  var reciprocal: Image.Kind {
    switch self {
    case .rational(let number):
      return number.reciprocal.map(Image.Kind.rational) ?? .other
    case .quadratic(let first, let second, let radicand):
      guard let norm = norm, !norm.isZero else { return .other }
      return Self(first / norm, -second / norm, radicand)
    case .other:
      return .other
    }
  }

  /// a² - b²c of a + b√c.
  var norm: Rational? {
    guard case .quadratic(let first, let second, let radicand) = self, let square = first * first, let other = second * second,
      let product = other * Rational(radicand)
    else { return nil }
    return square - product
  }

  /// The most bits of numbers that are kept: longer ones would take time, and their roots aren't found anyway.
  private static let maximumBits = 512

  /// A rational number, unless it is too long.
  init(_ number: Rational) {
    self = number.longBits > Self.maximumBits ? .other : .rational(number)
  }

  /// The power of a rational number, unless it is too long.
  init(_ number: Rational, power exponent: Int) {
    let (bits, overflows) = exponent.magnitude.multipliedReportingOverflow(by: UInt(max(number.longBits, 1)))
    self = overflows || bits > UInt(Self.maximumBits) ? .other : number.power(exponent).map(Self.init) ?? .other
  }

  /// a + b√c, for a c that is 1 only if b is 0 or it is all the same; other where a part is too large.
  private init(_ first: Rational?, _ second: Rational?, _ radicand: Int) {
    guard let first, let second else {
      self = .other
      return
    }
    if second.isZero {
      self = Self(first)
    } else if radicand == 1 {
      self = (first + second).map(Self.init) ?? .other
    } else if max(first.longBits, second.longBits) > Self.maximumBits {
      self = .other
    } else {
      self = .quadratic(first, second, radicand)
    }
  }
}

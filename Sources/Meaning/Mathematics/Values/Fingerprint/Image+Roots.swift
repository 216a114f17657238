extension Image {
  /// The square root of a rational number, i times a positive one for a negative number.
  ///
  /// √q of a prime q is the root that is a square, or i times that of -q if q is none: whichever of the two roots is taken for which prime,
  /// sums and products agree, as these roots are independent of each other.
  static func squareRoot(of number: Rational) -> Image? {
    if number.isZero { return Image(number) }
    guard let factors = Factorization(number) else { return nil }
    var root = Residue.one
    var (factor, radicand): (Rational?, Int) = (Rational(1), 1)
    for (prime, exponent) in factors.primes {
      // q^e = (q^f)² q^(e - 2f), where the rest is 1 or q.
      let half = exponent >> 1
      guard let power = Residue(prime).power(half) else { return nil }
      root = root * power
      factor = Rational(prime).power(half).flatMap { power in factor.flatMap { $0 * power } }
      if exponent & 1 == 1 {
        guard let rest = primeRoot(prime) else { return nil }
        root = root * rest
        let (product, overflows) = radicand.multipliedReportingOverflow(by: prime)
        if overflows { factor = nil }
        radicand = product
      }
    }
    if factors.isNegative {
      root = root * .i
      radicand = -radicand
    }
    var image = Image(root)
    if let factor { image.kind = radicand == 1 ? .rational(factor) : .quadratic(Rational(0), factor, radicand) }
    return image
  }

  private static func primeRoot(_ prime: Int) -> Residue? {
    let element = Residue(prime)
    return element.squareRoot ?? (-element).squareRoot.map { $0 * .i }
  }

  /// The square root of a + b√c, if it is √t ± √u for rational t and u: (a ± √(a² - b²c))/2.
  var denestedSquareRoot: Image? {
    guard case .quadratic(let first, let second, let radicand) = kind, let norm = kind.norm, norm.signum > 0,
      let root = norm.root(Rational(short: 1, over: 2))
    else { return nil }
    if radicand > 0 && first.signum < 0 {
      // A negative number: its sign is that of a, as |a| > |b|√c.
      return (-self).denestedSquareRoot.map { $0 * Self.i }
    }
    guard let twiceLarger = first + root, let twiceSmaller = first - root, let larger = twiceLarger / Rational(2),
      let smaller = twiceSmaller / Rational(2), let sum = Self.squareRoot(of: larger), let difference = Self.squareRoot(of: smaller)
    else { return nil }
    return second.signum > 0 ? sum + difference : sum + -difference
  }

  /// A positive rational number to a power whose denominator is even; its prime factors must be squares in the field, of squares.
  static func power(of number: Rational, fraction exponent: Rational) -> Image? {
    guard let factors = Factorization(number), !factors.isNegative, let denominator = exponent.parts?.denominator else { return nil }
    if factors.primes.contains(where: { Residue($0.prime).squareRoot == nil }) { return nil }
    var result = Residue.one
    for (prime, count) in factors.primes {
      guard let whole = exponent * Rational(count), let parts = whole.parts, parts.denominator <= denominator,
        let power = Residue(prime).power(parts)
      else { return nil }
      result = result * power
    }
    return Image(result)
  }

  /// e to a rational power.
  static func exponential(_ exponent: Rational) -> Image? {
    guard let parts = exponent.parts, let element = e.element.power(parts), let logarithm = Residue(exponent) else { return nil }
    var image = Image(element)
    if exponent.isZero { image.kind = .rational(Rational(1)) }
    image.logarithm = logarithm
    image.rationalLogarithm = exponent
    return image
  }

  static var i: Image {
    var image = Image(.i)
    image.kind = .quadratic(Rational(0), Rational(1), -1)
    return image
  }

  static var pi: Image {
    var image = Image(.pseudorandom(0x7069))
    image.piMultiple = Rational(1)
    return image
  }

  static var e: Image {
    var image = Image(.pseudorandom(0x65))
    image.logarithm = .one
    image.rationalLogarithm = Rational(1)
    return image
  }
}

extension Rational {
  /// Numerator and denominator, if they are words.
  var parts: (numerator: Int, denominator: Int)? {
    long == nil ? (shortNumerator, shortDenominator) : nil
  }
}

extension Residue {
  /// A square to a power p/q: that of the roots which are squares themselves, and multiply as positive numbers' roots do.
  func power(_ exponent: (numerator: Int, denominator: Int)) -> Residue? {
    var (root, degree) = (self, exponent.denominator)
    while degree & 1 == 0 {
      guard let next = root.squareRoot else { return nil }
      (root, degree) = (next, degree / 2)
    }
    return (degree == 1 ? root : root.root(UInt64(degree)))?.power(exponent.numerator)
  }
}

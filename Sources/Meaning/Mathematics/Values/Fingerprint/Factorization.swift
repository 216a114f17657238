/// A rational number as a product of powers of primes, times its sign.
struct Factorization {
  var isNegative: Bool
  /// The exponents are negative for divisors.
  var primes: [(prime: Int, exponent: Int)] = []

  /// Nil for 0, and where a factor is found neither to be prime nor by trial division up to a bound.
  init?(_ number: Rational) {
    guard number.long == nil, number.shortNumerator != 0, number.shortNumerator > .min else { return nil }
    isNegative = number.signum < 0
    guard append(abs(number.shortNumerator), sign: 1), append(number.shortDenominator, sign: -1) else { return nil }
  }

  private static let largestDivisor = 2000

  private mutating func append(_ number: Int, sign: Int) -> Bool {
    var rest = number
    var divisor = 2
    while divisor <= Self.largestDivisor, divisor * divisor <= rest {
      var count = 0
      while rest % divisor == 0 {
        rest /= divisor
        count += 1
      }
      if count > 0 { primes.append((divisor, sign * count)) }
      divisor += divisor == 2 ? 1 : 2
    }
    if rest == 1 { return true }
    guard rest < Self.largestDivisor * Self.largestDivisor else { return false }
    primes.append((rest, sign))
    return true
  }
}

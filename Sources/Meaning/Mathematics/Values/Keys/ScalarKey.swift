internal import BigInt

/// What the value of an expression, or the solutions of an equation, are known by: equal ones have equal keys.
package struct ScalarKey: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    /// A whole number or a short decimal, exactly, or any other real number, rounded.
    case real(RoundedDecimal)
    /// A whole number too long for a word.
    case integer(BigInt)
    case complex(RoundedNumber)
    case infinity(isNegative: Bool)
    /// An expression in variables, by the names of those on which its value depends, in order, and its values at the points of their
    /// ``SampleGrid``; nil where it has none.
    case samples([String], [RoundedNumber?])
    /// An equation, by its variables and how the values of its difference at the sample points compare.
    case relation([String], [RoundedNumber?])
    case order([String], [RoundedNumber?], isStrict: Bool)
    /// What holds for all values of the variables, or for none.
    case always, never
  }

  let content: Content

  init(_ content: Content) {
    self.content = content
  }

  /// Of an equation or inequality that always holds.
  package static var always: ScalarKey { ScalarKey(.always) }

  /// Of an equation or inequality that never holds.
  package static var never: ScalarKey { ScalarKey(.never) }
}

/// The value of an expression.
package struct Scalar: Sendable {
  /// Equal values have equal keys.
  package let key: ScalarKey
  /// The variables that it depends on; none for a number.
  package let variables: [String]
  /// The exact number, where the value came about by rational operations alone.
  package let rational: Rational?
  /// The number, if it is real; ±∞ for the infinities.
  package let real: Double?

  /// Whether it is a number, and not an expression in variables.
  package var isConstant: Bool { variables.isEmpty && !isRelation }

  /// Whether it stands for an equation's solutions that are no value.
  package var isRelation: Bool {
    switch key.content {
    case .relation, .order, .always, .never: true
    default: false
    }
  }

  init(key: ScalarKey.Content, variables: [String] = [], rational: Rational? = nil, real: Double? = nil) {
    self.key = ScalarKey(key)
    self.variables = variables
    self.rational = rational
    self.real = real
  }

  /// ∞ or -∞.
  init(infinity sign: Int) {
    self.init(key: .infinity(isNegative: sign < 0), real: sign < 0 ? -.infinity : .infinity)
  }

  /// An exact number.
  package init(_ number: Rational, _ options: ValueOptions = ValueOptions()) {
    let key: ScalarKey.Content
    if let integer = number.integer {
      key = .real(RoundedDecimal(mantissa: integer, exponent: 0))
    } else if number.isInteger {
      key = .integer(number.numerator)
    } else {
      key = .real(number.shortDecimal(options) ?? number.rounded(digits: options.roundingDigits))
    }
    self.init(key: key, rational: number, real: number.double)
  }
}

/// How values are compared.
///
/// Whole numbers are compared exactly, as are decimals unless they look like the rounded value of another number: those of more digits than
/// ``roundingDigits`` that are long (three digits more) or have more than ``roundingDigits`` - 1 digits behind the point; with at most
/// three digits behind the point none looks like it. What isn't compared exactly is compared after rounding. Complex numbers and values
/// of expressions at sample points are compared to ``sampleDigits``.
package struct ValueOptions: Sendable, Hashable {
  /// The significant digits to which a number is rounded that isn't compared exactly. 2 to 11.
  package let roundingDigits: Int

  /// Options with their usual values.
  package init(roundingDigits: Int = 7) {
    self.roundingDigits = min(max(roundingDigits, 2), 11)
  }

  /// The digits from which on any decimal is taken for a rounded number. So many more than it is then rounded to, so that a number and its
  /// rounded value rarely lie on two sides of an edge.
  var longDecimalDigits: Int { roundingDigits + 3 }

  /// The digits to which complex numbers and values at sample points are compared: nobody writes those as decimals.
  var sampleDigits: Int { roundingDigits + 3 }
}

extension Rational {
  /// The nearest double, or close to it; infinite for the largest.
  package var double: Double {
    if long == nil { return Double(shortNumerator) / Double(shortDenominator) }
    if let approximation = Approximation<Double>(self) { return approximation.real }
    let isLarge = numerator.bitWidth > denominator.bitWidth
    return isLarge ? (signum < 0 ? -.infinity : .infinity) : 0
  }

  /// The number as a decimal that is compared exactly; nil for one that is no such decimal.
  func shortDecimal(_ options: ValueOptions) -> RoundedDecimal? {
    guard long == nil else { return nil }
    var (rest, places) = (shortDenominator, 0)
    while rest.isMultiple(of: 10) { (rest, places) = (rest / 10, places + 1) }
    while rest.isMultiple(of: 5) { (rest, places) = (rest / 5, places + 1) }
    while rest.isMultiple(of: 2) { (rest, places) = (rest / 2, places + 1) }
    guard rest == 1, places <= 18 else { return nil }
    let scale = (0..<places).reduce(1) { product, _ in product * 10 }
    let (mantissa, overflows) = shortNumerator.multipliedReportingOverflow(by: scale / shortDenominator)
    guard !overflows else { return nil }
    var (size, count) = (mantissa.magnitude, 0)
    while size > 0 { (size, count) = (size / 10, count + 1) }
    let isExact =
      places <= 3 || count <= options.roundingDigits || (count < options.longDecimalDigits && places < options.roundingDigits)
    return isExact ? RoundedDecimal(mantissa: mantissa, exponent: -places) : nil
  }

  /// Rounded half away from 0 to so many significant digits. Not for 0.
  func rounded(digits: Int) -> RoundedDecimal {
    if let approximation = Approximation<Double>(self), case .number(let number) = approximation.rounded(digits: digits) {
      return number.real
    }
    return roundedExactly(digits: digits)
  }

  private func roundedExactly(digits: Int) -> RoundedDecimal {
    let (dividend, divisor) = (numerator.magnitude, denominator.magnitude)
    let limit = BigUInt(10).power(digits)
    let order = Double(dividend.bitWidth - divisor.bitWidth) * 0.301029995663981
    // The order is too high by one digit at most, or too low.
    var places = digits - Int(order.rounded(.down))
    while true {
      let factor = BigUInt(10).power(abs(places))
      let (top, bottom) = places < 0 ? (dividend, divisor * factor) : (dividend * factor, divisor)
      let rounded = (top * 2 + bottom) / (bottom * 2)
      if rounded <= limit {
        return RoundedDecimal(mantissa: Int(clamping: rounded) * signum, exponent: -places)
      }
      places -= 1
    }
  }
}

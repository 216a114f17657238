/// Finds the image of an expression in the finite field.
struct ImageEvaluator {
  /// Steps that are worth about a microsecond each.
  private var steps = 4000
  /// Whether degrees are turned to radians.
  private(set) var isAngle = false
  /// Whether a root was i times an element of the a. That may be the image of a real number, and the product of two of them again be among
  /// the a but stand for no real number.
  private var hasLeftReals = false

  /// Nil where there is none, or it is too much work. The expression's depth must be bounded.
  mutating func image(of expression: Expression) -> Image? {
    guard spend(1) else { return nil }
    switch expression {
    case .number(let number):
      return Image(number)
    case .constant(let constant):
      return switch constant {
      case .pi: .pi
      case .e: .e
      case .i: .i
      case .infinity: nil
      }
    case .variable(let name):
      return Image(.pseudorandom(SamplePoint.hash(of: name)))
    case .sum(let terms):
      return fold(terms, from: 0) { $0 + $1 }
    case .product(let factors):
      return fold(factors, from: 1) { $0 * $1 }
    case .negation(let expression):
      return image(of: expression).map { -$0 }
    case .quotient(let dividend, let divisor):
      guard let dividend = image(of: dividend), let divisor = image(of: divisor) else { return nil }
      return dividend / divisor
    case .power(.constant(.e), let exponent):
      return exponential(exponent)
    case .power(let base, .function(.log, let arguments)) where arguments.count == 2:
      return power(base, ofLogarithm: arguments)
    case .power(let base, let exponent):
      guard let base = image(of: base), let exponent = image(of: exponent)?.rational else { return nil }
      return power(base, exponent)
    case .root(let degree, let radicand):
      guard let radicand = image(of: radicand), let exponent = image(of: degree)?.rational?.reciprocal else { return nil }
      return power(radicand, exponent)
    case .function(let function, let arguments):
      return image(of: function, arguments)
    case .degrees(let expression):
      guard let angle = image(of: expression), isAngle else { return isAngle ? nil : image(of: expression) }
      return Image(Rational(short: 1, over: 180)).map { angle * $0 * .pi }
    }
  }

  private mutating func fold(_ expressions: [Expression], from start: Int, _ combine: (Image, Image) -> Image) -> Image? {
    var result: Image?
    for expression in expressions {
      guard let next = image(of: expression), spend(1) else { return nil }
      result = result.map { combine($0, next) } ?? next
    }
    return result ?? Image(Rational(start))
  }

  /// The image of a function's argument.
  mutating func image(of argument: Expression, isAngle: Bool) -> Image? {
    let outside = self.isAngle
    self.isAngle = outside || isAngle
    defer { self.isAngle = outside }
    return image(of: argument)
  }

  /// Whether there are steps left for some work.
  mutating func spend(_ count: Int) -> Bool {
    steps -= count
    return steps >= 0
  }
}

/// Powers.
extension ImageEvaluator {
  mutating func power(_ base: Image, _ exponent: Rational) -> Image? {
    guard spend(4) else { return nil }
    if exponent.isInteger { return exponent.integer.flatMap { power(base, whole: $0) } }
    guard let parts = exponent.parts else { return nil }
    if let logarithm = base.rationalLogarithm { return (logarithm * exponent).flatMap(Image.exponential) }
    if let number = base.rational, number.isZero { return exponent.signum > 0 ? base : nil }
    if parts.denominator == 2 {
      guard var root = base.rational.map(Image.squareRoot) ?? base.denestedSquareRoot else { return nil }
      if !root.element.isReal { hasLeftReals = true }
      takeLogarithm(of: base, times: Rational(short: 1, over: 2), to: &root)
      return power(root, whole: parts.numerator)
    }
    if parts.denominator & 1 == 1 {
      guard base.element.isReal, base.rational != nil || !hasLeftReals, let root = base.element.root(UInt64(parts.denominator)),
        let element = root.power(parts.numerator)
      else { return nil }
      var image = Image(element)
      if let number = base.rational?.root(exponent) { image.kind = .rational(number) }
      takeLogarithm(of: base, times: exponent, to: &image)
      return image
    }
    guard let number = base.rational, var image = Image.power(of: number, fraction: exponent) else { return nil }
    if let root = number.root(exponent) { image.kind = .rational(root) }
    takeLogarithm(of: base, times: exponent, to: &image)
    return image
  }

  private func power(_ base: Image, whole exponent: Int) -> Image? {
    guard let element = base.element.power(exponent) else { return nil }
    var image = Image(element)
    switch base.kind {
    case .rational(let number):
      image.kind = Image.Kind(number, power: exponent)
    case .quadratic where exponent.magnitude <= 32:
      var kind = Image.Kind.rational(Rational(1))
      for _ in 0..<exponent.magnitude { kind = kind * base.kind }
      image.kind = exponent < 0 ? kind.reciprocal : kind
    default:
      if exponent == 0 { image.kind = .rational(Rational(1)) }
      if exponent == 1 { return base }
    }
    if base.logarithm != nil { takeLogarithm(of: base, times: Rational(exponent), to: &image) }
    return image
  }

  private func takeLogarithm(of base: Image, times exponent: Rational, to image: inout Image) {
    guard let logarithm = base.positiveLogarithm, let factor = Residue(exponent) else { return }
    image.logarithm = logarithm * factor
    image.rationalLogarithm = base.rationalLogarithm.flatMap { $0 * exponent }
  }

  /// e to the power of a rational number, a rational multiple of πi, or a logarithm.
  mutating func exponential(_ exponent: Expression) -> Image? {
    if case .function(.ln, let arguments) = exponent, arguments.count == 1 {
      guard let argument = image(of: arguments[0]), !argument.element.isZero else { return nil }
      return argument
    }
    guard let exponent = image(of: exponent) else { return nil }
    if let number = exponent.rational { return Image.exponential(number) }
    guard let angle = exponent.imaginaryPiMultiple, let sine = Image.sine(angle), let cosine = Image.cosine(angle) else { return nil }
    return cosine + .i * sine
  }

  /// b to the power of the logarithm to base b of a number: that number.
  private mutating func power(_ base: Expression, ofLogarithm arguments: [Expression]) -> Image? {
    guard let base = image(of: base), let other = image(of: arguments[0]), base.element == other.element, base.positiveLogarithm != nil,
      let argument = image(of: arguments[1]), !argument.element.isZero
    else { return nil }
    return argument
  }
}

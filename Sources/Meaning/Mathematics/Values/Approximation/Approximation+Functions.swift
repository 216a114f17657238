extension Approximation {
  /// The magnitude, a real number.
  var absolute: Approximation? {
    if isReal { return Approximation(real.magnitude, error: error) }
    let root = (real * real + imaginary * imaginary).squareRoot
    return Approximation(checked: root, error: error + root.double * 4 * Real.arithmeticError)
  }

  /// The number, but where it may be on either side of the negative real axis, on it; nil there while a better precision may tell.
  var settled: Approximation? {
    guard !isReal, real.double < 0, imaginary.double.magnitude <= error else { return self }
    return Real.isLast ? Approximation(real, error: error + imaginary.double.magnitude) : nil
  }

  /// The number as a real one, if it is or may be; nil as well while a better precision may tell.
  var asReal: Approximation? {
    if isReal { return self }
    guard imaginary.double.magnitude <= error, Real.isLast else { return nil }
    return Approximation(real, error: error)
  }

  /// The principal square root; i times a positive number for a negative one.
  var squareRoot: Approximation? { settled?.settledSquareRoot }

  private var settledSquareRoot: Approximation? {
    if size <= error || size == 0 {
      // It lies in a disc around 0, and so does its root.
      return Approximation(Real(0.0), error: (2 * error).squareRoot())
    }
    let length = isReal ? real.magnitude : (real * real + imaginary * imaginary).squareRoot
    // |√z - √w| ≤ |z - w| / |√z + √w|, and on the same side of the cut |√z + √w| ≥ |√z|.
    let lengthRoot = length.squareRoot
    let spread = min(error / lengthRoot.double, (2 * error).squareRoot()) + lengthRoot.double * 8 * Real.arithmeticError
    let zero = Real(0.0)
    if isReal {
      return real.double > 0 ? Approximation(lengthRoot, error: spread) : Approximation(real: zero, imaginary: lengthRoot, error: spread)
    }
    // Of the two parts, the one that is a sum of positive numbers is exact, and gives the other.
    let two = Real(2.0)
    if real.double >= 0 {
      let part = ((length + real) / two).squareRoot
      return Approximation(checked: part, imaginary: imaginary / (two * part), error: spread)
    }
    let part = ((length - real) / two).squareRoot
    let isBelow = imaginary.double < 0
    return Approximation(checked: imaginary.magnitude / (two * part), imaginary: isBelow ? -part : part, error: spread)
  }

  var exponential: Approximation? {
    guard size < 400, error < 0.5 else { return nil }
    let scale = real.exponential
    let factor = scale.double * (1.5 * error + (2 + size) * 2 * Real.functionError)
    if isReal { return Approximation(checked: scale, error: factor) }
    let (sine, cosine) = imaginary.sineAndCosine
    return Approximation(checked: scale * cosine, imaginary: scale * sine, error: 2 * factor)
  }

  /// The principal logarithm. Nil if the argument may be 0.
  var logarithm: Approximation? { settled?.settledLogarithm }

  private var settledLogarithm: Approximation? {
    let least = leastSize - error
    guard least > 0 else { return nil }
    let spread = error / least * (1 + 0x1p-40)
    if isReal {
      let value = real.magnitude.logarithm
      let error = spread + (1 + value.double.magnitude) * Real.functionError
      if real.double < 0 { return Approximation(real: value, imaginary: .pi, error: error + 4 * Real.functionError) }
      return Approximation(checkedSum: value, error: error)
    }
    let value = (real * real + imaginary * imaginary).logarithm / Real(2.0)
    let angle = Real.angle(y: imaginary, x: real)
    return Approximation(real: value, imaginary: angle, error: spread + (8 + value.double.magnitude) * 2 * Real.functionError)
  }

  /// A real number, or 0 where it is out of range because it is small, which its error covers.
  private init?(checkedSum real: Real, error: Double) {
    self.init(checked: real.double.magnitude < Self.smallest ? Real(0.0) : real, error: error + Self.smallest)
  }

  /// The sine and the cosine.
  var sineAndCosine: (sine: Approximation, cosine: Approximation)? {
    if isReal {
      guard real.double.magnitude < 1e9 else { return nil }
      let (sine, cosine) = real.sineAndCosine
      let error = error + (2 + real.double.magnitude) * Real.functionError
      guard
        let first = Approximation(checkedSum: sine, error: error), let second = Approximation(checkedSum: cosine, error: error)
      else { return nil }
      return (first, second)
    }
    // sin z = (w - 1/w) / 2i, cos z = (w + 1/w) / 2 for w = exp(iz).
    guard let forth = turned.exponential, let back = (-self).turned.exponential, let sum = forth + back, let difference = forth - back,
      let cosine = sum.halved, let sine = (-difference).turned.halved
    else { return nil }
    return (sine, cosine)
  }

  /// The hyperbolic sine and cosine.
  var hyperbolicSineAndCosine: (sine: Approximation, cosine: Approximation)? {
    guard let forth = exponential, let back = (-self).exponential, let sum = forth + back, let difference = forth - back,
      let cosine = sum.halved, let sine = difference.halved
    else { return nil }
    return (sine, cosine)
  }

  /// Times i.
  var turned: Approximation { Approximation(real: -imaginary, imaginary: real, error: error) }

  var halved: Approximation? { self * Approximation(Real(0.5)) }

  static var one: Approximation { Approximation(Real(1.0)) }

  /// The angle in [-π/2, π/2], or the principal value outside [-1, 1].
  var arcsine: Approximation? {
    guard isReal, real.double.magnitude <= 1 + error else {
      // -i ln(iz + √(1 - z²))
      guard let square = self * self, let root = (Self.one - square)?.squareRoot, let sum = turned + root, let logarithm = sum.logarithm
      else { return nil }
      return -logarithm.turned
    }
    let one = Real(1.0)
    let size = real.magnitude
    let rest = size.double > 1 ? Real(0.0) : (one - size) * (one + size)
    let angle = Real.angle(y: real, x: rest.squareRoot)
    // The derivative is 1/√(1 - x²), and near 1 the angle moves by no more than π/√2 √Δx.
    let edge = rest.double - 2.1 * error
    let spread = edge > error ? error / edge.squareRoot() : 2.3 * (error + Real.arithmeticError).squareRoot()
    return Approximation(checkedSum: angle, error: spread + 8 * Real.functionError)
  }

  var arccosine: Approximation? {
    guard let arcsine else { return nil }
    return Self.halfPi - arcsine
  }

  var arctangent: Approximation? {
    if isReal {
      return Approximation(checkedSum: Real.angle(y: real, x: Real(1.0)), error: error + 4 * Real.functionError)
    }
    // i/2 (ln(1 - iz) - ln(1 + iz))
    guard let above = (Self.one + turned)?.logarithm, let below = (Self.one - turned)?.logarithm, let difference = below - above
    else { return nil }
    return difference.turned.halved
  }

  /// The angle in (-π, π]; nil if it may be 0.
  var argument: Approximation? { settled?.settledArgument }

  private var settledArgument: Approximation? {
    let least = leastSize - error
    guard least > 0 else { return nil }
    if isReal { return real.double > 0 ? Approximation(Real(0.0)) : Self.pi }
    return Approximation(checkedSum: Real.angle(y: imaginary, x: real), error: 2 * error / least + 8 * Real.functionError)
  }

  static var pi: Approximation { Approximation(Real.pi, error: 4 * Real.arithmeticError) }
  static var e: Approximation { Approximation(Real.e, error: 4 * Real.arithmeticError) }
  static var halfPi: Approximation { Approximation(Real.pi / Real(2.0), error: 2 * Real.arithmeticError) }
}

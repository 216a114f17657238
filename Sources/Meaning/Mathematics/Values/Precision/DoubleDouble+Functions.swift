internal import Foundation

extension DoubleDouble {
  /// By Newton's method from the root of the high part.
  package var squareRoot: DoubleDouble {
    if high <= 0 { return DoubleDouble(0) }
    let start = DoubleDouble(high.squareRoot())
    let root = start + (self - start * start) / (start * 2)
    return root + (self - root * root) / (root * 2)
  }

  /// x = k ln 2 + 2^9 r, and exp(r) - 1 by its series, doubled nine times.
  package var exponential: DoubleDouble {
    guard high.magnitude < 700 else { return DoubleDouble(exp(high)) }
    let multiple = (high / Self.logarithmOf2.high).rounded()
    let rest = (self - Self.logarithmOf2 * multiple).scaled(by: -9)
    var (term, sum) = (rest, rest)
    for index in 2...9 {
      term = term * rest / DoubleDouble(Double(index))
      sum = sum + term
    }
    for _ in 0..<9 { sum = sum * 2 + sum * sum }
    return (sum + DoubleDouble(1)).scaled(by: Int(multiple))
  }

  /// By Newton's method from the logarithm of the high part.
  package var logarithm: DoubleDouble {
    let start = DoubleDouble(log(high))
    return start + (self * (-start).exponential - DoubleDouble(1))
  }

  /// x = k π/2 + r, and the series of r.
  package var sineAndCosine: (sine: DoubleDouble, cosine: DoubleDouble) {
    let multiple = (high / Self.halfPi[0]).rounded()
    // Beyond, the parts of π/2 no longer suffice, and nothing asks for it.
    guard multiple.magnitude < 0x1p40 else { return (DoubleDouble(.nan), DoubleDouble(.nan)) }
    var rest = self
    for part in Self.halfPi { rest = rest - DoubleDouble(productOf: part, multiple) }
    let square = rest * rest
    var (sine, cosine) = (rest, DoubleDouble(1))
    var (sineTerm, cosineTerm) = (rest, DoubleDouble(1))
    for index in 1...14 {
      cosineTerm = -cosineTerm * square / DoubleDouble(Double((2 * index - 1) * 2 * index))
      sineTerm = -sineTerm * square / DoubleDouble(Double(2 * index * (2 * index + 1)))
      cosine = cosine + cosineTerm
      sine = sine + sineTerm
    }
    return switch Int(multiple) & 3 {
    case 0: (sine, cosine)
    case 1: (cosine, -sine)
    case 2: (-sine, -cosine)
    default: (-cosine, sine)
    }
  }

  /// One step of Newton's method from the angle of the high parts.
  package static func angle(y: DoubleDouble, x: DoubleDouble) -> DoubleDouble {
    let start = atan2(y.high, x.high)
    if y.high == 0 && x.high == 0 { return DoubleDouble(0) }
    if y.high == 0 { return x.high > 0 ? DoubleDouble(0) : pi }
    // Neither square may leave the range.
    let exponent = -Int(max(y.high.magnitude, x.high.magnitude).exponent)
    let (scaledY, scaledX) = (y.scaled(by: exponent), x.scaled(by: exponent))
    let (sine, cosine) = DoubleDouble(start).sineAndCosine
    let radius = (scaledX * scaledX + scaledY * scaledY).squareRoot
    return DoubleDouble(start) + (scaledY * cosine - scaledX * sine) / radius
  }

  private static var logarithmOf2: DoubleDouble { DoubleDouble(high: 0x1.62e42fefa39efp-1, low: 0x1.abc9e3b39803fp-56) }
  private static let halfPi = [0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110, 0x1.4cf98e804177dp-164]
}

public import Tensors

/// Gradients by finite differences, and how far others are from them.
public enum GradientCheck {
  /// What a backward in float32 may differ from a finite difference of a forward in float32, relative by norm.
  ///
  /// The forward's rounding, 2⁻²⁴ of a loss of order 1, divided by the step gives about 10⁻⁵ to 10⁻⁴ a component; a missing or
  /// wrong term gives 10⁻² at least.
  public static let tolerance = 1e-3

  /// dLoss/dx for every value of x, by the five-point rule, whose error falls with the fourth power of the step.
  ///
  /// The loss must be a function of x's current values. The values are put back.
  public static func gradient(of x: Matrix, step: Float = 0.02, loss: () -> Double) -> [Double] {
    (0..<x.rows).flatMap { row in
      (0..<x.columns).map { column in
        derivative(of: x, row, column, step: step, loss: loss)
      }
    }
  }

  /// dLoss/dx[row, column].
  public static func derivative(of x: Matrix, _ row: Int, _ column: Int, step: Float = 0.02, loss: () -> Double) -> Double {
    let value = x[row, column]
    defer { x[row, column] = value }
    // The step that float32 really makes, not the one asked for.
    func difference(_ factor: Float) -> (loss: Double, step: Double) {
      let above = value + factor * step
      let below = value - factor * step
      x[row, column] = above
      let high = loss()
      x[row, column] = below
      return (high - loss(), Double(above) - Double(below))
    }
    let near = difference(1)
    let far = difference(2)
    return (4 * near.loss / near.step - far.loss / far.step) / 3
  }

  /// ‖a − b‖ / ‖b‖, with the plain norm of a where b is zero.
  public static func relativeError(_ a: [Float], _ b: [Double]) -> Double {
    precondition(a.count == b.count)
    let difference = zip(a, b).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    let size = b.reduce(0) { $0 + $1 * $1 }
    return size > 0 ? (difference / size).squareRoot() : difference.squareRoot()
  }

  /// Σ a·b in double precision: a loss whose gradient with respect to a is b.
  public static func dot(_ a: Matrix, _ b: Matrix) -> Double {
    zip(a.values, b.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}

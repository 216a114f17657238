internal import Random
public import Tensors

extension Matrix {
  /// A matrix of uniform numbers in [-scale, scale), the same for the same seed.
  public static func random(_ rows: Int, _ columns: Int, seed: UInt64, scale: Float = 1) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    var numbers = PhiloxSequence(seed: seed, stream: .init(step: 0xFEED, slot: 0, sample: 0))
    for row in 0..<rows {
      matrix.set(row: row, to: (0..<columns).map { _ in scale * Float(2 * numbers.uniform() - 1) })
    }
    return matrix
  }

  /// All values, row by row.
  public var values: [Float] { (0..<rows).flatMap { array(row: $0) } }

  /// All values' bits, row by row: what "the same result" means.
  public var bits: [UInt32] { values.map(\.bitPattern) }

  /// A matrix of its own with the same values.
  public func duplicate() -> Matrix {
    let copy = Matrix(rows: rows, columns: columns)
    copy.copy(from: self)
    return copy
  }
}

extension Collection<Float> {
  /// The values' bits.
  public var bits: [UInt32] { map(\.bitPattern) }
}

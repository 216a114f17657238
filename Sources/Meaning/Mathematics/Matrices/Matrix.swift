/// Expressions in rows of equal length, or the parts of a tuple, which calculates as a vector does but isn't one.
///
/// An operation whose operands don't fit has no result, and the answer is then text.
struct Matrix {
  /// The most rows and columns of a matrix that is multiplied, and of one whose determinant or inverse is taken.
  static let maximumSizeOfProduct = 8
  static let maximumSizeOfInverse = 4
  static let maximumSizeOfDeterminant = 5

  let columns: Int
  /// Row by row.
  let entries: [Expression]
  /// Whether it is a tuple, written in one row with commas.
  let isTuple: Bool

  var rows: Int { entries.count / columns }

  var isSquare: Bool { rows == columns }

  init(columns: Int, _ entries: [Expression], isTuple: Bool = false) {
    self.columns = columns
    self.entries = entries
    self.isTuple = isTuple
  }

  subscript(row: Int, column: Int) -> Expression { entries[row * columns + column] }

  static func identity(_ size: Int) -> Matrix {
    Matrix(columns: size, (0..<size * size).map { $0 / size == $0 % size ? .one : .zero })
  }

  private func map(_ transform: (Expression) -> Expression) -> Matrix {
    Matrix(columns: columns, entries.map(transform), isTuple: isTuple)
  }

  /// Whether the sum of both exists.
  private func fits(_ other: Matrix) -> Bool {
    columns == other.columns && rows == other.rows && isTuple == other.isTuple
  }
}

extension Matrix {
  var negated: Matrix { map(\.negated) }

  func multiplied(by scalar: Expression) -> Matrix { map { scalar.multiplied(by: $0) } }

  func divided(by scalar: Expression) -> Matrix { map { $0.divided(by: scalar) } }

  func adding(_ other: Matrix) -> Matrix? {
    guard fits(other) else { return nil }
    return Matrix(columns: columns, zip(entries, other.entries).map { $0.adding($1) }, isTuple: isTuple)
  }

  func multiplied(by other: Matrix) -> Matrix? {
    guard columns == other.rows, !isTuple, !other.isTuple, max(rows, columns, other.columns) <= Self.maximumSizeOfProduct else {
      return nil
    }
    var product: [Expression] = []
    product.reserveCapacity(rows * other.columns)
    for row in 0..<rows {
      for column in 0..<other.columns {
        product.append(
          (0..<columns).reduce(Expression.zero) { $0.adding(self[row, $1].multiplied(by: other[$1, column])) })
      }
    }
    return Matrix(columns: other.columns, product)
  }

  var transposed: Matrix? {
    guard !isTuple else { return nil }
    return Matrix(columns: rows, (0..<entries.count).map { self[$0 % rows, $0 / rows] })
  }

  /// The determinant, expanded along the first row. Nil for one that isn't square, or is large.
  var determinant: Expression? {
    guard isSquare, !isTuple, rows <= Self.maximumSizeOfDeterminant else { return nil }
    return determinant(of: Array(0..<columns), from: 0)
  }

  /// The determinant of the rows from one on in so many columns.
  private func determinant(of columns: [Int], from row: Int) -> Expression {
    if columns.count == 1 { return self[row, columns[0]] }
    var sum = Expression.zero
    for (index, column) in columns.enumerated() {
      let minor = determinant(of: columns.filter { $0 != column }, from: row + 1)
      let term = self[row, column].multiplied(by: minor)
      sum = sum.adding(index.isMultiple(of: 2) ? term : term.negated)
    }
    return sum
  }

  /// The inverse: the transposed cofactors over the determinant. Nil where it is an exact 0.
  var inverse: Matrix? {
    guard rows <= Self.maximumSizeOfInverse, let determinant, !determinant.isZero else { return nil }
    if rows == 1 { return Matrix(columns: 1, [Expression.one.divided(by: determinant)]) }
    let size = rows
    return Matrix(
      columns: size,
      (0..<size * size).map { index in
        let (row, column) = (index / size, index % size)
        let minor = without(row: column, column: row).determinant(of: Array(0..<size - 1), from: 0)
        return ((row + column).isMultiple(of: 2) ? minor : minor.negated).divided(by: determinant)
      })
  }

  private func without(row: Int, column: Int) -> Matrix {
    Matrix(
      columns: columns - 1,
      entries.indices.filter { $0 / columns != row && $0 % columns != column }.map { entries[$0] })
  }

  /// The length of a vector of real parts.
  var magnitude: Expression? {
    guard columns == 1 || rows == 1, !isTuple else { return nil }
    let squares = entries.map { Expression.power($0, .number(Rational(2))) }
    return .root(degree: .number(Rational(2)), radicand: .sum(squares))
  }
}

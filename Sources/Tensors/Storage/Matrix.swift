/// A row-major float32 matrix in storage that it shares: rows of `columns` values, `stride` values apart.
///
/// A copy is another view of the same values. A vector is a matrix of one row.
public struct Matrix: Sendable {
  /// The storage that holds the values.
  public let storage: FloatStorage

  /// Where the first row starts in the storage.
  public let offset: Int

  /// The number of rows.
  public let rows: Int

  /// The number of values in a row.
  public let columns: Int

  /// The distance between the starts of neighbouring rows.
  public let stride: Int

  /// Creates a view into storage.
  public init(storage: FloatStorage, offset: Int, rows: Int, columns: Int, stride: Int? = nil) {
    self.storage = storage
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
    precondition(offset >= 0 && rows >= 0 && columns >= 0 && self.stride >= columns)
    precondition(rows == 0 || offset + (rows - 1) * self.stride + columns <= storage.count)
  }

  /// Creates a matrix of zeros in storage of its own.
  public init(rows: Int, columns: Int) {
    self.init(storage: FloatStorage(count: rows * columns), offset: 0, rows: rows, columns: columns)
  }

  /// The rows of `range`.
  public func rows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    return Matrix(storage: storage, offset: offset + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// The first `count` rows.
  public func first(_ count: Int) -> Matrix {
    rows(0..<count)
  }

  /// The columns of `range`, of every row.
  public func columns(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns)
    return Matrix(storage: storage, offset: offset + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// The value at a row and column.
  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      return unsafe storage.base[offset + row * stride + column]
    }
    nonmutating set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      unsafe storage.base[offset + row * stride + column] = newValue
    }
  }

  /// The values of one row.
  public func array(row: Int) -> [Float] {
    precondition(row >= 0 && row < rows)
    return unsafe Array(UnsafeBufferPointer(start: pointer + row * stride, count: columns))
  }

  /// Sets the values of one row.
  public func set(row: Int, to values: [Float]) {
    precondition(row >= 0 && row < rows && values.count == columns)
    unsafe values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { unsafe (pointer + row * stride).update(from: start, count: columns) }
    }
  }

  var isDense: Bool { stride == columns }

  var pointer: UnsafeMutablePointer<Float> { unsafe storage.base + offset }

  func pointer(row: Int) -> UnsafeMutablePointer<Float> { unsafe storage.base + (offset + row * stride) }
}

extension Matrix {
  /// Sets all values to zero.
  public func clear() {
    precondition(isDense)
    guard rows > 0 else { return }
    unsafe pointer.update(repeating: 0, count: rows * columns)
  }

  /// Moves some rows, given in ascending order, to the first places.
  public func gather(rows kept: [Int]) {
    for (place, row) in kept.enumerated() where place != row {
      precondition(row > place && row < rows, "rows are gathered in ascending order")
      unsafe pointer(row: place).update(from: pointer(row: row), count: columns)
    }
  }

  /// Copies the values of a matrix of the same shape; nothing to do where it is the same view.
  public func copy(from other: Matrix, lanes: Lanes? = nil) {
    precondition(rows == other.rows && columns == other.columns)
    if storage === other.storage && offset == other.offset { return }
    let copyRows: @Sendable (Range<Int>) -> Void = { range in
      for row in range { unsafe pointer(row: row).update(from: other.pointer(row: row), count: columns) }
    }
    if let lanes {
      lanes.forEachRange(of: rows, tile: RowTile.rows(ofWidth: columns), copyRows)
    } else {
      copyRows(0..<rows)
    }
  }
}

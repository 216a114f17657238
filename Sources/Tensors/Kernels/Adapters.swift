internal import CKernels

/// Products of adapters of low rank (Hu et al., 2021), one side of which is a rank of a few dozen.
///
/// An element is one chain of fused sums whose order the widths fix. So rows do not depend on the rows beside them, and the lanes may decide the
/// tiles.
public enum AdapterProducts {
  /// y[T,R] = scale · x[T,K] · wᵀ with w[R,K]. Columns may be views.
  public static func narrow(_ y: Matrix, _ x: Matrix, _ w: Matrix, scale: Float = 1, lanes: Lanes) {
    precondition(x.rows == y.rows && x.columns == w.columns && y.columns == w.rows && x.columns > 0)
    forEachTile(rows: y.rows, columns: y.columns, depth: x.columns, rowStep: 6, columnStep: 4, lanes: lanes) { rows, columns in
      unsafe empo_adapter_narrow(
        y.pointer(row: rows.lowerBound) + columns.lowerBound, x.pointer(row: rows.lowerBound), w.pointer(row: columns.lowerBound),
        Int64(rows.count), Int64(columns.count), Int64(x.columns), Int64(y.stride), Int64(x.stride), Int64(w.stride), scale)
    }
  }

  /// y[T,N] += scale · u[T,R] · w[R,N]: an element of the product is a chain over R from 0, and is then added. Columns may be views.
  public static func widen(_ y: Matrix, _ u: Matrix, _ w: Matrix, scale: Float = 1, lanes: Lanes) {
    precondition(u.rows == y.rows && u.columns == w.rows && y.columns == w.columns)
    guard u.columns > 0 else { return }
    forEachTile(rows: y.rows, columns: y.columns, depth: u.columns, rowStep: 6, columnStep: 64, lanes: lanes) { rows, columns in
      unsafe empo_adapter_widen(
        y.pointer(row: rows.lowerBound) + columns.lowerBound, u.pointer(row: rows.lowerBound), w.pointer + columns.lowerBound,
        Int64(rows.count), Int64(columns.count), Int64(u.columns), Int64(y.stride), Int64(u.stride), Int64(w.stride), scale)
    }
  }

  /// dw[R,N] = scale · u[T,R]ᵀ · y[T,N], added to dw where `accumulate`: the rows in order, in chains of 256. Columns may be views.
  public static func weightGradient(_ dw: Matrix, _ u: Matrix, _ y: Matrix, scale: Float = 1, accumulate: Bool, lanes: Lanes) {
    precondition(u.rows == y.rows && dw.rows == u.columns && dw.columns == y.columns)
    let tile = width(of: dw.columns, step: 64, work: u.rows * dw.rows * dw.columns, lanes: lanes)
    lanes.forEachRange(of: dw.columns, tile: tile, step: 64) { columns in
      unsafe empo_adapter_gradient(
        dw.pointer + columns.lowerBound, u.pointer, y.pointer + columns.lowerBound, Int64(u.rows), Int64(u.columns),
        Int64(columns.count), Int64(dw.stride), Int64(u.stride), Int64(y.stride), scale, accumulate ? 1 : 0)
    }
  }

  /// Multiplications that are worth a tile of their own: to wake a lane takes about as long.
  private static let leastWork = 1 << 18

  /// Tiles of whole rows, or of columns where the rows are too few for the lanes.
  private static func forEachTile(
    rows: Int, columns: Int, depth: Int, rowStep: Int, columnStep: Int, lanes: Lanes, _ body: @Sendable (Range<Int>, Range<Int>) -> Void
  ) {
    let work = rows * columns * depth
    if rows > rowStep * lanes.count || columns == 0 {
      let tile = width(of: rows, step: rowStep, work: work, lanes: lanes)
      lanes.forEachRange(of: rows, tile: tile, step: rowStep) { body($0, 0..<columns) }
    } else {
      let tile = width(of: columns, step: columnStep, work: work, lanes: lanes)
      lanes.forEachRange(of: columns, tile: tile, step: columnStep) { body(0..<rows, $0) }
    }
  }

  /// The width of two tiles a lane, or of fewer where there is little work.
  private static func width(of count: Int, step: Int, work: Int, lanes: Lanes) -> Int {
    let tiles = lanes.count == 1 ? 1 : max(1, min(2 * lanes.count, work / leastWork))
    let steps = (count + step - 1) / step
    return max(1, (steps + tiles - 1) / tiles) * step
  }
}

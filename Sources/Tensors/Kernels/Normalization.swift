internal import CKernels

/// Root-mean-square normalisation (Zhang & Sennrich, 2019): y = x / sqrt(mean(x²) + ε) · w, row by row.
public enum RMSNorm {
  /// y[T,C] from x[T,C] and w[1,C]; keeps 1 / sqrt(…) of each row in rms[1,≥T] for the backward. y may be x.
  public static func forward(_ y: Matrix, rms: Matrix?, _ x: Matrix, _ w: Matrix, epsilon: Float, lanes: Lanes) {
    precondition(y.rows == x.rows && y.columns == x.columns && w.columns == x.columns && (rms?.columns ?? .max) >= x.rows)
    lanes.forEachRange(of: x.rows, tile: RowTile.rows(ofWidth: x.columns)) { rows in
      unsafe empo_rms_norm(
        y.pointer(row: rows.lowerBound), rms.map { unsafe $0.pointer + rows.lowerBound }, x.pointer(row: rows.lowerBound), w.pointer,
        Int64(rows.count), Int64(x.columns), Int64(y.stride), Int64(x.stride), epsilon)
    }
  }

  /// dx[T,C] set (or added to, where `accumulate`) from dy[T,C]; dw[1,C] added to, unless it is nil. dx may be dy.
  public static func backward(
    _ dx: Matrix, _ dw: Matrix?, _ dy: Matrix, _ x: Matrix, rms: Matrix, _ w: Matrix, accumulate: Bool, lanes: Lanes
  ) {
    precondition(dx.rows == dy.rows && x.rows == dy.rows && dx.columns == x.columns && dy.columns == x.columns)
    precondition((dw?.columns ?? x.columns) == x.columns && w.columns == x.columns && rms.columns >= x.rows)
    let body: @Sendable (Range<Int>, Matrix?) -> Void = { rows, partial in
      unsafe empo_rms_norm_backward(
        dx.pointer(row: rows.lowerBound), partial.map { unsafe $0.pointer }, dy.pointer(row: rows.lowerBound),
        x.pointer(row: rows.lowerBound), rms.pointer + rows.lowerBound, w.pointer, Int64(rows.count), Int64(x.columns),
        Int64(dx.stride), Int64(dy.stride), Int64(x.stride), accumulate ? 1 : 0)
    }
    if let dw {
      RowTile.sum(into: dw, rows: x.rows, lanes: lanes, body)
    } else {
      lanes.forEachRange(of: x.rows, tile: RowTile.rows(ofWidth: x.columns)) { body($0, nil) }
    }
  }
}

/// Layer normalisation (Ba et al., 2016): y = (x − mean(x)) / sqrt(variance(x) + ε) · w + b, row by row.
public enum LayerNorm {
  /// y[T,C] from x[T,C], w[1,C] and bias[1,C]. y may be x.
  public static func forward(_ y: Matrix, _ x: Matrix, _ w: Matrix, _ bias: Matrix, epsilon: Float, lanes: Lanes) {
    precondition(y.rows == x.rows && y.columns == x.columns && w.columns == x.columns && bias.columns == x.columns)
    lanes.forEachRange(of: x.rows, tile: RowTile.rows(ofWidth: x.columns)) { rows in
      unsafe empo_layer_norm(
        y.pointer(row: rows.lowerBound), x.pointer(row: rows.lowerBound), w.pointer, bias.pointer, Int64(rows.count), Int64(x.columns),
        Int64(y.stride), Int64(x.stride), epsilon)
    }
  }
}

/// How row kernels are split.
enum RowTile {
  /// The most rows of a tile where no row depends on another: few where a row is long.
  static func rows(ofWidth columns: Int) -> Int { max(1, min(summed, 65_536 / max(1, columns))) }

  /// The most rows whose sums are one partial.
  private static let summed = 128

  /// Adds to `total` the sums that `body` leaves in one zeroed partial a tile, in tile order. The number of rows fixes the tiles.
  static func sum(into total: Matrix, rows count: Int, lanes: Lanes, _ body: @Sendable (Range<Int>, Matrix) -> Void) {
    let tiles = (count + summed - 1) / summed
    let partials = Matrix(rows: tiles, columns: total.columns)
    lanes.forEach(tiles) { tile in
      body(tile * count / tiles..<(tile + 1) * count / tiles, partials.rows(tile..<tile + 1))
    }
    for tile in 0..<tiles {
      unsafe empo_add(total.pointer, partials.pointer(row: tile), Int64(total.columns))
    }
  }
}

internal import CKernels

/// Matrix products on OpenBLAS, one thread a tile.
///
/// OpenBLAS computes a row independently of the other rows of the call, as long as the product is too large for its small-matrix path
/// (m·n·k ≤ 10⁶). So callers pad rows: a forward product takes ``paddedRows(_:for:)`` rows or more, and the results in the padding are
/// never read.
public enum Products {
  /// Loads OpenBLAS and checks that it computes as a run needs it to; call before the first product.
  ///
  /// - Returns: The library.
  /// - Throws: An error that names the library and what to do.
  @discardableResult
  public static func load() throws(TensorsError) -> OpenBLAS { try loaded.get() }

  /// The kernels that OpenBLAS chose, for logs and benches.
  public static var kernelName: String { (try? loaded.get())?.core ?? "none" }

  /// A row count that is at least `rows`, a multiple of 16, and large enough that a product with each of the weight matrices,
  /// given by their number of values, has independent rows.
  public static func paddedRows(_ rows: Int, for weightCounts: [Int]) -> Int {
    let least = weightCounts.map { smallProduct / max($0, 1) + 1 }.max() ?? 1
    return (max(rows, least) + 15) / 16 * 16
  }

  private static let smallProduct = 1_000_000

  private static let loaded = Result { () throws(TensorsError) in
    let library = try OpenBLAS.open()
    try library.check()
    return library
  }

  /// y[T,N] = x[T,K] · wᵀ with w[N,K], added to y where `accumulate`. Rows are independent; see the type's comment for T.
  public static func linear(_ y: Matrix, _ x: Matrix, _ w: Matrix, accumulate: Bool = false, lanes: Lanes) {
    precondition(x.rows == y.rows && x.columns == w.columns && y.columns == w.rows)
    forwardTiles(rows: x.rows, weights: w.rows * w.columns, lanes: lanes) { rows in
      unsafe empo_sgemm(
        0, 1, Int64(rows.count), Int64(w.rows), Int64(w.columns), 1, x.pointer(row: rows.lowerBound), Int64(x.stride), w.pointer,
        Int64(w.stride), accumulate ? 1 : 0, y.pointer(row: rows.lowerBound), Int64(y.stride))
    }
  }

  /// dx[T,K] = dy[T,N] · w[N,K]: the gradient of ``linear(_:_:_:accumulate:lanes:)`` with respect to its input.
  public static func linearInputGradient(_ dx: Matrix, _ dy: Matrix, _ w: Matrix, lanes: Lanes) {
    precondition(dx.rows == dy.rows && dx.columns == w.columns && dy.columns == w.rows)
    forwardTiles(rows: dx.rows, weights: w.rows * w.columns, lanes: lanes) { rows in
      unsafe empo_sgemm(
        0, 0, Int64(rows.count), Int64(w.columns), Int64(w.rows), 1, dy.pointer(row: rows.lowerBound), Int64(dy.stride), w.pointer,
        Int64(w.stride), 0, dx.pointer(row: rows.lowerBound), Int64(dx.stride))
    }
  }

  /// dw[N,K] = dy[T,N]ᵀ · x[T,K], added to dw where `accumulate`: the gradient with respect to the weights, summed over the rows in an order
  /// that T fixes.
  ///
  /// Its rows are not independent, so the tiles are a function of the shape alone: few, because each packs all of x again.
  public static func linearWeightGradient(_ dw: Matrix, _ dy: Matrix, _ x: Matrix, accumulate: Bool = true, lanes: Lanes) {
    precondition(dw.rows == dy.columns && dw.columns == x.columns && dy.rows == x.rows)
    lanes.forEachRange(of: dw.rows, tile: min(512, max(48, (dw.rows / 4 + 15) / 16 * 16)), step: 16) { outputs in
      unsafe empo_sgemm(
        1, 0, Int64(outputs.count), Int64(dw.columns), Int64(x.rows), 1, dy.pointer + outputs.lowerBound, Int64(dy.stride),
        x.pointer, Int64(x.stride), accumulate ? 1 : 0, dw.pointer(row: outputs.lowerBound), Int64(dw.stride))
    }
  }

  /// Two tiles a lane of nearly one size, each large enough for independent rows: the fewer, the less often the weights are packed. As rows
  /// are independent, the tiles may depend on the number of lanes.
  private static func forwardTiles(rows: Int, weights: Int, lanes: Lanes, _ body: @Sendable (Range<Int>) -> Void) {
    precondition(rows % 16 == 0 && rows * weights > smallProduct, "rows of a product must be padded")
    let least = max(64, (smallProduct / weights + 16) / 16 * 16)
    let tiles = lanes.count == 1 ? 1 : max(1, min(2 * lanes.count, rows / least))
    lanes.forEachRange(of: rows, tile: (rows / 16 + tiles - 1) / tiles * 16, step: 16, body)
  }
}

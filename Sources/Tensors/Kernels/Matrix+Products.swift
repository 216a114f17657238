internal import CKernels

/// Matrix products on OpenBLAS, one thread a tile.
///
/// OpenBLAS computes a row independently of the other rows of the call, as long as the product is too large for its small-matrix path
/// (m·n·k ≤ 10⁶). So callers pad rows: a forward product takes ``paddedRows(_:for:)`` rows or more, and the results in the padding are
/// never read.
public enum Products {
  /// Loads OpenBLAS; call before the first product.
  public static func load() throws(TensorsError) {
    try loaded.get()
  }

  /// The kernels that OpenBLAS chose, for logs and fingerprints.
  public static var kernelName: String {
    guard (try? loaded.get()) != nil else { return "none" }
    return unsafe String(cString: empo_blas_core())
  }

  /// A row count that is at least `rows`, a multiple of 16, and large enough that a product with each of the weight matrices,
  /// given by their number of values, has independent rows.
  public static func paddedRows(_ rows: Int, for weightCounts: [Int]) -> Int {
    let least = weightCounts.map { smallProduct / max($0, 1) + 1 }.max() ?? 1
    return (max(rows, least) + 15) / 16 * 16
  }

  private static let smallProduct = 1_000_000

  private static let loaded: Result<Void, TensorsError> = {
    if let reason = unsafe empo_blas_load() {
      return .failure(
        TensorsError(
          .library,
          "OpenBLAS could not be loaded (\(unsafe String(cString: reason))); install it: apt-get install libopenblas0-pthread"))
    }
    guard rowsAreIndependent() else {
      return .failure(
        TensorsError(
          .library,
          "OpenBLAS's \(unsafe String(cString: empo_blas_core())) kernels compute a row differently in different calls, so that a sample "
            + "would depend on its batch; install a build of OpenBLAS that chooses its kernels at run time: libopenblas0-pthread"))
    }
    return .success(())
  }()

  /// Whether a row has the same bits in calls of another size and at another place, for some odd shapes. Takes about a millisecond.
  private static func rowsAreIndependent() -> Bool {
    let rows = 1024
    return [(53, 37), (192, 96), (96, 288)].allSatisfy { outputs, inputs in
      func product(_ first: Int, _ count: Int) -> [Float] {
        let x = Matrix(rows: count, columns: inputs)
        let w = Matrix(rows: outputs, columns: inputs)
        // Numbers whose sums round, from a multiplicative hash of their place.
        func number(_ index: Int) -> Float { Float((UInt32(truncatingIfNeeded: index) &* 2_654_435_761) >> 8) * 0x1p-23 - 1 }
        for row in 0..<count { x.set(row: row, to: (0..<inputs).map { number((first + row) * inputs + $0) }) }
        for row in 0..<outputs { w.set(row: row, to: (0..<inputs).map { number((1 << 24) + row * inputs + $0) }) }
        let y = Matrix(rows: count, columns: outputs)
        unsafe empo_sgemm(
          0, 1, Int64(count), Int64(outputs), Int64(inputs), 1, x.pointer, Int64(inputs), w.pointer, Int64(inputs), 0, y.pointer,
          Int64(outputs))
        return y.array(row: 500 - first)
      }
      let whole = product(0, rows).map(\.bitPattern)
      return [(0, 528), (499, 512), (1, 1008)].allSatisfy { product($0.0, $0.1).map(\.bitPattern) == whole }
    }
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

  /// dw[N,K] += dy[T,N]ᵀ · x[T,K]: the gradient with respect to the weights, summed over the rows in an order that T fixes.
  ///
  /// Its rows are not independent, so the tiles are a function of the shape alone: few, because each packs all of x again.
  public static func linearWeightGradient(_ dw: Matrix, _ dy: Matrix, _ x: Matrix, lanes: Lanes) {
    precondition(dw.rows == dy.columns && dw.columns == x.columns && dy.rows == x.rows)
    lanes.forEachRange(of: dw.rows, tile: min(512, max(48, dw.rows / 4))) { outputs in
      unsafe empo_sgemm(
        1, 0, Int64(outputs.count), Int64(dw.columns), Int64(x.rows), 1, dy.pointer + outputs.lowerBound, Int64(dy.stride),
        x.pointer, Int64(x.stride), 1, dw.pointer(row: outputs.lowerBound), Int64(dw.stride))
    }
  }

  /// Two tiles a lane, each large enough for independent rows: the fewer, the less often the weights are packed. As rows are
  /// independent, these are the only tiles that may depend on the number of lanes.
  private static func forwardTiles(rows: Int, weights: Int, lanes: Lanes, _ body: @Sendable (Range<Int>) -> Void) {
    precondition(rows % 16 == 0 && rows * weights > smallProduct, "rows of a product must be padded")
    let least = (smallProduct / weights + 16) / 16 * 16
    lanes.forEachRange(of: rows, tile: max(least, 64, (rows / (2 * lanes.count) + 15) / 16 * 16), body)
  }
}

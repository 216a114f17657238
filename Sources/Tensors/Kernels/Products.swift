internal import CKernels

/// Matrix products, by kernels of our own.
///
/// An element is the sum of blocks of 256 terms, each one chain of fused multiply-adds (`kernels/product.h`, `kernels/pairs.h`). So it depends
/// on its own operands alone: not on the rows beside it, the tiles, the lanes, or the processor's vectors.
public enum Products {
  /// y[T,N] = x[T,K] · wᵀ with w[N,K], added to y where `accumulate`.
  public static func linear(_ y: Matrix, _ x: Matrix, _ w: Matrix, accumulate: Bool = false, lanes: Lanes) {
    linear(y, x, Projection(w), accumulate: accumulate, lanes: lanes)
  }

  /// y[T,N] = x[T,K] · wᵀ with w[N,K], added to y where `accumulate`. Few rows are faster where the projection is packed.
  public static func linear(_ y: Matrix, _ x: Matrix, _ w: Projection, accumulate: Bool = false, lanes: Lanes) {
    precondition(x.rows == y.rows && x.columns == w.columns && y.columns == w.rows && x.columns > 0)
    let panels = w.parts.reduce(0) { $0 + Panels.count(for: $1.rows) }
    if w.arithmetic == .bfloat16 { return linearOfPairs(y, x, w, panels: panels, accumulate: accumulate, lanes: lanes) }
    forEachTile(rows: x.rows, panels: panels, depth: x.columns, lanes: lanes) { rows, range in
      forEachPart(of: w, in: range) { part, outputs, column in
        let (target, source) = unsafe (y.pointer(row: rows.lowerBound) + column, x.pointer(row: rows.lowerBound))
        let (T, N, K) = (Int64(rows.count), Int64(outputs.count), Int64(x.columns))
        let (yStride, xStride, adds) = (Int64(y.stride), Int64(x.stride), Int32(accumulate ? 1 : 0))
        switch (w.parts[part], w.panels?[part]) {
        case (.float32, let panels?):
          unsafe empo_linear_packed(target, source, panels.float32(from: outputs.lowerBound), T, N, K, yStride, xStride, adds)
        case (.bfloat16, let panels?):
          unsafe empo_linear_packed_bf16(target, source, panels.bfloat16(from: outputs.lowerBound), T, N, K, yStride, xStride, adds)
        case (.float32(let matrix), nil):
          unsafe empo_linear(target, source, matrix.pointer(row: outputs.lowerBound), T, N, K, yStride, xStride, Int64(matrix.stride), adds)
        case (.bfloat16(let matrix), nil):
          unsafe empo_linear_bf16(target, source, matrix.pointer(row: outputs.lowerBound), T, N, K, yStride, xStride, K, adds)
        }
      }
    }
  }

  private static func linearOfPairs(_ y: Matrix, _ x: Matrix, _ w: Projection, panels: Int, accumulate: Bool, lanes: Lanes) {
    withRounded(x, lanes: lanes) { rounded in
      forEachTile(rows: x.rows, panels: panels, depth: x.columns, lanes: lanes) { rows, range in
        forEachPart(of: w, in: range) { part, outputs, column in
          guard case .bfloat16(let matrix) = w.parts[part] else { return }
          let (target, source) = unsafe (y.pointer(row: rows.lowerBound) + column, rounded.pointer(row: rows.lowerBound))
          let (T, N, K) = (Int64(rows.count), Int64(outputs.count), Int64(x.columns))
          if let panels = w.panels?[part] {
            unsafe empo_pairs_linear_packed(
              target, source, panels.bfloat16(from: outputs.lowerBound), T, N, K, Int64(y.stride), accumulate ? 1 : 0)
          } else {
            unsafe empo_pairs_linear(
              target, source, matrix.pointer(row: outputs.lowerBound), T, N, K, Int64(y.stride), K, accumulate ? 1 : 0)
          }
        }
      }
    }
  }

  /// Rows rounded to bfloat16 as products of pairs take them, for the time of a call.
  private static func withRounded(_ x: Matrix, lanes: Lanes, _ body: (Matrix) -> Void) {
    let width = Int(empo_rounded_stride(Int64(x.columns)))
    lanes.withScratch(x.rows * width) { storage in
      let rounded = Matrix(storage: storage, offset: 0, rows: x.rows, columns: width)
      lanes.forEachRange(of: x.rows, tile: max(1, leastWork / 4 / x.columns)) { rows in
        unsafe empo_round_rows(
          rounded.pointer(row: rows.lowerBound), x.pointer(row: rows.lowerBound), Int64(rows.count), Int64(x.columns), Int64(x.stride))
      }
      body(rounded)
    }
  }

  /// dx[T,K] = dy[T,N] · w[N,K]: the gradient of ``linear(_:_:_:accumulate:lanes:)-(_,_,Matrix,_,_)`` with respect to its input.
  public static func linearInputGradient(_ dx: Matrix, _ dy: Matrix, _ w: Matrix, lanes: Lanes) {
    linearInputGradient(dx, dy, Projection(w), lanes: lanes)
  }

  /// dx[T,K] = dy[T,N] · w[N,K]: the gradient of a product with respect to its input, the projection's parts in order.
  public static func linearInputGradient(_ dx: Matrix, _ dy: Matrix, _ w: Projection, lanes: Lanes) {
    precondition(dx.rows == dy.rows && dx.columns == w.columns && dy.columns == w.rows && dy.columns > 0)
    if w.arithmetic == .bfloat16 { return linearInputGradientOfPairs(dx, dy, w, lanes: lanes) }
    forEachTile(rows: dx.rows, panels: Panels.count(for: dx.columns), depth: dy.columns, lanes: lanes) { rows, range in
      let inputs = range.lowerBound * Panels.outputs..<min(range.upperBound * Panels.outputs, dx.columns)
      let target = unsafe dx.pointer(row: rows.lowerBound) + inputs.lowerBound
      var output = 0
      for part in w.parts {
        let source = unsafe dy.pointer(row: rows.lowerBound) + output
        let (T, N, K) = (Int64(rows.count), Int64(part.rows), Int64(inputs.count))
        let (dxStride, dyStride, adds) = (Int64(dx.stride), Int64(dy.stride), Int32(output > 0 ? 1 : 0))
        switch part {
        case .float32(let matrix):
          unsafe empo_linear_input_gradient(
            target, source, matrix.pointer + inputs.lowerBound, T, N, K, dxStride, dyStride, Int64(matrix.stride), adds)
        case .bfloat16(let matrix):
          unsafe empo_linear_input_gradient_bf16(
            target, source, matrix.pointer(row: 0) + inputs.lowerBound, T, N, K, dxStride, dyStride, Int64(matrix.columns), adds)
        }
        output += part.rows
      }
    }
  }

  private static func linearInputGradientOfPairs(_ dx: Matrix, _ dy: Matrix, _ w: Projection, lanes: Lanes) {
    var output = 0
    for part in w.parts {
      guard case .bfloat16(let matrix) = part else { continue }
      let isFirst = output == 0
      withRounded(dy.columns(output..<output + part.rows), lanes: lanes) { rounded in
        forEachTile(rows: dx.rows, panels: Panels.count(for: dx.columns), depth: part.rows, lanes: lanes) { rows, range in
          let inputs = range.lowerBound * Panels.outputs..<min(range.upperBound * Panels.outputs, dx.columns)
          unsafe empo_pairs_input_gradient(
            dx.pointer(row: rows.lowerBound) + inputs.lowerBound, rounded.pointer(row: rows.lowerBound),
            matrix.pointer(row: 0) + inputs.lowerBound, Int64(rows.count), Int64(matrix.rows), Int64(inputs.count), Int64(dx.stride),
            Int64(matrix.columns), isFirst ? 0 : 1)
        }
      }
      output += part.rows
    }
  }

  /// dw[N,K] = dy[T,N]ᵀ · x[T,K], added to dw where `accumulate`: the gradient with respect to the weights, summed over the rows in order. In
  /// bfloat16, both are rounded.
  public static func linearWeightGradient(
    _ dw: Matrix, _ dy: Matrix, _ x: Matrix, arithmetic: Arithmetic = .exact, accumulate: Bool = true, lanes: Lanes
  ) {
    precondition(dw.rows == dy.columns && dw.columns == x.columns && dy.rows == x.rows)
    guard x.rows > 0 else {
      if !accumulate { dw.clear() }
      return
    }
    // The outputs of a tile are copied together, which its inputs pay for, and the other way round.
    let least = (dw.rows + 511) / 512
    let even = least <= lanes.count ? least : (least + lanes.count - 1) / lanes.count * lanes.count
    let groups = max(1, min(4 * lanes.count, dw.rows / 64), even)
    forEachTile(count: groups, rows: dw.rows, panels: Panels.count(for: dw.columns), lanes: lanes) { outputs, range in
      let inputs = range.lowerBound * Panels.outputs..<min(range.upperBound * Panels.outputs, dw.columns)
      let scratch = Matrix(rows: 256, columns: outputs.count + 8)
      let gradient = unsafe arithmetic == .exact ? empo_linear_weight_gradient : empo_pairs_weight_gradient
      unsafe gradient(
        dw.pointer(row: outputs.lowerBound) + inputs.lowerBound, dy.pointer + outputs.lowerBound, x.pointer + inputs.lowerBound,
        Int64(x.rows), Int64(outputs.count), Int64(inputs.count), Int64(dw.stride), Int64(dy.stride), Int64(x.stride),
        accumulate ? 1 : 0, scratch.pointer)
    }
  }

  /// Multiplications that are worth a tile of their own: to wake a lane takes about as long.
  private static let leastWork = 1 << 18

  /// Tiles of a product: few rows read each panel once, in one stretch a lane. Many rows take a panel at a time, so that no lane waits long for
  /// the last one, and are cut where there are few panels.
  private static func forEachTile(
    rows: Int, panels: Int, depth: Int, lanes: Lanes, _ body: @Sendable (Range<Int>, Range<Int>) -> Void
  ) {
    let work = rows * panels * Panels.outputs * depth / leastWork
    let isNarrow = rows <= 4
    let wanted = lanes.count == 1 ? 1 : max(1, min(isNarrow ? lanes.count : panels, work))
    let least = min(4 * lanes.count, work)
    let cuts = isNarrow || panels >= least ? 1 : min((least + panels - 1) / max(panels, 1), max(1, rows / 64))
    forEachTile(count: cuts, rows: rows, panels: panels, into: min(panels, wanted), lanes: lanes, body)
  }

  /// Tiles of `count` ranges of rows, and of as many ranges of panels as keep all lanes busy.
  private static func forEachTile(
    count: Int, rows: Int, panels: Int, into parts: Int? = nil, lanes: Lanes, _ body: @Sendable (Range<Int>, Range<Int>) -> Void
  ) {
    let parts = max(1, parts ?? min(panels, (2 * lanes.count + count - 1) / count))
    lanes.forEach(count * parts) { index in
      let (row, part) = (index % count, index / count)
      body(
        row * rows / count..<(row + 1) * rows / count, part * panels / parts..<(part + 1) * panels / parts)
    }
  }

  /// The outputs of a range of a projection's panels, part by part, with the column of y at which they begin.
  private static func forEachPart(of w: Projection, in range: Range<Int>, _ body: (_ part: Int, Range<Int>, _ column: Int) -> Void) {
    var (panel, column) = (0, 0)
    for (index, part) in w.parts.enumerated() {
      let own = range.clamped(to: panel..<panel + Panels.count(for: part.rows))
      if !own.isEmpty {
        let first = (own.lowerBound - panel) * Panels.outputs
        let outputs = first..<min((own.upperBound - panel) * Panels.outputs, part.rows)
        body(index, outputs, column + first)
      }
      panel += Panels.count(for: part.rows)
      column += part.rows
    }
  }
}

extension Embedding {
  /// y[T,C] = table[ids[T], C].
  public static func forward(_ y: Matrix, _ table: WeightMatrix, ids: [Int32]) {
    switch table {
    case .float32(let matrix): forward(y, matrix, ids: ids)
    case .bfloat16(let matrix):
      precondition(y.rows >= ids.count && y.columns == matrix.columns && y.isDense)
      precondition(ids.allSatisfy { $0 >= 0 && $0 < matrix.rows }, "token outside the vocabulary")
      unsafe ids.withUnsafeBufferPointer { ids in
        guard let start = ids.baseAddress else { return }
        unsafe empo_gather_rows_bf16(y.pointer, matrix.pointer(row: 0), start, Int64(ids.count), Int64(y.columns))
      }
    }
  }
}

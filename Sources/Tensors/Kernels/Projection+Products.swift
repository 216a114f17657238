internal import CKernels

extension Products {
  /// y[T,N] = x[T,K] · wᵀ with w[N,K], added to y where `accumulate`. Rows are independent. Where a part is float32, T must be
  /// ``paddedRows(_:for:)`` or more.
  public static func linear(_ y: Matrix, _ x: Matrix, _ w: Projection, accumulate: Bool = false, lanes: Lanes) {
    precondition(x.rows == y.rows && x.columns == w.columns && y.columns == w.rows)
    forEachPart(of: w) { part, outputs in
      let target = y.columns(outputs)
      switch part {
      case .float32(let matrix): linear(target, x, matrix, accumulate: accumulate, lanes: lanes)
      case .bfloat16(let matrix): linear(target, x, matrix, accumulate: accumulate, lanes: lanes)
      }
    }
  }

  /// dx[T,K] = dy[T,N] · w[N,K]: the gradient of the product with respect to its input.
  public static func linearInputGradient(_ dx: Matrix, _ dy: Matrix, _ w: Projection, lanes: Lanes) {
    precondition(dx.rows == dy.rows && dx.columns == w.columns && dy.columns == w.rows)
    if w.parts.count == 1, case .float32(let matrix) = w.parts[0] { return linearInputGradient(dx, dy, matrix, lanes: lanes) }
    precondition(w.parts.allSatisfy { $0.paddedCount == nil }, "float32 weights come as one matrix")
    lanes.forEachRange(of: dx.columns, tile: WideningTile.inputs, step: 16) { inputs in
      let scratch = Matrix(rows: WideningTile.outputs, columns: inputs.count)
      var isFirst = true
      forEachPart(of: w) { part, outputs in
        guard case .bfloat16(let matrix) = part else { return }
        for start in Swift.stride(from: 0, to: matrix.rows, by: WideningTile.outputs) {
          let count = min(WideningTile.outputs, matrix.rows - start)
          unsafe empo_widen_bf16(
            scratch.pointer, matrix.pointer(row: start) + inputs.lowerBound, Int64(count), Int64(inputs.count), Int64(inputs.count),
            Int64(matrix.columns))
          unsafe empo_sgemm(
            0, 0, Int64(dx.rows), Int64(inputs.count), Int64(count), 1, dy.pointer + (outputs.lowerBound + start), Int64(dy.stride),
            scratch.pointer, Int64(scratch.stride), isFirst ? 0 : 1, dx.pointer + inputs.lowerBound, Int64(dx.stride))
          isFirst = false
        }
      }
    }
  }

  /// The size of the part of a weight matrix that is widened at a time for a gradient: it fits into the second-level cache. Tiles are a
  /// function of the shape alone, so the number of lanes plays no part.
  private enum WideningTile {
    static let inputs = 128
    static let outputs = 512
  }

  /// The kernel's elements do not depend on their tile, so the number of lanes may decide the tiles.
  private static func linear(_ y: Matrix, _ x: Matrix, _ w: BFloat16Matrix, accumulate: Bool, lanes: Lanes) {
    let tile = max(16, min(256, (w.rows / (8 * lanes.count) + 3) / 4 * 4))
    lanes.forEachRange(of: w.rows, tile: tile, step: 4) { outputs in
      unsafe empo_linear_bf16(
        y.pointer + outputs.lowerBound, x.pointer, w.pointer(row: outputs.lowerBound), Int64(x.rows), Int64(outputs.count),
        Int64(w.columns), Int64(y.stride), Int64(x.stride), accumulate ? 1 : 0)
    }
  }

  private static func forEachPart(of w: Projection, _ body: (WeightMatrix, Range<Int>) -> Void) {
    var first = 0
    for part in w.parts {
      body(part, first..<first + part.rows)
      first += part.rows
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

internal import CKernels

/// The softmax over a vocabulary: log-probabilities, their gradient, and draws.
public enum Softmax {
  /// ln softmax(logits[T,V])[targets[T]] for every row, and each row's entropy in nats where asked for.
  public static func logProbabilities(
    _ logits: Matrix, targets: [Int32], entropies: Bool = false, lanes: Lanes
  ) -> (logProbabilities: [Float], entropies: [Float]) {
    check(logits, targets)
    let results = Matrix(rows: 2, columns: targets.count)
    lanes.forEachRange(of: targets.count, tile: RowTile.rows) { rows in
      unsafe targets.withUnsafeBufferPointer { targets in
        guard let start = targets.baseAddress else { return }
        unsafe empo_log_softmax_gather(
          results.pointer + rows.lowerBound, entropies ? results.pointer(row: 1) + rows.lowerBound : nil,
          logits.pointer(row: rows.lowerBound), start + rows.lowerBound, Int64(rows.count), Int64(logits.columns))
      }
    }
    return (results.array(row: 0), entropies ? results.array(row: 1) : [])
  }

  /// Turns logits[T,V] into the gradient coefficients[T] · (onehot(targets[T]) − softmax(logits)), in place.
  public static func backward(_ logits: Matrix, targets: [Int32], coefficients: [Float], lanes: Lanes) {
    check(logits, targets)
    precondition(coefficients.count == targets.count)
    lanes.forEachRange(of: targets.count, tile: RowTile.rows) { rows in
      unsafe targets.withUnsafeBufferPointer { targets in
        unsafe coefficients.withUnsafeBufferPointer { coefficients in
          guard let start = targets.baseAddress, let factors = coefficients.baseAddress else { return }
          unsafe empo_log_softmax_gather_backward(
            logits.pointer(row: rows.lowerBound), start + rows.lowerBound, factors + rows.lowerBound, Int64(rows.count),
            Int64(logits.columns))
        }
      }
    }
  }

  /// The token at the cumulative share `uniform` of softmax(row / temperature), in vocabulary order.
  public static func sample(_ logits: Matrix, row: Int, temperature: Float, uniform: Float) -> Int32 {
    precondition(row >= 0 && row < logits.rows && temperature > 0)
    return unsafe empo_sample_row(logits.pointer(row: row), Int64(logits.columns), 1 / temperature, uniform)
  }

  /// The most probable token of a row, the first of equals.
  public static func argmax(_ logits: Matrix, row: Int) -> Int32 {
    precondition(row >= 0 && row < logits.rows)
    return unsafe empo_argmax_row(logits.pointer(row: row), Int64(logits.columns))
  }

  private static func check(_ logits: Matrix, _ targets: [Int32]) {
    precondition(logits.rows >= targets.count && logits.isDense)
    precondition(targets.allSatisfy { $0 >= 0 && $0 < logits.columns }, "target outside the vocabulary")
  }
}

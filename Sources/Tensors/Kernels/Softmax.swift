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

  /// A token for each of the first rows: the one at the cumulative share `uniforms[row]` of softmax(logits / temperature), in
  /// vocabulary order; the most probable one, the first of equals, where the temperature is 0.
  public static func sample(_ logits: Matrix, temperatures: [Float], uniforms: [Float], lanes: Lanes) -> [Int32] {
    precondition(temperatures.count <= logits.rows && uniforms.count == temperatures.count && logits.isDense)
    // A token id below 2²⁴ is exact in float32, and no vocabulary comes near.
    let tokens = Matrix(rows: 1, columns: temperatures.count)
    lanes.forEachRange(of: temperatures.count, tile: RowTile.rows) { rows in
      for row in rows {
        let values = unsafe logits.pointer(row: row)
        let temperature = temperatures[row]
        let token =
          temperature > 0
          ? unsafe empo_sample_row(values, Int64(logits.columns), 1 / temperature, uniforms[row])
          : unsafe empo_argmax_row(values, Int64(logits.columns))
        tokens[0, row] = Float(token)
      }
    }
    return tokens.array(row: 0).map { Int32($0) }
  }

  private static func check(_ logits: Matrix, _ targets: [Int32]) {
    precondition(logits.rows >= targets.count && logits.isDense)
    precondition(targets.allSatisfy { $0 >= 0 && $0 < logits.columns }, "target outside the vocabulary")
  }
}

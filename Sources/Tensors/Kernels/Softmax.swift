internal import CKernels

/// The softmax over a vocabulary: log-probabilities, their gradient, and draws.
public enum Softmax {
  /// ln softmax(logits[T,V])[targets[T]] for every row, and each row's entropy in nats where asked for.
  public static func logProbabilities(
    _ logits: Matrix, targets: [Int32], entropies: Bool = false, lanes: Lanes
  ) -> (logProbabilities: [Float], entropies: [Float]) {
    check(logits, targets)
    let results = Matrix(rows: 2, columns: targets.count)
    lanes.forEachRange(of: targets.count, tile: RowTile.rows(ofWidth: logits.columns)) { rows in
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
    lanes.forEachRange(of: targets.count, tile: RowTile.rows(ofWidth: logits.columns)) { rows in
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

  /// ln softmax(logits[rows[i]])[targets[i]] for every i; a row may occur any number of times.
  public static func logProbabilities(_ logits: Matrix, rows: [Int], targets: [Int32], lanes: Lanes) -> [Float] {
    precondition(rows.count == targets.count)
    checkRows(rows, logits)
    precondition(targets.allSatisfy { $0 >= 0 && $0 < logits.columns }, "target outside the vocabulary")
    let results = Matrix(rows: 1, columns: rows.count)
    lanes.forEachRange(of: rows.count, tile: RowTile.rows(ofWidth: logits.columns)) { range in
      for index in range {
        var target = targets[index]
        unsafe empo_log_softmax_gather(
          results.pointer + index, nil, logits.pointer(row: rows[index]), &target, 1, Int64(logits.columns))
      }
    }
    return results.array(row: 0)
  }

  /// A token of the vocabulary and its ln p.
  public struct Likelihood: Sendable, Equatable {
    /// The token.
    public let token: Int32
    /// ln p, in nats.
    public let logProbability: Float
  }

  /// The `count` most probable tokens of each of `rows`, from the most probable on; of equal ones, the lower id first.
  public static func mostProbable(_ logits: Matrix, rows: [Int], count: Int, lanes: Lanes) -> [[Likelihood]] {
    checkRows(rows, logits)
    let count = min(count, logits.columns)
    guard count > 0, !rows.isEmpty else { return rows.map { _ in [] } }
    let values = Matrix(rows: rows.count, columns: count)
    // A token id below 2²⁴ is exact in float32, and no vocabulary comes near.
    let tokens = Matrix(rows: rows.count, columns: count)
    lanes.forEachRange(of: rows.count, tile: RowTile.rows(ofWidth: logits.columns)) { range in
      unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { ids in
        guard let start = ids.baseAddress else { return }
        for index in range {
          unsafe empo_log_softmax_top(
            values.pointer(row: index), start, logits.pointer(row: rows[index]), Int64(logits.columns), Int64(count))
          for place in 0..<count { tokens[index, place] = unsafe Float(ids[place]) }
        }
      }
    }
    return rows.indices.map { index in
      (0..<count).map { Likelihood(token: Int32(tokens[index, $0]), logProbability: values[index, $0]) }
    }
  }

  /// A token for each of `rows`, or of the first rows: the one at the cumulative share `uniforms[i]` of
  /// softmax(logits / temperatures[i]), in vocabulary order; the most probable one, the first of equals, where the temperature is 0.
  public static func sample(
    _ logits: Matrix, rows: [Int]? = nil, temperatures: [Float], uniforms: [Float], lanes: Lanes
  ) -> [Int32] {
    let rows = rows ?? Array(0..<temperatures.count)
    precondition(temperatures.count == rows.count && uniforms.count == rows.count)
    checkRows(rows, logits)
    let tokens = Matrix(rows: 1, columns: rows.count)
    lanes.forEachRange(of: rows.count, tile: RowTile.rows(ofWidth: logits.columns)) { range in
      for index in range {
        let values = unsafe logits.pointer(row: rows[index])
        let temperature = temperatures[index]
        let token =
          temperature > 0
          ? unsafe empo_sample_row(values, Int64(logits.columns), 1 / temperature, uniforms[index])
          : unsafe empo_argmax_row(values, Int64(logits.columns))
        tokens[0, index] = Float(token)
      }
    }
    return tokens.array(row: 0).map { Int32($0) }
  }

  private static func checkRows(_ rows: [Int], _ logits: Matrix) {
    precondition(logits.isDense && logits.columns > 0 && rows.allSatisfy { $0 >= 0 && $0 < logits.rows })
  }

  private static func check(_ logits: Matrix, _ targets: [Int32]) {
    precondition(logits.rows >= targets.count && logits.isDense)
    precondition(targets.allSatisfy { $0 >= 0 && $0 < logits.columns }, "target outside the vocabulary")
  }
}

internal import CKernels
internal import Foundation

/// Rotary position embeddings (Su et al., 2021) in the half-split layout of Hugging Face's checkpoints.
public struct RotaryTable: Sendable {
  private let cosines: Matrix
  private let sines: Matrix

  /// Tables of cosines and sines for positions 0..<positions, [positions, D/2], of the given frequencies [D/2] (radians a position).
  public init(positions: Int, frequencies: [Float]) {
    cosines = Matrix(rows: positions, columns: frequencies.count)
    sines = Matrix(rows: positions, columns: frequencies.count)
    for position in 0..<positions {
      // The product is rounded to float32 before the functions, as the reference implementations do.
      let angles = frequencies.map { Double(Float(position) * $0) }
      cosines.set(row: position, to: angles.map { Float(cos($0)) })
      sines.set(row: position, to: angles.map { Float(sin($0)) })
    }
  }

  /// Rotates every head of x[T, heads·D] by its row's position, in place; backwards where `inverse`.
  public func rotate(_ x: Matrix, positions: [Int32], headWidth: Int, inverse: Bool = false, lanes: Lanes) {
    precondition(positions.count >= x.rows && x.columns % headWidth == 0 && headWidth == 2 * cosines.columns)
    precondition(positions.allSatisfy { $0 >= 0 && $0 < cosines.rows }, "position beyond the rotary table")
    lanes.forEachRange(of: x.rows, tile: RowTile.rows(ofWidth: x.columns)) { rows in
      unsafe positions.withUnsafeBufferPointer { positions in
        guard let start = positions.baseAddress else { return }
        unsafe empo_rotary(
          x.pointer(row: rows.lowerBound), start + rows.lowerBound, cosines.pointer, sines.pointer, Int64(rows.count),
          Int64(x.stride), Int64(x.columns / headWidth), Int64(headWidth), inverse ? -1 : 1)
      }
    }
  }
}

/// The gated feed-forward activation (Shazeer, 2020): y = silu(gate) · up.
public enum SwiGLU {
  /// y[T,F] from gateUp[T,2F], whose rows are [gate | up].
  public static func forward(_ y: Matrix, _ gateUp: Matrix, lanes: Lanes) {
    precondition(y.rows == gateUp.rows && 2 * y.columns == gateUp.columns && y.isDense && gateUp.isDense)
    lanes.forEachRange(of: y.rows, tile: RowTile.rows(ofWidth: y.columns)) { rows in
      unsafe empo_swiglu(y.pointer(row: rows.lowerBound), gateUp.pointer(row: rows.lowerBound), Int64(rows.count), Int64(y.columns))
    }
  }

  /// dGateUp[T,2F] from dy[T,F] and gateUp[T,2F]; it may be gateUp itself.
  public static func backward(_ dGateUp: Matrix, _ dy: Matrix, _ gateUp: Matrix, lanes: Lanes) {
    precondition(dy.rows == gateUp.rows && dGateUp.rows == dy.rows && 2 * dy.columns == gateUp.columns)
    precondition(dGateUp.columns == gateUp.columns && dy.isDense && gateUp.isDense && dGateUp.isDense)
    lanes.forEachRange(of: dy.rows, tile: RowTile.rows(ofWidth: dy.columns)) { rows in
      unsafe empo_swiglu_backward(
        dGateUp.pointer(row: rows.lowerBound), dy.pointer(row: rows.lowerBound), gateUp.pointer(row: rows.lowerBound),
        Int64(rows.count), Int64(dy.columns))
    }
  }
}

/// The Gaussian error linear unit (Hendrycks & Gimpel, 2016), by the error function: x · P(X ≤ x) of a standard normal X.
public enum GELU {
  /// x[T,F], in place.
  public static func forward(_ x: Matrix, lanes: Lanes) {
    precondition(x.isDense)
    lanes.forEachRange(of: x.rows, tile: RowTile.rows(ofWidth: x.columns)) { rows in
      unsafe empo_gelu(x.pointer(row: rows.lowerBound), Int64(rows.count), Int64(x.columns))
    }
  }
}

/// A bias that is added to every row.
public enum Bias {
  /// x[T,C] += bias[1,C].
  public static func forward(_ x: Matrix, _ bias: Matrix, lanes: Lanes) {
    precondition(x.columns == bias.columns)
    lanes.forEachRange(of: x.rows, tile: RowTile.rows(ofWidth: x.columns)) { rows in
      unsafe empo_add_bias(x.pointer(row: rows.lowerBound), bias.pointer, Int64(rows.count), Int64(x.columns), Int64(x.stride))
    }
  }

  /// dBias[1,C] += column sums of dy[T,C].
  public static func backward(_ dBias: Matrix, _ dy: Matrix, lanes: Lanes) {
    precondition(dy.columns == dBias.columns)
    RowTile.sum(into: dBias, rows: dy.rows, lanes: lanes) { rows, partial in
      unsafe empo_add_column_sums(
        partial.pointer, dy.pointer(row: rows.lowerBound), Int64(rows.count), Int64(dy.columns), Int64(dy.stride))
    }
  }
}

/// Rows of a table, picked by index.
public enum Embedding {
  /// y[T,C] = table[ids[T], C].
  public static func forward(_ y: Matrix, _ table: Matrix, ids: [Int32]) {
    precondition(y.rows >= ids.count && y.columns == table.columns && y.isDense && table.isDense)
    precondition(ids.allSatisfy { $0 >= 0 && $0 < table.rows }, "token outside the vocabulary")
    unsafe ids.withUnsafeBufferPointer { ids in
      guard let start = ids.baseAddress else { return }
      unsafe empo_gather_rows(y.pointer, table.pointer, start, Int64(ids.count), Int64(y.columns))
    }
  }

  /// y[T,C] += table[ids[T], C].
  public static func add(_ y: Matrix, _ table: Matrix, ids: [Int32]) {
    precondition(y.rows >= ids.count && y.columns == table.columns)
    precondition(ids.allSatisfy { $0 >= 0 && $0 < table.rows }, "row outside the table")
    for (row, id) in ids.enumerated() { unsafe empo_add(y.pointer(row: row), table.pointer(row: Int(id)), Int64(y.columns)) }
  }

  /// dTable[ids[T], C] += dy[T,C], in row order.
  public static func backward(_ dTable: Matrix, _ dy: Matrix, ids: [Int32], lanes: Lanes) {
    precondition(dy.rows >= ids.count && dy.columns == dTable.columns && dy.isDense && dTable.isDense)
    precondition(ids.allSatisfy { $0 >= 0 && $0 < dTable.rows }, "token outside the vocabulary")
    lanes.forEachRange(of: dy.columns, tile: 32) { columns in
      unsafe ids.withUnsafeBufferPointer { ids in
        guard let start = ids.baseAddress else { return }
        unsafe empo_scatter_add_rows(
          dTable.pointer, dy.pointer, start, Int64(ids.count), Int64(dy.columns), Int64(columns.lowerBound), Int64(columns.count))
      }
    }
  }
}

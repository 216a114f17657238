import NumericTestSupport
import Tensors
import Testing

/// Products against sums in double precision.
struct ProductsTests {
  init() throws { try Products.load() }

  struct Shape: Sendable, CustomTestStringConvertible {
    let rows: Int
    let inputs: Int
    let outputs: Int
    var testDescription: String { "\(rows)×\(inputs)→\(outputs)" }
  }

  static let shapes = [
    Shape(rows: 300, inputs: 96, outputs: 192), Shape(rows: 17, inputs: 37, outputs: 53), Shape(rows: 700, inputs: 288, outputs: 96),
    Shape(rows: 5, inputs: 900, outputs: 70),
  ]

  /// A sum of n products of numbers in [-1, 1) is off by less than n · 2⁻²⁴ · √n or so.
  static let tolerance = 1e-4

  @Test(arguments: shapes)
  func `A linear layer and its gradients are the sums they should be`(_ shape: Shape) {
    let lanes = Lanes(count: 2)
    let T = Products.paddedRows(shape.rows, for: [shape.inputs * shape.outputs])
    let x = Matrix.random(T, shape.inputs, seed: 1)
    let w = Matrix.random(shape.outputs, shape.inputs, seed: 2)
    let dy = Matrix.random(T, shape.outputs, seed: 3)
    let y = Matrix.random(T, shape.outputs, seed: 4)
    let before = y.duplicate()
    let dx = Matrix(rows: T, columns: shape.inputs)
    let dw = Matrix.random(shape.outputs, shape.inputs, seed: 5)
    let dwBefore = dw.duplicate()
    Products.linear(y, x, w, accumulate: true, lanes: lanes)
    Products.linearInputGradient(dx, dy, w, lanes: lanes)
    Products.linearWeightGradient(dw, dy.first(shape.rows), x.first(shape.rows), lanes: lanes)
    for row in [0, T / 2, T - 1] {
      for output in [0, shape.outputs - 1] {
        let sum = (0..<shape.inputs).reduce(0) { $0 + Double(x[row, $1]) * Double(w[output, $1]) }
        #expect(abs(Double(y[row, output]) - Double(before[row, output]) - sum) < Self.tolerance)
      }
      for input in [0, shape.inputs - 1] {
        let sum = (0..<shape.outputs).reduce(0) { $0 + Double(dy[row, $1]) * Double(w[$1, input]) }
        #expect(abs(Double(dx[row, input]) - sum) < Self.tolerance)
      }
    }
    for output in [0, shape.outputs / 2, shape.outputs - 1] {
      for input in [0, shape.inputs - 1] {
        let sum = (0..<shape.rows).reduce(0) { $0 + Double(dy[$1, output]) * Double(x[$1, input]) }
        #expect(abs(Double(dw[output, input]) - Double(dwBefore[output, input]) - sum) < Self.tolerance)
      }
    }
  }

  @Test(arguments: shapes)
  func `A gradient of weights that is not added replaces what is there`(_ shape: Shape) {
    let x = Matrix.random(shape.rows, shape.inputs, seed: 1)
    let dy = Matrix.random(shape.rows, shape.outputs, seed: 2)
    let results = [(Float.nan, false), (0, true)].map { (start, accumulate) in
      let dw = Matrix(rows: shape.outputs, columns: shape.inputs)
      for row in 0..<dw.rows { dw.set(row: row, to: [Float](repeating: start, count: dw.columns)) }
      Products.linearWeightGradient(dw, dy, x, accumulate: accumulate, lanes: Lanes(count: 2))
      return dw.values
    }
    #expect(results[0] == results[1])
  }

  @Test(arguments: [1, 5, 16, 100, 1_000], [8, 1_000, 9_216, 12_288, 99_999, 1_000_000, 20_000_000])
  func `Padded products are beyond OpenBLAS's small-matrix path`(rows: Int, weights: Int) {
    // 0.3.21, kernel/x86_64/sgemm_small_kernel_permit_skylakex.c: products of at most 10⁶ multiplications may take it.
    let padded = Products.paddedRows(rows, for: [weights])
    #expect(padded >= rows && padded % 16 == 0)
    #expect(padded * weights > 1_000_000)
    #expect(Products.paddedRows(rows, for: [10 * weights, weights]) == padded)
  }

  @Test func `A product on OpenBLAS's small-matrix path is refused`() async {
    await #expect(processExitsWith: .failure) {
      try Products.load()
      let lanes = Lanes(count: 1)
      Products.linear(
        Matrix(rows: 16, columns: 32), Matrix(rows: 16, columns: 32), Matrix(rows: 32, columns: 32), lanes: lanes)
    }
  }
}

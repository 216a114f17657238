import NumericTestSupport
import Tensors
import Testing

/// Products against sums in double precision.
struct ProductsTests {
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
    let T = shape.rows
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

  /// The blocks' sums, as `kernels/product.h` defines them, one element at a time.
  private func sum(_ count: Int, from start: Float?, _ term: (Int) -> (Float, Float)) -> Float {
    var total = start
    for first in stride(from: 0, to: count, by: 256) {
      var block: Float = 0
      for index in first..<min(first + 256, count) { block.addProduct(term(index).0, term(index).1) }
      total = total.map { $0 + block } ?? block
    }
    return total ?? 0
  }

  @Test(arguments: shapes + [Shape(rows: 3, inputs: 600, outputs: 200), Shape(rows: 600, inputs: 513, outputs: 65)], [false, true])
  func `Every bit is the definition's`(_ shape: Shape, accumulates: Bool) {
    let lanes = Lanes(count: 2)
    let x = Matrix.random(shape.rows, shape.inputs, seed: 1)
    let w = Matrix.random(shape.outputs, shape.inputs, seed: 2)
    let dy = Matrix.random(shape.rows, shape.outputs, seed: 3)
    let before = Matrix.random(shape.rows, shape.outputs, seed: 4)
    let dwBefore = Matrix.random(shape.outputs, shape.inputs, seed: 5)
    let (y, dw, dx) = (before.duplicate(), dwBefore.duplicate(), Matrix(rows: shape.rows, columns: shape.inputs))
    Products.linear(y, x, w, accumulate: accumulates, lanes: lanes)
    Products.linearInputGradient(dx, dy, w, lanes: lanes)
    Products.linearWeightGradient(dw, dy, x, accumulate: accumulates, lanes: lanes)
    for row in stride(from: 0, to: shape.rows, by: 7) {
      for output in stride(from: 0, to: shape.outputs, by: 5) {
        let expected = sum(shape.inputs, from: accumulates ? before[row, output] : nil) { (x[row, $0], w[output, $0]) }
        #expect(y[row, output].bitPattern == expected.bitPattern, "y[\(row), \(output)]")
      }
      for input in stride(from: 0, to: shape.inputs, by: 5) {
        let expected = sum(shape.outputs, from: nil) { (dy[row, $0], w[$0, input]) }
        #expect(dx[row, input].bitPattern == expected.bitPattern, "dx[\(row), \(input)]")
      }
    }
    for output in stride(from: 0, to: shape.outputs, by: 11) {
      for input in stride(from: 0, to: shape.inputs, by: 13) {
        let expected = sum(shape.rows, from: accumulates ? dwBefore[output, input] : nil) { (dy[$0, output], x[$0, input]) }
        #expect(dw[output, input].bitPattern == expected.bitPattern, "dw[\(output), \(input)]")
      }
    }
  }
}

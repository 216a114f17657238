import Foundation
import NumericTestSupport
import Tensors
import Testing

struct ElementwiseTests {
  let lanes = Lanes(count: 1)

  // MARK: GELU

  /// Relative where the result is at least the smallest normal number; the exponential of the tail rounds x²/2.
  @Test func `GELU is x times the normal distribution's share below x`() {
    let x = Matrix(rows: 3, columns: 2001)
    let first: [Float] = (-1000...1000).map { Float($0) * 0.0125 }
    let points: [[Float]] = [first, first.map { $0 + 0.003 }, first.map { $0 + 0.006 }]
    for row in 0..<3 { x.set(row: row, to: points[row]) }
    GELU.forward(x, lanes: lanes)
    for (row, points) in points.enumerated() {
      for (column, point) in points.enumerated() {
        let expected = 0.5 * Double(point) * erfc(-Double(point) / 2.0.squareRoot())
        let error = abs(Double(x[row, column]) - expected)
        let tolerance: Double = 4e-7 * max(1, Double(point * point) / 4)
        #expect(error <= tolerance * abs(expected) + 1e-36, "at \(point)")
      }
    }
  }

  @Test func `GELU of a value is the same wherever it stands, and finite at the ends`() {
    let extremes: [Float] = [-1e30, -200, -20, -1e-30, -0.0, 0, 1e-30, 20, 200, 1e30, -1.5, 2.25, 0.3]
    for width in [1, 13, 16, 29] {
      let x = Matrix(rows: 2, columns: width)
      for row in 0..<2 { x.set(row: row, to: (0..<width).map { extremes[($0 + row) % extremes.count] }) }
      let alone = x.values.map { value in
        let one = Matrix(rows: 1, columns: 1)
        one[0, 0] = value
        GELU.forward(one, lanes: lanes)
        return one[0, 0]
      }
      GELU.forward(x, lanes: lanes)
      #expect(x.values.bits == alone.bits && !x.values.contains { !$0.isFinite })
    }
  }

  // MARK: SwiGLU

  @Test(arguments: [1, 9, 16, 40])
  func `SwiGLU is silu(gate) · up, and its backward the gradient`(width: Int) {
    let gateUp = Matrix.random(3, 2 * width, seed: 1, scale: 4)
    let dy = Matrix.random(3, width, seed: 2)
    let y = Matrix(rows: 3, columns: width)
    let loss = {
      SwiGLU.forward(y, gateUp, lanes: lanes)
      return GradientCheck.dot(y, dy)
    }
    _ = loss()
    for row in 0..<3 {
      for column in 0..<width {
        let gate = Double(gateUp[row, column])
        #expect(abs(Double(y[row, column]) - gate / (1 + exp(-gate)) * Double(gateUp[row, width + column])) < 1e-5)
      }
    }
    let expected = GradientCheck.gradient(of: gateUp, loss: loss)
    SwiGLU.backward(gateUp, dy, gateUp, lanes: lanes)  // in place, as the decoder does it
    #expect(GradientCheck.relativeError(gateUp.values, expected) < GradientCheck.tolerance)
  }

  @Test func `SwiGLU stays finite for extreme gates`() {
    let gateUp = Matrix(rows: 1, columns: 16)
    gateUp.set(row: 0, to: [-1e30, -200, -88, 88, 200, 1e30, 0, -0.0] + [Float](repeating: 2, count: 8))
    let y = Matrix(rows: 1, columns: 8)
    SwiGLU.forward(y, gateUp, lanes: lanes)
    #expect(!y.values.contains { !$0.isFinite })
    #expect(y[0, 4] == 400 && y[0, 5] == 2e30 && y[0, 6] == 0)
    #expect(abs(y[0, 0]) < 1e-6 && abs(y[0, 1]) < 1e-6)
    SwiGLU.backward(gateUp, y, gateUp, lanes: lanes)
    #expect(!gateUp.values.contains { $0.isNaN })
  }

  // MARK: Rotary embedding

  @Test func `Rotation turns each pair by its angle, and the inverse turns it back`() {
    let D = 12
    let frequencies = (0..<D / 2).map { 1 / Float(pow(10_000, Double(2 * $0) / Double(D))) }
    let table = RotaryTable(positions: 300, frequencies: frequencies)
    let x = Matrix.random(4, 3 * D, seed: 1)
    let start = x.duplicate()
    let positions: [Int32] = [0, 299, 17, 1]
    table.rotate(x, positions: positions, headWidth: D, lanes: lanes)
    for row in 0..<4 {
      for head in 0..<3 {
        for pair in 0..<D / 2 {
          let (a, b) = (Double(start[row, head * D + pair]), Double(start[row, head * D + D / 2 + pair]))
          let angle = Double(Float(positions[row]) * frequencies[pair])
          #expect(abs(Double(x[row, head * D + pair]) - (a * cos(angle) - b * sin(angle))) < 1e-6)
          #expect(abs(Double(x[row, head * D + D / 2 + pair]) - (b * cos(angle) + a * sin(angle))) < 1e-6)
        }
      }
    }
    table.rotate(x, positions: positions, headWidth: D, inverse: true, lanes: lanes)
    for (found, expected) in zip(x.values, start.values) { #expect(abs(found - expected) < 1e-6) }
  }

  @Test func `The inverse rotation is the rotation's gradient`() {
    let table = RotaryTable(positions: 40, frequencies: [1, 0.3, 0.1])
    let x = Matrix.random(3, 12, seed: 1)
    let dy = Matrix.random(3, 12, seed: 2)
    let expected = GradientCheck.gradient(of: x) {
      let y = x.duplicate()
      table.rotate(y, positions: [3, 39, 8], headWidth: 6, lanes: lanes)
      return GradientCheck.dot(y, dy)
    }
    table.rotate(dy, positions: [3, 39, 8], headWidth: 6, inverse: true, lanes: lanes)
    #expect(GradientCheck.relativeError(dy.values, expected) < GradientCheck.tolerance)
  }

  @Test func `A position beyond the table traps`() async {
    await #expect(processExitsWith: .failure) {
      let table = RotaryTable(positions: 4, frequencies: [1])
      table.rotate(Matrix(rows: 1, columns: 2), positions: [4], headWidth: 2, lanes: Lanes(count: 1))
    }
  }

  // MARK: Bias and embedding

  @Test func `A bias is added to every row, and its gradient sums them`() {
    let x = Matrix.random(300, 5, seed: 1)
    let bias = Matrix.random(1, 5, seed: 2)
    let dy = Matrix.random(300, 5, seed: 3)
    let expected = GradientCheck.gradient(of: bias) {
      let y = x.duplicate()
      Bias.forward(y, bias, lanes: lanes)
      return GradientCheck.dot(y, dy)
    }
    let results = [1, 2].map { count in
      let dBias = Matrix(rows: 1, columns: 5)
      Bias.backward(dBias, dy, lanes: Lanes(count: count))
      return dBias.values
    }
    #expect(GradientCheck.relativeError(results[0], expected) < GradientCheck.tolerance)
    #expect(results[0].bits == results[1].bits)
    let y = x.duplicate()
    Bias.forward(y, bias, lanes: lanes)
    #expect(y[299, 4] == x[299, 4] + bias[0, 4])
  }

  @Test func `Rows of a table are picked, and their gradients gather`() {
    let table = Matrix.random(7, 70, seed: 1)
    let ids: [Int32] = [3, 0, 3, 6, 3]
    let dy = Matrix.random(5, 70, seed: 2)
    let y = Matrix(rows: 5, columns: 70)
    Embedding.forward(y, table, ids: ids)
    for (row, id) in ids.enumerated() { #expect(y.array(row: row) == table.array(row: Int(id))) }
    let expected = GradientCheck.gradient(of: table) {
      Embedding.forward(y, table, ids: ids)
      return GradientCheck.dot(y, dy)
    }
    let results = [1, 3].map { count in
      let dTable = Matrix(rows: 7, columns: 70)
      Embedding.backward(dTable, dy, ids: ids, lanes: Lanes(count: count))
      return dTable.values
    }
    #expect(GradientCheck.relativeError(results[0], expected) < GradientCheck.tolerance)
    #expect(results[0].bits == results[1].bits)
  }

  @Test func `A token outside the table traps`() async {
    await #expect(processExitsWith: .failure) {
      Embedding.forward(Matrix(rows: 1, columns: 2), Matrix(rows: 3, columns: 2), ids: [3])
    }
  }
}

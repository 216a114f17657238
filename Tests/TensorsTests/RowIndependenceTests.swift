import NumericTestSupport
import Tensors
import Testing

/// A row of a product must have the same bits whatever else is in the call: sampling and training rest on it.
struct RowIndependenceTests {
  /// [outputs, inputs] of the weights: of the embedded model, of odd ones, and of one whose inputs are summed in several blocks.
  static let weights = [[192, 96], [96, 96], [576, 96], [96, 288], [128, 96], [53, 37], [70, 900], [130, 64], [24, 1_109]]

  @Test(arguments: weights)
  func `A row of a product is the same whatever rows, position, neighbours and lanes`(_ shape: [Int]) {
    let w = Matrix.random(shape[0], shape[1], seed: 11)
    let source = Matrix.random(48, shape[1], seed: 12)
    let neighbours = [Matrix.random(1_040, shape[1], seed: 13, scale: 3), Matrix.random(1_040, shape[1], seed: 14, scale: 0.1)]
    let expected = product(source, at: 0, of: neighbours[0].first(48), w, lanes: 1)
    var calls = 0
    for rows in [48, 49, 64, 97, 255, 257, 512, 600] {
      for position in Set([0, 1, 7, rows / 2, rows - 48]) where position + 48 <= rows {
        calls += 1
        let lanes = calls % 3 + 1
        let isSame = product(source, at: position, of: neighbours[calls % 2].first(rows), w, lanes: lanes) == expected
        #expect(isSame, "\(KernelSet.name) kernels: rows differ in a product of \(rows) rows at row \(position) with \(lanes) lanes")
      }
    }
  }

  /// Bits of source · wᵀ, computed as rows position... among neighbours.
  private func product(_ source: Matrix, at position: Int, of neighbours: Matrix, _ w: Matrix, lanes: Int) -> [UInt32] {
    let x = neighbours.duplicate()
    x.rows(position..<position + source.rows).copy(from: source)
    let y = Matrix(rows: x.rows, columns: w.rows)
    Products.linear(y, x, w, lanes: Lanes(count: lanes))
    return y.rows(position..<position + source.rows).bits
  }

  @Test func `A product that is added to its target keeps its rows apart too`() {
    let w = Matrix.random(96, 288, seed: 1)
    let x = Matrix.random(768, 288, seed: 2)
    let y = Matrix.random(768, 96, seed: 3)
    let whole = y.duplicate()
    Products.linear(whole, x, w, accumulate: true, lanes: Lanes(count: 2))
    for range in [0..<1, 3..<8, 0..<64, 16..<256, 100..<740] {
      let part = y.rows(range).duplicate()
      Products.linear(part, x.rows(range).duplicate(), w, accumulate: true, lanes: Lanes(count: 1))
      let isSame = part.bits == whole.rows(range).bits
      #expect(isSame, "rows \(range) differ")
    }
  }

  @Test(arguments: [(40, 576), (512, 576), (520, 576), (2_000, 576), (520, 1_109)])
  func `Gradients of a product have the same bits with any lanes`(rows: Int, outputs: Int) {
    let x = Matrix.random(rows / 16 * 16 + 112, 96, seed: 1)
    let dy = Matrix.random(x.rows, outputs, seed: 2)
    let w = Matrix.random(outputs, 96, seed: 3)
    let results = [1, 2, 3].map { count in
      let lanes = Lanes(count: count)
      let dw = Matrix.random(outputs, 96, seed: 4)
      let dx = Matrix(rows: x.rows, columns: 96)
      Products.linearWeightGradient(dw, dy.first(rows), x.first(rows), lanes: lanes)
      Products.linearInputGradient(dx, dy, w, lanes: lanes)
      return [dw.bits, dx.bits]
    }
    #expect(results[1] == results[0])
    #expect(results[2] == results[0])
  }
}

import NumericTestSupport
import Tensors
import Testing

struct AdapterProductsTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    let rows: Int
    let width: Int
    let rank: Int
    var testDescription: String { "\(rows)×\(width), rank \(rank)" }
  }

  static let shapes = [
    Shape(rows: 1, width: 896, rank: 16), Shape(rows: 1, width: 10_000, rank: 256), Shape(rows: 7, width: 601, rank: 1),
    Shape(rows: 13, width: 70, rank: 3), Shape(rows: 97, width: 640, rank: 13), Shape(rows: 300, width: 1_109, rank: 48),
    Shape(rows: 5, width: 9, rank: 17),
  ]

  /// Sums of n products of numbers in [-1, 1) are off by less than √n · 2⁻²⁴ · √n or so.
  private func tolerance(_ terms: Int) -> Double { 3e-7 * Double(terms + 4) }

  @Test(arguments: shapes)
  func `Products are the sums they should be, of views too`(_ shape: Shape) {
    let lanes = Lanes(count: 2)
    let (T, N, R) = (shape.rows, shape.width, shape.rank)
    let x = Matrix.random(T, N + 5, seed: 1).columns(2..<N + 2)
    let w = Matrix.random(R, N + 3, seed: 2).columns(1..<N + 1)
    let u = Matrix.random(T, R + 4, seed: 3).columns(3..<R + 3)
    let y = Matrix.random(T, N, seed: 4)
    let narrow = Matrix.random(T, R + 2, seed: 5)
    let gradient = Matrix.random(R, N + 7, seed: 6)
    let before = (y: y.duplicate(), narrow: narrow.duplicate(), gradient: gradient.duplicate())
    AdapterProducts.narrow(narrow.columns(1..<R + 1), x, w, scale: 0.5, lanes: lanes)
    AdapterProducts.widen(y, u, w, scale: 2, lanes: lanes)
    AdapterProducts.weightGradient(gradient.columns(3..<N + 3), u, x, scale: 0.25, accumulate: true, lanes: lanes)
    for row in Set([0, T / 2, T - 1]) {
      for output in 0..<R {
        let sum = (0..<N).reduce(0.0) { $0 + Double(x[row, $1]) * Double(w[output, $1]) }
        #expect(abs(Double(narrow[row, output + 1]) - 0.5 * sum) < tolerance(N))
      }
      for column in 0..<N {
        let sum = (0..<R).reduce(0.0) { $0 + Double(u[row, $1]) * Double(w[$1, column]) }
        #expect(abs(Double(y[row, column]) - Double(before.y[row, column]) - 2 * sum) < 2 * tolerance(R))
      }
    }
    for output in Set([0, R / 2, R - 1]) {
      for column in 0..<N {
        let sum = (0..<T).reduce(0.0) { $0 + Double(u[$1, output]) * Double(x[$1, column]) }
        let change = Double(gradient[output, column + 3]) - Double(before.gradient[output, column + 3])
        #expect(abs(change - 0.25 * sum) < tolerance(T))
      }
    }
    for row in 0..<T { #expect(narrow[row, 0] == before.narrow[row, 0] && narrow[row, R + 1] == before.narrow[row, R + 1]) }
    #expect(gradient.columns(0..<3).bits == before.gradient.columns(0..<3).bits)
    #expect(gradient.columns(N + 3..<N + 7).bits == before.gradient.columns(N + 3..<N + 7).bits)
  }

  @Test(arguments: shapes)
  func `Rows have the same bits in any batch and on any lanes`(_ shape: Shape) {
    let (T, N, R) = (shape.rows, shape.width, shape.rank)
    let x = Matrix.random(T, N, seed: 1)
    let w = Matrix.random(R, N, seed: 2)
    let u = Matrix.random(T, R, seed: 3)
    func products(_ rows: Range<Int>, lanes count: Int) -> [[UInt32]] {
      let lanes = Lanes(count: count)
      let narrow = Matrix(rows: rows.count, columns: R)
      let y = x.rows(rows).duplicate()
      AdapterProducts.narrow(narrow, x.rows(rows), w, scale: 0.3, lanes: lanes)
      AdapterProducts.widen(y, u.rows(rows), w, scale: 0.7, lanes: lanes)
      return (0..<rows.count).map { narrow.array(row: $0).bits + y.array(row: $0).bits }
    }
    let whole = products(0..<T, lanes: 1)
    for count in [2, 3, 8] { #expect(products(0..<T, lanes: count) == whole) }
    for rows in [0..<1, T / 3..<T, T - 1..<T, 0..<(T + 1) / 2] { #expect(products(rows, lanes: 2) == Array(whole[rows])) }
  }

  @Test(arguments: shapes)
  func `A gradient has the same bits on any lanes, and replaces what is there unless it is added`(_ shape: Shape) {
    let u = Matrix.random(shape.rows, shape.rank, seed: 1)
    let y = Matrix.random(shape.rows, shape.width, seed: 2)
    func gradient(from start: Float, accumulate: Bool, lanes: Int) -> [UInt32] {
      let dw = Matrix(rows: shape.rank, columns: shape.width)
      for row in 0..<dw.rows { dw.set(row: row, to: [Float](repeating: start, count: dw.columns)) }
      AdapterProducts.weightGradient(dw, u, y, scale: 0.3, accumulate: accumulate, lanes: Lanes(count: lanes))
      return dw.bits
    }
    let expected = gradient(from: 0, accumulate: true, lanes: 1)
    for lanes in [1, 2, 3, 8] { #expect(gradient(from: .nan, accumulate: false, lanes: lanes) == expected) }
  }

  @Test func `An added product is one chain over the rank and one last sum`() {
    let u = Matrix.random(3, 5, seed: 1)
    let w = Matrix.random(5, 37, seed: 2)
    let y = Matrix.random(3, 37, seed: 3)
    let before = y.duplicate()
    AdapterProducts.widen(y, u, w, scale: 1.7, lanes: Lanes(count: 1))
    for row in 0..<3 {
      for column in 0..<37 {
        let chain = (0..<5).reduce(Float(0)) { $0.addingProduct(u[row, $1], w[$1, column]) }
        #expect(y[row, column] == before[row, column].addingProduct(1.7, chain))
      }
    }
  }

  @Test func `A gradient of no rows is zero`() {
    let dw = Matrix.random(4, 20, seed: 1)
    AdapterProducts.weightGradient(
      dw, Matrix(rows: 0, columns: 4), Matrix(rows: 0, columns: 20), accumulate: false, lanes: Lanes(count: 2))
    #expect(dw.values.allSatisfy { $0 == 0 })
  }
}

import NumericTestSupport
import Tensors
import Testing

/// Products of bfloat16 weights with inputs rounded to bfloat16, bit by bit.
struct PairsTests {
  /// Values as bfloat16 arithmetic takes them: below 2⁻¹²⁶ only the sign is left.
  private func rounded(_ value: Float) -> Float {
    if value.magnitude < .leastNormalMagnitude { return value.sign == .minus ? -0.0 : 0 }
    let bits = value.bitPattern
    return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
  }

  private func flushed(_ value: Float) -> Float {
    value.magnitude < .leastNormalMagnitude ? (value.sign == .minus ? -0.0 : 0) : value
  }

  private func multiplyAdd(_ a: Float, _ b: Float, _ sum: Float) -> Float {
    var sum = flushed(sum)
    sum.addProduct(flushed(a), flushed(b))
    return flushed(sum)
  }

  /// A sum as `kernels/pairs.h` defines it.
  private func sum(_ count: Int, from start: Float? = nil, _ term: (Int) -> (Float, Float)) -> Float {
    var total = start
    for first in stride(from: 0, to: count, by: 256) {
      var block: Float = 0
      for index in stride(from: first, to: min(first + 256, count), by: 2) {
        let second = index + 1 < min(first + 256, count) ? term(index + 1) : (0, 0)
        block = multiplyAdd(rounded(second.0), second.1, block)
        block = multiplyAdd(rounded(term(index).0), term(index).1, block)
      }
      total = total.map { flushed(flushed($0) + block) } ?? block
    }
    return total ?? 0
  }

  private func weights(_ values: Matrix) -> (BFloat16Matrix, [Float]) {
    let storage = BFloat16Storage(count: values.rows * values.columns)
    storage.round(values.storage, lanes: Lanes(count: 1))
    let wide = FloatStorage(count: storage.count)
    storage.widen(0..<storage.count, into: wide, at: 0)
    return (
      BFloat16Matrix(storage: storage, rows: values.rows, columns: values.columns),
      wide.withSpan(0..<wide.count) { span in span.indices.map { span[$0] } }
    )
  }

  private func projection(_ matrix: BFloat16Matrix) -> Projection { Projection([.bfloat16(matrix)], arithmetic: .bfloat16) }

  static let shapes = [[1, 64, 256], [3, 7, 5], [9, 130, 97], [5, 17, 600], [33, 96, 257]]

  @Test(arguments: shapes, [1, 1e-19] as [Float])
  func `Every bit of a product is the definition's`(_ shape: [Int], scale: Float) {
    let (T, N, K) = (shape[0], shape[1], shape[2])
    let x = Matrix.random(T, K, seed: 1, scale: scale)
    let (w, values) = weights(Matrix.random(N, K, seed: 2, scale: scale))
    let y = Matrix(rows: T, columns: N)
    Products.linear(y, x, projection(w), lanes: Lanes(count: 2))
    let dy = Matrix.random(T, N, seed: 3, scale: scale)
    let dx = Matrix(rows: T, columns: K)
    Products.linearInputGradient(dx, dy, projection(w), lanes: Lanes(count: 2))
    for row in 0..<T {
      for output in 0..<N {
        let expected = sum(K) { (x[row, $0], values[output * K + $0]) }
        #expect(y[row, output].bitPattern == expected.bitPattern, "y[\(row), \(output)]")
      }
      for input in 0..<K {
        let expected = sum(N) { (dy[row, $0], values[$0 * K + input]) }
        #expect(dx[row, input].bitPattern == expected.bitPattern, "dx[\(row), \(input)]")
      }
    }
  }

  @Test(arguments: [[1, 64, 256], [7, 130, 97], [259, 17, 33], [600, 9, 70]], [false, true])
  func `Every bit of a gradient of weights is the definition's`(_ shape: [Int], accumulates: Bool) {
    let (T, N, K) = (shape[0], shape[1], shape[2])
    let (x, dy) = (Matrix.random(T, K, seed: 1), Matrix.random(T, N, seed: 2))
    let before = Matrix.random(N, K, seed: 3)
    let dw = before.duplicate()
    Products.linearWeightGradient(dw, dy, x, arithmetic: .bfloat16, accumulate: accumulates, lanes: Lanes(count: 3))
    for output in 0..<N {
      for input in 0..<K {
        let expected = sum(T, from: accumulates ? before[output, input] : nil) { (dy[$0, output], rounded(x[$0, input])) }
        #expect(dw[output, input].bitPattern == expected.bitPattern, "dw[\(output), \(input)]")
      }
    }
  }

  @Test(arguments: Arithmetic.allCases)
  func `An element is the same in any call, on any lanes, packed or not`(_ arithmetic: Arithmetic) {
    let (N, K) = (203, 517)
    let (w, _) = weights(Matrix.random(N, K, seed: 1))
    let plain = Projection([.bfloat16(w)], arithmetic: arithmetic)
    let x = Matrix.random(600, K, seed: 2)
    func product(_ rows: Range<Int>, _ w: Projection, lanes: Int) -> [[UInt32]] {
      let y = Matrix(rows: rows.count, columns: N)
      Products.linear(y, x.rows(rows), w, lanes: Lanes(count: lanes))
      return (0..<rows.count).map { y.array(row: $0).bits }
    }
    let whole = product(0..<600, plain, lanes: 1)
    let packed = plain.packed(lanes: Lanes(count: 2))
    for (rows, lanes) in [(0..<1, 1), (1..<3, 2), (7..<12, 3), (33..<97, 8), (90..<346, 2), (0..<600, 3)] {
      #expect(product(rows, plain, lanes: lanes) == Array(whole[rows]), "\(rows)")
      #expect(product(rows, packed, lanes: lanes) == Array(whole[rows]), "\(rows), packed")
    }
  }

  @Test func `Float32 weights give the same packed, and again after they have changed`() {
    let lanes = Lanes(count: 2)
    let w = Matrix.random(100, 70, seed: 1)
    let packed = Projection(w).packed(lanes: lanes)
    let x = Matrix.random(5, 70, seed: 2)
    for seed in [3, 4] as [UInt64] {
      w.copy(from: Matrix.random(100, 70, seed: seed))
      packed.pack(lanes: lanes)
      let (y, z) = (Matrix(rows: 5, columns: 100), Matrix(rows: 5, columns: 100))
      Products.linear(y, x, packed, lanes: lanes)
      Products.linear(z, x, w, lanes: lanes)
      #expect(y.values.bits == z.values.bits)
    }
  }
}

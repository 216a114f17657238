import NumericTestSupport
import Tensors
import Testing

struct BFloat16Tests {
  /// A storage of the values, rounded.
  private func storage(_ values: [Float]) -> BFloat16Storage {
    let source = FloatStorage(count: values.count)
    source.withMutableSpan(0..<values.count) { span in
      for index in values.indices { span[index] = values[index] }
    }
    let storage = BFloat16Storage(count: values.count)
    storage.round(source, lanes: Lanes(count: 2))
    return storage
  }

  private func widened(_ storage: BFloat16Storage) -> [Float] {
    let target = FloatStorage(count: storage.count)
    storage.widen(0..<storage.count, into: target, at: 0)
    return target.withSpan(0..<target.count) { span in span.indices.map { span[$0] } }
  }

  private func weights(_ rows: Int, _ columns: Int, seed: UInt64) -> BFloat16Matrix {
    BFloat16Matrix(storage: storage(Matrix.random(rows, columns, seed: seed).values), rows: rows, columns: columns)
  }

  static let roundings: [(Float, Float)] = [
    (1, 1), (1.00390625, 1), (1.00390720, 1.0078125), (1.01171875, 1.015625), (-0.0, -0.0), (.greatestFiniteMagnitude, .infinity),
    (-.infinity, -.infinity), (0x1p-133, 0x1p-133), (.leastNonzeroMagnitude, 0), (3.14159274, 3.140625),
  ]

  @Test(arguments: roundings)
  func `Rounding goes to the nearest value, ties to the even one`(_ value: Float, _ expected: Float) {
    #expect(widened(storage([value]))[0].bitPattern == expected.bitPattern)
  }

  @Test func `What is not a number stays so`() {
    for bits in [0x7F80_0001, 0x7FFF_FFFF, 0xFF80_0001, 0x7FC0_0000] as [UInt32] {
      let values = storage([0, Float(bitPattern: bits), 1])
      #expect(widened(values)[1].isNaN)
    }
  }

  @Test(arguments: [(1, 7, 5), (3, 4, 16), (6, 130, 96), (17, 259, 100), (64, 48, 531)])
  func `A product is that of the widened weights`(_ rows: Int, _ outputs: Int, _ inputs: Int) {
    let parts = [weights(outputs, inputs, seed: 1), weights(3, inputs, seed: 2)]
    let x = Matrix.random(rows, inputs, seed: 3)
    let y = Matrix(rows: rows, columns: outputs + 3)
    Products.linear(y, x, Projection(parts.map { .bfloat16($0) }), lanes: Lanes(count: 2))
    let w = parts.flatMap { widened($0.storage) }
    for row in 0..<rows {
      for output in 0..<outputs + 3 {
        let expected = (0..<inputs).reduce(0.0) { $0 + Double(x[row, $1]) * Double(w[output * inputs + $1]) }
        #expect(abs(Double(y[row, output]) - expected) < 1e-6 * Double(inputs), "row \(row), output \(output)")
      }
    }
  }

  @Test func `An element is the same in any call, on any number of lanes, fused or apart`() throws {
    let (outputs, inputs) = (203, 117)
    let w = weights(outputs, inputs, seed: 1)
    let halves = [0..<90, 90..<outputs].map { rows in
      BFloat16Matrix(storage: w.storage, offset: rows.lowerBound * inputs, rows: rows.count, columns: inputs)
    }
    let x = Matrix.random(90, inputs, seed: 2)
    func product(_ rows: Range<Int>, _ parts: [BFloat16Matrix], lanes: Int) -> [[UInt32]] {
      let y = Matrix(rows: rows.count, columns: outputs)
      Products.linear(y, x.rows(rows), Projection(parts.map { .bfloat16($0) }), lanes: Lanes(count: lanes))
      return (0..<rows.count).map { y.array(row: $0).bits }
    }
    let whole = product(0..<90, [w], lanes: 1)
    for (rows, parts, lanes) in [(0..<1, [w], 1), (7..<20, halves, 2), (33..<90, [w], 3), (89..<90, halves, 2)] {
      #expect(product(rows, parts, lanes: lanes) == Array(whole[rows]))
    }
  }

  @Test func `The gradient of the input is that of the widened weights, the same on any number of lanes`() throws {
    let (rows, outputs, inputs) = (70, 1_100, 150)
    let w = weights(outputs, inputs, seed: 1)
    let values = widened(w.storage)
    let dy = Matrix.random(rows, outputs, seed: 2)
    let results = [1, 2, 3].map { lanes in
      let dx = Matrix(rows: rows, columns: inputs)
      Products.linearInputGradient(dx, dy, Projection([.bfloat16(w)]), lanes: Lanes(count: lanes))
      return dx
    }
    #expect(results[1].values.bits == results[0].values.bits && results[2].values.bits == results[0].values.bits)
    for (row, input) in [(0, 0), (3, 149), (69, 77)] {
      let expected = (0..<outputs).reduce(0.0) { $0 + Double(dy[row, $1]) * Double(values[$1 * inputs + input]) }
      #expect(abs(Double(results[0][row, input]) - expected) < 1e-3)
    }
  }

  @Test func `Rows are looked up exactly`() {
    let table = weights(9, 21, seed: 4)
    let values = widened(table.storage)
    let y = Matrix(rows: 3, columns: 21)
    Embedding.forward(y, .bfloat16(table), ids: [8, 0, 8])
    #expect(y.array(row: 0) == Array(values[8 * 21..<9 * 21]))
    #expect(y.array(row: 1) == Array(values[0..<21]))
    #expect(y.array(row: 2) == y.array(row: 0))
  }

  @Test func `Bytes come back as they went`() {
    let values = storage([1, -2.5, 0x1p-126])
    let copy = BFloat16Storage(count: 3)
    copy.replace(with: values.bytes())
    #expect(widened(copy) == [1, -2.5, 0x1p-126])
    #expect(values.bytes().prefix(2) == [0x80, 0x3F])
  }
}

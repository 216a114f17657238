import Foundation
import NumericTestSupport
import Tensors
import Testing

struct OptimizationTests {
  /// More than one chunk of a parameter loop, and no whole number of them.
  static let count = 200_003

  @Test func `A sum of squares is the same with any lanes, and right`() {
    let values = storage(seed: 1)
    let exact = values.reduce(0) { $0 + Double($1) * Double($1) }
    let sums = [1, 2, 3].map { ParameterLoops.squareSum(fill(values), lanes: Lanes(count: $0)) }
    #expect(abs(sums[0] - exact) < 1e-9 * exact)
    #expect(sums[1] == sums[0] && sums[2] == sums[0])
  }

  @Test func `AdamW moves only its range, by its equations`() {
    let range = 70_001..<Self.count
    let parameters = fill(storage(seed: 1))
    let first = FloatStorage(count: Self.count)
    let second = FloatStorage(count: Self.count)
    let gradients = fill(storage(seed: 2))
    var p = storage(seed: 1).map(Double.init)
    var m = [Double](repeating: 0, count: Self.count)
    var v = m
    for step in 1...3 {
      ParameterLoops.adamW(
        parameters, first: first, second: second, gradients: gradients, range: range, scale: 0.5,
        step: AdamWStep(count: step, rate: 1e-2, beta1: 0.9, beta2: 0.95, epsilon: 1e-8), decay: 0.1, lanes: Lanes(count: step))
      for (index, gradient) in storage(seed: 2).enumerated() where range.contains(index) {
        let g = 0.5 * Double(gradient)
        m[index] = 0.9 * m[index] + 0.1 * g
        v[index] = 0.95 * v[index] + 0.05 * g * g
        let mean = m[index] / (1 - pow(0.9, Double(step)))
        let deviation = (v[index] / (1 - pow(0.95, Double(step)))).squareRoot()
        p[index] -= 1e-2 * (mean / (deviation + 1e-8) + 0.1 * p[index])
      }
    }
    let found = contents(parameters)
    let largest = zip(found, p).map { abs(Double($0) - $1) }.max() ?? .infinity
    #expect(largest < 1e-6)
    #expect(found[..<range.lowerBound].bits == storage(seed: 1)[..<range.lowerBound].bits)
  }

  @Test(arguments: [1, 2, 3])
  func `AdamW's bits are those of its fused sums, and its rounded parameters those of a rounding of them`(lanes: Int) {
    let range = 70_001..<Self.count - 3
    let lanes = Lanes(count: lanes)
    let values = (0..<4).map { storage(seed: UInt64($0)) }
    let stores = [values[0], values[1], values[2].map(abs), values[3]].map(fill)
    let rounded = BFloat16Storage(count: Self.count)
    let (rate, beta1, beta2, epsilon) = (Float(1e-2), Float(0.9), Float(0.95), Float(1e-8))
    let step = AdamWStep(count: 3, rate: Double(rate), beta1: 0.9, beta2: 0.95, epsilon: Double(epsilon))
    ParameterLoops.adamW(
      stores[0], first: stores[1], second: stores[2], gradients: stores[3], range: range, scale: 0.3, step: step, decay: 0.1, lanes: lanes,
      rounding: rounded)
    let keep = Float(1).addingProduct(-rate, 0.1)
    let size = rate / Float(1 - pow(0.9, 3.0))
    let root = 1 / Float(1 - pow(0.95, 3.0)).squareRoot()
    let found = stores[0...2].map(contents)
    var differences = 0
    for index in range {
      let g = values[3][index] * 0.3
      let m = ((1 - beta1) * g).addingProduct(beta1, values[1][index])
      let v = ((1 - beta2) * g * g).addingProduct(beta2, abs(values[2][index]))
      let p = (-(size * m / epsilon.addingProduct(v.squareRoot(), root))).addingProduct(values[0][index], keep)
      if found[0][index] != p || found[1][index] != m || found[2][index] != v { differences += 1 }
    }
    #expect(differences == 0)
    let expected = BFloat16Storage(count: Self.count)
    expected.round(stores[0], lanes: lanes)
    let bytes = 2 * range.lowerBound..<2 * range.upperBound
    #expect(rounded.bytes()[bytes] == expected.bytes()[bytes])
    #expect(rounded.bytes()[..<bytes.lowerBound].allSatisfy { $0 == 0 } && rounded.bytes()[bytes.upperBound...].allSatisfy { $0 == 0 })
  }

  private func storage(seed: UInt64) -> [Float] { Matrix.random(1, Self.count, seed: seed).values }

  private func fill(_ values: [Float]) -> FloatStorage {
    let matrix = Matrix(rows: 1, columns: values.count)
    matrix.set(row: 0, to: values)
    return matrix.storage
  }

  private func contents(_ storage: FloatStorage) -> [Float] {
    Matrix(storage: storage, offset: 0, rows: 1, columns: storage.count).values
  }
}

import Foundation
import NumericTestSupport
import Random
import Tensors
import Testing

struct SoftmaxTests {
  let lanes = Lanes(count: 1)
  static let vocabularies = [1, 5, 16, 50, 128, 515]

  @Test(arguments: vocabularies)
  func `Log-probabilities and entropies are those of the softmax`(vocabulary: Int) {
    let logits = Matrix.random(6, vocabulary, seed: 1, scale: 8)
    let targets = (0..<6).map { Int32($0 * 7 % vocabulary) }
    let result = Softmax.logProbabilities(logits, targets: targets, entropies: true, lanes: lanes)
    for row in 0..<6 {
      let logProbabilities = logSoftmax(logits.array(row: row))
      let entropy = -logProbabilities.reduce(0) { $0 + exp($1) * $1 }
      #expect(abs(Double(result.logProbabilities[row]) - logProbabilities[Int(targets[row])]) < 1e-5)
      #expect(abs(Double(result.entropies[row]) - entropy) < 1e-5)
    }
  }

  @Test(arguments: vocabularies)
  func `The backward is the gradient`(vocabulary: Int) {
    let logits = Matrix.random(4, vocabulary, seed: 1, scale: 2)
    let targets = (0..<4).map { Int32($0 * 7 % vocabulary) }
    let coefficients: [Float] = [0.5, -1.25, 0, 2]
    let expected = GradientCheck.gradient(of: logits) {
      let found = Softmax.logProbabilities(logits, targets: targets, lanes: lanes).logProbabilities
      return zip(found, coefficients).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    Softmax.backward(logits, targets: targets, coefficients: coefficients, lanes: lanes)
    #expect(GradientCheck.relativeError(logits.values, expected) < GradientCheck.tolerance)
    #expect(logits.array(row: 2).allSatisfy { $0 == 0 })
  }

  @Test func `Logits far apart neither overflow nor turn into NaN`() {
    let logits = Matrix(rows: 2, columns: 20)
    logits.set(row: 0, to: [1e30] + [Float](repeating: -1e30, count: 19))
    logits.set(row: 1, to: [Float](repeating: -5_000, count: 19) + [-4_900])
    let result = Softmax.logProbabilities(logits, targets: [0, 0], entropies: true, lanes: lanes)
    #expect(result.logProbabilities[0] == 0 && abs(result.logProbabilities[1] + 100) < 1e-4)
    #expect(result.entropies == [0, 0])
    Softmax.backward(logits, targets: [0, 0], coefficients: [1, 1], lanes: lanes)
    #expect(!logits.values.contains { !$0.isFinite })
  }

  @Test func `A row's result depends on the row alone`() {
    let logits = Matrix.random(700, 50, seed: 1, scale: 4)
    let targets = (0..<700).map { Int32($0 % 50) }
    let whole = Softmax.logProbabilities(logits, targets: targets, entropies: true, lanes: Lanes(count: 2))
    for row in [0, 131, 699] {
      let one = Softmax.logProbabilities(
        logits.rows(row..<row + 1), targets: [targets[row]], entropies: true, lanes: Lanes(count: 1))
      #expect(one.logProbabilities.bits == [whole.logProbabilities[row].bitPattern])
      #expect(one.entropies.bits == [whole.entropies[row].bitPattern])
    }
  }

  @Test(arguments: vocabularies, [1, 2])
  func `The most probable tokens come in order, the first of equals first`(vocabulary: Int, lanes: Int) {
    let lanes = Lanes(count: lanes)
    let logits = Matrix.random(5, vocabulary, seed: 4, scale: 3)
    // Ties, within a register and across two.
    logits.set(row: 1, to: (0..<vocabulary).map { Float($0 % 7) })
    logits.set(row: 2, to: [Float](repeating: -2, count: vocabulary))
    logits.set(row: 3, to: (0..<vocabulary).map { Float($0) })
    let rows = [4, 0, 1, 2, 3, 1]
    for count in [1, 3, 20, 600] {
      let found = Softmax.mostProbable(logits, rows: rows, count: count, lanes: lanes)
      for (index, row) in rows.enumerated() {
        let values = logits.array(row: row)
        let ranked = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }.prefix(count)
        #expect(found[index].map(\.token) == ranked.map { Int32($0) })
        let expected = Softmax.logProbabilities(
          logits, rows: ranked.map { _ in row }, targets: ranked.map { Int32($0) }, lanes: lanes)
        #expect(found[index].map(\.logProbability).bits == expected.bits)
      }
    }
  }

  @Test func `Rows that are NaN or infinite give tokens of the vocabulary`() {
    let logits = Matrix(rows: 3, columns: 40)
    logits.set(row: 0, to: [Float](repeating: .nan, count: 40))
    logits.set(row: 1, to: [Float](repeating: -.infinity, count: 40))
    logits.set(row: 2, to: (0..<40).map { $0 % 3 == 0 ? .nan : $0 % 3 == 1 ? .infinity : 1 })
    for likelihoods in Softmax.mostProbable(logits, rows: [0, 1, 2], count: 20, lanes: lanes) {
      #expect(Set(likelihoods.map(\.token)).count == 20 && likelihoods.allSatisfy { (0..<40).contains($0.token) })
    }
    let tokens = Softmax.sample(logits, rows: [0, 1, 2], temperatures: [1, 0, 1], uniforms: [0.5, 0.5, 0.5], lanes: lanes)
    #expect(tokens.allSatisfy { (0..<40).contains($0) })
  }

  @Test func `Chosen rows give what all rows give, as often as they are chosen`() {
    let logits = Matrix.random(30, 50, seed: 1, scale: 4)
    let targets = (0..<30).map { Int32($0 * 7 % 50) }
    let whole = Softmax.logProbabilities(logits, targets: targets, lanes: lanes).logProbabilities
    let rows = [3, 29, 3, 0, 17]
    let chosen = Softmax.logProbabilities(logits, rows: rows, targets: rows.map { targets[$0] }, lanes: Lanes(count: 2))
    #expect(chosen.bits == rows.map { whole[$0].bitPattern })
    let all = Softmax.sample(
      logits, temperatures: [Float](repeating: 0.8, count: 30), uniforms: (0..<30).map { Float($0) / 30 }, lanes: lanes)
    let drawn = Softmax.sample(
      logits, rows: rows, temperatures: [Float](repeating: 0.8, count: 5), uniforms: rows.map { Float($0) / 30 }, lanes: lanes)
    #expect(drawn == rows.map { all[$0] })
  }

  // MARK: Draws

  /// Draws of a fixed seed; ``chiSquareLimit(degrees:)`` says what passes.
  @Test(arguments: [0.5, 1, 1.7] as [Float], [6, 50])
  func `Draws follow the softmax at their temperature`(temperature: Float, vocabulary: Int) {
    let logits = Matrix.random(1, vocabulary, seed: 3, scale: 1.5)
    let shares = logSoftmax(logits.array(row: 0).map { $0 / temperature }).map { exp($0) }
    let count = 40_000
    let repeated = Matrix(rows: count, columns: vocabulary)
    for row in 0..<count { repeated.rows(row..<row + 1).copy(from: logits) }
    let philox = Philox(seed: 5, stream: .init(step: 0, slot: 0, sample: 0))
    let uniforms = (0..<UInt32(count)).map { philox.uniform(at: $0) }
    let tokens = Softmax.sample(
      repeated, temperatures: [Float](repeating: temperature, count: count), uniforms: uniforms, lanes: Lanes(count: 2))
    var counts = [Int](repeating: 0, count: vocabulary)
    for token in tokens { counts[Int(token)] += 1 }
    #expect(chiSquare(counts, shares: shares) < chiSquareLimit(degrees: vocabulary - 1))
  }

  @Test func `The token at a share is the first whose cumulative share passes it`() {
    let logits = Matrix(rows: 5, columns: 18)
    for row in 0..<5 { logits.set(row: row, to: [-100, 0] + [Float](repeating: -100, count: 14) + [0, -100]) }
    let uniforms: [Float] = [0, 0.4999, 0.5001, 0.75, 1 - 0x1p-24]
    let tokens = Softmax.sample(logits, temperatures: [1, 1, 1, 1, 1], uniforms: uniforms, lanes: lanes)
    #expect(tokens == [1, 1, 16, 16, 16])
  }

  @Test(arguments: [3, 16, 33])
  func `At temperature 0 the first of the largest logits wins`(vocabulary: Int) {
    let logits = Matrix(rows: 3, columns: vocabulary)
    logits.set(row: 0, to: [Float](repeating: -1, count: vocabulary))
    logits.set(row: 1, to: (0..<vocabulary).map { $0 >= vocabulary - 2 ? 5 : 4 })
    logits.set(row: 2, to: (0..<vocabulary).map { Float($0 % 3) })
    let tokens = Softmax.sample(logits, temperatures: [0, 0, 0], uniforms: [0.9, 0.9, 0.9], lanes: lanes)
    #expect(tokens == [0, Int32(vocabulary - 2), 2])
  }

  private func logSoftmax(_ logits: [Float]) -> [Double] {
    let largest = Double(logits.max() ?? 0)
    let total = log(logits.reduce(0) { $0 + exp(Double($1) - largest) })
    return logits.map { Double($0) - largest - total }
  }
}

import Foundation
import NumericTestSupport
import Tensors
import Testing

struct AttentionGroupTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let heads: Int
    let keyValueHeads: Int
    let headWidth: Int
    let responses: [Int]
    var shape: AttentionShape { AttentionShape(heads: heads, keyValueHeads: keyValueHeads, headWidth: headWidth) }
    var testDescription: String { "\(heads)/\(keyValueHeads) heads of \(headWidth), responses \(responses)" }
  }

  static let cases = [
    Case(heads: 1, keyValueHeads: 1, headWidth: 8, responses: [70, 0, 1, 3, 20]),
    Case(heads: 2, keyValueHeads: 1, headWidth: 24, responses: [3, 20]),
    Case(heads: 2, keyValueHeads: 2, headWidth: 24, responses: [0]),
    Case(heads: 2, keyValueHeads: 2, headWidth: 64, responses: [1, 70]),
    Case(heads: 7, keyValueHeads: 1, headWidth: 64, responses: [20, 3]),
    Case(heads: 7, keyValueHeads: 1, headWidth: 8, responses: [1, 1, 1, 20]),
    Case(heads: 8, keyValueHeads: 1, headWidth: 24, responses: [0, 3]),
    Case(heads: 8, keyValueHeads: 2, headWidth: 8, responses: [20, 70, 3, 0]),
    Case(heads: 8, keyValueHeads: 2, headWidth: 24, responses: []),
  ]

  static let prompts = [1, 5, 15, 16, 17, 33]

  /// What float32 sums of a hundred terms or so may be off, relative by norm.
  static let tolerance = 1e-5

  @Test(arguments: cases, prompts)
  func `Responses behind one prompt get its outputs and gradients by the definition`(_ one: Case, _ prompt: Int) {
    let batch = GroupBatch(one.shape, [(prompt, one.responses), (prompt + 2, [4])], seed: 1)
    let dOut = Matrix.random(batch.rows, one.shape.queryWidth, seed: 2)
    batch.forward(lanes: 2)
    let expected = batch.reference(dOut)
    #expect(GradientCheck.relativeError(batch.out.values, expected.out) < Self.tolerance)
    #expect(GradientCheck.relativeError(batch.backward(dOut, lanes: 2).values, expected.gradient) < Self.tolerance)
  }

  @Test(arguments: cases, prompts)
  func `A shared prompt's gradient is the sum of those of its copies`(_ one: Case, _ prompt: Int) {
    let shape = one.shape
    let batch = GroupBatch(shape, [(prompt, one.responses)], seed: 3)
    let dOut = Matrix.random(batch.rows, shape.queryWidth, seed: 4)
    batch.forward(lanes: 1)
    let shared = batch.backward(dOut, lanes: 1)
    var sum = [Double](repeating: 0, count: batch.rows * shape.rowWidth)
    var row = prompt
    for (index, count) in ([0] + one.responses).enumerated() {
      // The prompt alone, then the prompt before each response; its own queries count once.
      let rows = Array(0..<prompt) + Array(row..<row + count)
      let alone = GroupBatch(shape, [(rows.count, [])], seed: 5)
      let dAlone = Matrix(rows: rows.count, columns: shape.queryWidth)
      for (place, row) in rows.enumerated() {
        alone.qkv.set(row: place, to: batch.qkv.array(row: row))
        if index == 0 || place >= prompt { dAlone.set(row: place, to: dOut.array(row: row)) }
      }
      alone.forward(lanes: 1)
      let gradient = alone.backward(dAlone, lanes: 1)
      for (place, row) in rows.enumerated() {
        #expect(place < prompt || alone.out.array(row: place).bits == batch.out.array(row: row).bits)
        for (column, value) in gradient.array(row: place).enumerated() { sum[row * shape.rowWidth + column] += Double(value) }
      }
      row += count
    }
    #expect(GradientCheck.relativeError(shared.values, sum) < Self.tolerance)
  }

  @Test(arguments: cases)
  func `A group's bits depend neither on the lanes nor on its neighbours`(_ one: Case) {
    let groups = [(17, one.responses), (5, [20, 3]), (33, one.responses)]
    let batch = GroupBatch(one.shape, groups, seed: 6)
    let dOut = Matrix.random(batch.rows, one.shape.queryWidth, seed: 7)
    let results = [1, 2, 3].map { lanes in
      batch.forward(lanes: lanes)
      return [batch.out.bits, batch.logSums.bits, batch.backward(dOut, lanes: lanes).bits]
    }
    #expect(results[1] == results[0] && results[2] == results[0])
    let whole = batch.backward(dOut, lanes: 1)
    for (index, group) in batch.groups.enumerated() {
      let rows = group.row..<group.row + group.rows
      let alone = GroupBatch(one.shape, [groups[index]], seed: 8)
      alone.qkv.copy(from: batch.qkv.rows(rows))
      alone.forward(lanes: 1)
      #expect(alone.out.bits == batch.out.rows(rows).bits)
      #expect(alone.backward(dOut.rows(rows).duplicate(), lanes: 1).bits == whole.rows(rows).bits)
    }
  }

  @Test func `A group beyond the pool traps`() async {
    await #expect(processExitsWith: .failure) {
      let shape = AttentionGroupTests.cases[0].shape
      let batch = GroupBatch(shape, [(17, [20])], seed: 1)
      let dOut = Matrix(rows: batch.rows, columns: shape.queryWidth)
      batch.forward(lanes: 1)
      Attention.backward(
        dOut, dOut, batch.out, logSums: batch.logSums, batch.qkv, batch.pool.first(3), shape: shape, groups: batch.groups,
        lanes: Lanes(count: 1))
    }
  }
}

/// Groups packed one after another, in a pool whose unused places are not numbers.
private struct GroupBatch {
  let shape: AttentionShape
  let qkv: Matrix
  let out: Matrix
  let logSums: Matrix
  let pool: Matrix
  var groups: [AttentionGroup] = []
  var tables: [Int32] = []
  var positions: [Int32] = []
  /// Spans of prompts and responses, and those of the prompts' last rows with the tables of responses, which copy the tails.
  var spans: [SequenceSpan] = []
  var tails: [SequenceSpan] = []
  /// The rows that each row attends to.
  var pasts: [[Int]] = []

  var rows: Int { positions.count }

  init(_ shape: AttentionShape, _ contents: [(prompt: Int, responses: [Int])], seed: UInt64) {
    var block = 1
    for (prompt, responses) in contents {
      let group = AttentionGroup(row: positions.count, promptRows: prompt, responseRows: responses, block: block)
      groups.append(group)
      let first = group.row
      spans.append(SequenceSpan(row: first, count: prompt, table: tables.count))
      tables += (block..<block + Attention.blocks(for: prompt)).map(Int32.init)
      positions += (0..<prompt).map(Int32.init)
      pasts += (0..<prompt).map { Array(first...first + $0) }
      var own = block + Attention.blocks(for: prompt)
      for count in responses where count > 0 {
        let row = positions.count
        spans.append(SequenceSpan(row: row, count: count, table: tables.count))
        tails.append(SequenceSpan(row: first + prompt / 16 * 16, count: prompt % 16, table: tables.count))
        tables += (block..<block + group.sharedBlocks).map(Int32.init)
        tables += (own..<own + group.ownBlocks(ofResponse: count)).map(Int32.init)
        own += group.ownBlocks(ofResponse: count)
        positions += (prompt..<prompt + count).map(Int32.init)
        pasts += (0..<count).map { Array(first..<first + prompt) + Array(row...row + $0) }
      }
      block += group.blocks
      #expect(own == block && positions.count == first + group.rows)
    }
    self.shape = shape
    qkv = Matrix.random(positions.count, shape.rowWidth, seed: seed, scale: 1.5)
    out = Matrix(rows: positions.count, columns: shape.queryWidth)
    logSums = Matrix(rows: positions.count, columns: shape.heads)
    pool = Matrix.noNumbers(block, shape.blockCount)
  }

  func forward(lanes count: Int) {
    let lanes = Lanes(count: count)
    for spans in [spans, tails] {
      Attention.store(pool, qkv, shape: shape, spans: spans, tables: tables, positions: positions, lanes: lanes)
    }
    Attention.forward(
      out, logSums: logSums, qkv, pool, shape: shape, spans: spans, tables: tables, positions: positions, lanes: lanes)
  }

  func backward(_ dOut: Matrix, lanes: Int) -> Matrix {
    let dQKV = Matrix.noNumbers(rows, shape.rowWidth)
    Attention.backward(dQKV, dOut, out, logSums: logSums, qkv, pool, shape: shape, groups: groups, lanes: Lanes(count: lanes))
    return dQKV
  }

  /// The outputs and the gradient, in double precision.
  func reference(_ dOut: Matrix) -> (out: [Double], gradient: [Double]) {
    let D = shape.headWidth
    let scale = 1 / Double(D).squareRoot()
    let x = (0..<rows).map { qkv.array(row: $0).map(Double.init) }
    let g = (0..<rows).map { dOut.array(row: $0).map(Double.init) }
    var out: [[Double]] = x.map { _ in [Double](repeating: 0, count: shape.queryWidth) }
    var gradient = x.map { $0.map { _ in 0.0 } }
    for row in 0..<rows {
      for head in 0..<shape.heads {
        let query = head * D
        let key = (shape.heads + head * shape.keyValueHeads / shape.heads) * D
        let value = key + shape.keyValueHeads * D
        let past = pasts[row]
        let scores = past.map { other in (0..<D).reduce(0) { $0 + x[row][query + $1] * x[other][key + $1] } * scale }
        let largest = scores.max() ?? 0
        let total = scores.reduce(0) { $0 + exp($1 - largest) }
        let shares = scores.map { exp($0 - largest) / total }
        let dShares = past.map { other in (0..<D).reduce(0) { $0 + g[row][query + $1] * x[other][value + $1] } }
        let delta = zip(shares, dShares).reduce(0) { $0 + $1.0 * $1.1 }
        for (index, other) in past.enumerated() {
          let dScore = shares[index] * (dShares[index] - delta) * scale
          for d in 0..<D {
            out[row][query + d] += shares[index] * x[other][value + d]
            gradient[row][query + d] += dScore * x[other][key + d]
            gradient[other][key + d] += dScore * x[row][query + d]
            gradient[other][value + d] += shares[index] * g[row][query + d]
          }
        }
      }
    }
    return (out.flatMap(\.self), gradient.flatMap(\.self))
  }
}

extension Matrix {
  fileprivate static func noNumbers(_ rows: Int, _ columns: Int) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    for row in 0..<rows { matrix.set(row: row, to: [Float](repeating: .nan, count: columns)) }
    return matrix
  }
}

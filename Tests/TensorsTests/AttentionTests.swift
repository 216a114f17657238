import Foundation
import NumericTestSupport
import Tensors
import Testing

struct AttentionTests {
  static let shapes = [
    AttentionShape(heads: 4, keyValueHeads: 2, headWidth: 24), AttentionShape(heads: 3, keyValueHeads: 3, headWidth: 10),
    AttentionShape(heads: 2, keyValueHeads: 1, headWidth: 32), AttentionShape(heads: 6, keyValueHeads: 2, headWidth: 6),
    AttentionShape(heads: 1, keyValueHeads: 1, headWidth: 70),
  ]

  @Test(arguments: shapes)
  func `Each query attends to its own past, by the definition`(_ shape: AttentionShape) {
    // Lengths below, at and beyond a block of 16.
    let batch = AttentionBatch(shape, lengths: [1, 16, 37], seed: 1)
    batch.forward(lanes: 2)
    for span in batch.spans {
      let expected = reference(batch.qkv.rows(span.row..<span.row + span.count), shape)
      for row in 0..<span.count {
        for column in 0..<shape.queryWidth {
          #expect(abs(Double(batch.out[span.row + row, column]) - expected[row][column]) < 1e-5)
        }
      }
    }
  }

  @Test(arguments: shapes)
  func `The backward is the gradient`(_ shape: AttentionShape) {
    let batch = AttentionBatch(shape, lengths: [3, 18], seed: 2)
    let dOut = Matrix.random(batch.qkv.rows, shape.queryWidth, seed: 3)
    let expected = GradientCheck.gradient(of: batch.qkv) {
      batch.forward(lanes: 1)
      return GradientCheck.dot(batch.out, dOut)
    }
    batch.forward(lanes: 1)
    #expect(GradientCheck.relativeError(batch.backward(dOut, lanes: 1).values, expected) < GradientCheck.tolerance)
  }

  @Test func `A sequence's bits do not depend on its neighbours, its blocks or the lanes`() {
    let shape = Self.shapes[0]
    let lengths = [5, 40, 16, 33, 1, 17, 90, 2, 31, 12, 64, 7, 50, 3, 9, 28, 45]
    let together = AttentionBatch(shape, lengths: lengths, seed: 4)
    let dOut = Matrix.random(together.qkv.rows, shape.queryWidth, seed: 5)
    together.forward(lanes: 2)
    let gradient = together.backward(dOut, lanes: 2)
    for (index, span) in together.spans.enumerated() {
      let alone = AttentionBatch(shape, lengths: [lengths[index]], seed: 6, spareBlocks: 3)
      let rows = span.row..<span.row + span.count
      alone.qkv.copy(from: together.qkv.rows(rows))
      alone.forward(lanes: 1)
      #expect(alone.out.bits == together.out.rows(rows).bits)
      #expect(alone.backward(dOut.rows(rows).duplicate(), lanes: 1).bits == gradient.rows(rows).bits)
    }
  }

  @Test func `One token at a time, through shared blocks, gives the bits of the whole sequence`() {
    let shape = Self.shapes[0]
    // Two sequences of 45 tokens that share their first 20: one full block of 16, and four positions of the next.
    let whole = AttentionBatch(shape, lengths: [45, 45], seed: 7)
    whole.qkv.rows(45..<65).copy(from: whole.qkv.rows(0..<20))
    whole.forward(lanes: 1)
    let pool = Matrix.random(9, shape.blockCount, seed: 8, scale: 100)  // what a block holds beyond its tokens must not matter
    let lanes = Lanes(count: 2)
    func step(_ rows: [Int], at positions: [Int], tables: [Int32], counts: [Int]) -> Matrix {
      let total = counts.reduce(0, +)
      let qkv = Matrix(rows: total, columns: shape.rowWidth)
      let out = Matrix(rows: total, columns: shape.queryWidth)
      var spans: [SequenceSpan] = []
      var allPositions: [Int32] = []
      var next = 0
      for (index, count) in counts.enumerated() {
        qkv.rows(next..<next + count).copy(from: whole.qkv.rows(rows[index]..<rows[index] + count))
        spans.append(SequenceSpan(row: next, count: count, table: index * 3))
        allPositions += (0..<count).map { Int32(positions[index] + $0) }
        next += count
      }
      Attention.store(pool, qkv, shape: shape, spans: spans, tables: tables, positions: allPositions, lanes: lanes)
      Attention.forward(
        out, logSums: nil, qkv, pool, shape: shape, spans: spans, tables: tables, positions: allPositions, lanes: lanes)
      return out
    }
    let prompt = step([0], at: [0], tables: [7, 2, 0], counts: [20])
    #expect(prompt.bits == whole.out.rows(0..<20).bits)
    pool.rows(5..<6).copy(from: pool.rows(2..<3))  // the second sequence continues on its own copy of the partial block
    let tables: [Int32] = [7, 2, 4, 7, 5, 1]
    for position in 20..<45 {
      let out = step([position, 45 + position], at: [position, position], tables: tables, counts: [1, 1])
      #expect(out.rows(0..<1).bits == whole.out.rows(position..<position + 1).bits)
      #expect(out.rows(1..<2).bits == whole.out.rows(45 + position..<46 + position).bits)
    }
  }

  @Test func `A block outside the pool traps`() async {
    await #expect(processExitsWith: .failure) {
      let shape = AttentionTests.shapes[0]
      let batch = AttentionBatch(shape, lengths: [17], seed: 1)
      Attention.store(
        batch.pool.first(1), batch.qkv, shape: shape, spans: batch.spans, tables: batch.tables, positions: batch.positions,
        lanes: Lanes(count: 1))
    }
  }

  /// Softmax attention of one sequence, in double precision.
  private func reference(_ qkv: Matrix, _ shape: AttentionShape) -> [[Double]] {
    let D = shape.headWidth
    return (0..<qkv.rows).map { row in
      (0..<shape.heads).flatMap { head in
        let group = head * shape.keyValueHeads / shape.heads
        let key = (shape.heads + group) * D
        let value = key + shape.keyValueHeads * D
        let scores = (0...row).map { past in
          (0..<D).reduce(0) { $0 + Double(qkv[row, head * D + $1]) * Double(qkv[past, key + $1]) } / Double(D).squareRoot()
        }
        let weights = scores.map { exp($0 - (scores.max() ?? 0)) }
        let total = weights.reduce(0, +)
        return (0..<D).map { column in
          (0...row).reduce(0) { $0 + weights[$1] * Double(qkv[$1, value + column]) } / total
        }
      }
    }
  }
}

/// Random sequences, packed one after another, in consecutive blocks.
private struct AttentionBatch {
  let shape: AttentionShape
  let qkv: Matrix
  let out: Matrix
  let logSums: Matrix
  let pool: Matrix
  var spans: [SequenceSpan] = []
  var tables: [Int32] = []
  var positions: [Int32] = []

  init(_ shape: AttentionShape, lengths: [Int], seed: UInt64, spareBlocks: Int = 0) {
    let rows = lengths.reduce(0, +)
    self.shape = shape
    qkv = Matrix.random(rows, shape.rowWidth, seed: seed, scale: 1.5)
    out = Matrix(rows: rows, columns: shape.queryWidth)
    logSums = Matrix(rows: rows, columns: shape.heads)
    for length in lengths {
      spans.append(SequenceSpan(row: positions.count, count: length, table: tables.count))
      let first = spareBlocks + tables.count
      tables += (first..<first + Attention.blocks(for: length)).map { Int32($0) }
      positions += (0..<length).map { Int32($0) }
    }
    pool = Matrix.random(spareBlocks + tables.count, shape.blockCount, seed: seed + 1, scale: 100)
  }

  func forward(lanes count: Int) {
    let lanes = Lanes(count: count)
    Attention.store(pool, qkv, shape: shape, spans: spans, tables: tables, positions: positions, lanes: lanes)
    Attention.forward(
      out, logSums: logSums, qkv, pool, shape: shape, spans: spans, tables: tables, positions: positions, lanes: lanes)
  }

  func backward(_ dOut: Matrix, lanes: Int) -> Matrix {
    let dQKV = Matrix.random(qkv.rows, shape.rowWidth, seed: 99)
    let groups = spans.map { AttentionGroup(row: $0.row, promptRows: $0.count, responseRows: [], block: Int(tables[$0.table])) }
    Attention.backward(dQKV, dOut, out, logSums: logSums, qkv, pool, shape: shape, groups: groups, lanes: Lanes(count: lanes))
    return dQKV
  }
}

internal import CKernels

/// The shape of an attention layer.
public struct AttentionShape: Sendable, Equatable {
  /// Query heads.
  public let heads: Int
  /// Key and value heads, each shared by `heads / keyValueHeads` query heads.
  public let keyValueHeads: Int
  /// The width of a head.
  public let headWidth: Int

  /// Creates a shape.
  public init(heads: Int, keyValueHeads: Int, headWidth: Int) {
    precondition(heads > 0 && keyValueHeads > 0 && headWidth > 0 && heads % keyValueHeads == 0)
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
  }

  /// Columns of a row of queries, keys and values: (H + 2G)·D.
  public var rowWidth: Int { (heads + 2 * keyValueHeads) * headWidth }

  /// Columns of the queries, and of the output: H·D.
  public var queryWidth: Int { heads * headWidth }

  /// Values in one block of keys and values of one layer.
  public var blockCount: Int { 2 * keyValueHeads * headWidth * Attention.blockPositions }
}

/// One sequence's rows in a packed batch: `count` tokens from `row` on, whose block table starts at `table`.
public struct SequenceSpan: Sendable, Equatable {
  /// The first row.
  public let row: Int
  /// The number of rows.
  public let count: Int
  /// Where the sequence's block indices start in the table.
  public let table: Int

  /// Creates a span.
  public init(row: Int, count: Int, table: Int) {
    self.row = row
    self.count = count
    self.table = table
  }

  /// Spans of at most `rows` rows.
  fileprivate func cut(at rows: Int) -> [SequenceSpan] {
    stride(from: 0, to: count, by: rows).map { SequenceSpan(row: row + $0, count: min(rows, count - $0), table: table) }
  }
}

/// Causal grouped-query attention (Ainslie et al., 2023) over blocks of keys and values.
///
/// A sequence's keys and values lie in blocks of 16 positions, found through a table of block indices, so that sequences can share
/// the blocks of a common prefix (Kwon et al., 2023). A query's result depends on its own keys and values alone.
public enum Attention {
  /// Positions in a block.
  public static let blockPositions = Int(EMPO_BLOCK)

  /// Blocks for a sequence of `positions` tokens.
  public static func blocks(for positions: Int) -> Int {
    (positions + blockPositions - 1) / blockPositions
  }

  /// Writes the keys and values of qkv[T, (H+2G)·D] into the pool, a row of `blockCount` values a block, at each row's position.
  public static func store(
    _ pool: Matrix, _ qkv: Matrix, shape: AttentionShape, spans: [SequenceSpan], tables: [Int32], positions: [Int32], lanes: Lanes
  ) {
    check(pool, qkv, shape, spans, tables, positions)
    forEachSpan(spans, lanes) { span in
      unsafe withPointers(tables, positions) { tables, positions in
        unsafe empo_store_keys_values(
          pool.pointer, Int64(pool.stride), tables + span.table, 0, qkv.pointer(row: span.row), positions + span.row,
          Int64(span.count), Int64(shape.heads), Int64(shape.keyValueHeads), Int64(shape.headWidth))
      }
    }
  }

  /// out[T, H·D]: every query over positions 0...its own. Keeps the softmax's ln denominators in logSums[T,H] for the backward.
  public static func forward(
    _ out: Matrix, logSums: Matrix?, _ qkv: Matrix, _ pool: Matrix, shape: AttentionShape, spans: [SequenceSpan], tables: [Int32],
    positions: [Int32], lanes: Lanes
  ) {
    check(pool, qkv, shape, spans, tables, positions)
    precondition(out.columns == shape.queryWidth && out.isDense && out.rows >= qkv.rows)
    precondition(logSums.map { $0.columns == shape.heads && $0.isDense && $0.rows >= qkv.rows } ?? true)
    let longest = blocks(for: Int(positions.max() ?? 0) + 1) * blockPositions
    forEachSpan(spans, lanes) { span in
      unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: 4 * longest) { scratch in
        unsafe withPointers(tables, positions) { tables, positions in
          guard let scratch = scratch.baseAddress else { return }
          unsafe empo_attention(
            out.pointer(row: span.row), logSums.map { unsafe $0.pointer(row: span.row) }, qkv.pointer(row: span.row), pool.pointer,
            Int64(pool.stride), tables + span.table, 0, positions + span.row, Int64(span.count), Int64(shape.heads),
            Int64(shape.keyValueHeads), Int64(shape.headWidth), scratch)
        }
      }
    }
  }

  /// Runs `body` on spans that share all work among the lanes. Rows don't depend on one another, so that a few long spans are cut.
  private static func forEachSpan(_ spans: [SequenceSpan], _ lanes: Lanes, _ body: @Sendable (SequenceSpan) -> Void) {
    let isCut = lanes.count > 1 && spans.count < 8 * lanes.count && spans.contains { $0.count > cutRows }
    let spans = isCut ? spans.flatMap { $0.cut(at: cutRows) } : spans
    lanes.forEachRange(of: spans.count, tile: max(1, min(8, spans.count / (4 * lanes.count)))) { range in
      for index in range { body(spans[index]) }
    }
  }

  private static let cutRows = 32

  private static func withPointers(
    _ tables: [Int32], _ positions: [Int32], _ body: (UnsafePointer<Int32>, UnsafePointer<Int32>) -> Void
  ) {
    unsafe tables.withUnsafeBufferPointer { tables in
      unsafe positions.withUnsafeBufferPointer { positions in
        guard let tables = tables.baseAddress, let positions = positions.baseAddress else { return }
        unsafe body(tables, positions)
      }
    }
  }

  private static func check(
    _ pool: Matrix, _ qkv: Matrix, _ shape: AttentionShape, _ spans: [SequenceSpan], _ tables: [Int32], _ positions: [Int32]
  ) {
    precondition(pool.columns == shape.blockCount && qkv.columns == shape.rowWidth && qkv.isDense)
    for span in spans {
      precondition(span.row >= 0 && span.row + span.count <= min(qkv.rows, positions.count))
      guard span.count > 0 else { continue }
      let last = Int(positions[span.row + span.count - 1])
      precondition(last >= 0 && span.table >= 0 && span.table + last / blockPositions < tables.count)
      for block in span.table...(span.table + last / blockPositions) {
        precondition(tables[block] >= 0 && tables[block] < pool.rows)
      }
    }
  }
}

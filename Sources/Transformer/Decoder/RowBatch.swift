internal import Tensors

/// The rows of one pass: T tokens of several sequences, one after another, and where their keys and values live.
struct RowBatch: Sendable {
  /// [T]
  var tokens: [Int32] = []
  /// [T]: each token's position in its sequence
  var positions: [Int32] = []
  /// The sequences' rows.
  var spans: [SequenceSpan] = []
  /// Rows whose keys and values are stored a second time, in other sequences' blocks.
  var copies: [SequenceSpan] = []
  /// Block indices; a span knows where its sequence's start.
  var tables: [Int32] = []

  var rows: Int { tokens.count }

  /// Adds tokens at positions `start`... of the sequence whose blocks are `blocks`.
  mutating func append(_ tokens: some Collection<Int32>, at start: Int, blocks: [Int32]) {
    spans.append(SequenceSpan(row: rows, count: tokens.count, table: tables.count))
    for index in 0..<tokens.count { positions.append(Int32(start + index)) }
    self.tokens.append(contentsOf: tokens)
    tables.append(contentsOf: blocks)
  }

  /// Adds a token at position `start` of the sequence whose blocks are `blocks`.
  mutating func append(_ token: Int32, at start: Int, blocks: [Int32]) {
    spans.append(SequenceSpan(row: rows, count: 1, table: tables.count))
    positions.append(Int32(start))
    tokens.append(token)
    tables.append(contentsOf: blocks)
  }
}

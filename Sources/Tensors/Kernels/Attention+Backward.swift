internal import CKernels

/// Responses behind one prompt, in a packed batch: P rows of the prompt, then the rows of each response, whose positions go on from P.
///
/// The group's blocks are consecutive: ⌈P/16⌉ of the prompt, then those of each response that has rows, from position 16·⌊P/16⌋ on. Where
/// P is no multiple of 16, the first block of a response holds a copy of the prompt's partly filled one before the response's own keys.
/// So a response's block table is the prompt's full blocks, then its own.
public struct AttentionGroup: Sendable, Equatable {
  /// The first row.
  public let row: Int
  /// Rows of the prompt, P.
  public let promptRows: Int
  /// Rows of each response.
  public let responseRows: [Int]
  /// The first block of the group in the pool.
  public let block: Int

  /// Creates a group.
  public init(row: Int, promptRows: Int, responseRows: [Int], block: Int) {
    precondition(row >= 0 && promptRows >= 1 && responseRows.allSatisfy { $0 >= 0 } && block >= 0)
    self.row = row
    self.promptRows = promptRows
    self.responseRows = responseRows
    self.block = block
  }

  /// Rows of the prompt and of all responses.
  public var rows: Int { responseRows.reduce(promptRows, +) }

  /// Blocks of the prompt and of all responses.
  public var blocks: Int { responseRows.reduce(Attention.blocks(for: promptRows)) { $0 + ownBlocks(ofResponse: $1) } }

  /// Full blocks of the prompt, which all responses attend to.
  public var sharedBlocks: Int { promptRows / Attention.blockPositions }

  /// Blocks of a response of `rows` rows that no other response attends to.
  public func ownBlocks(ofResponse rows: Int) -> Int {
    rows > 0 ? Attention.blocks(for: promptRows + rows) - sharedBlocks : 0
  }
}

extension Attention {
  /// dQKV[T, (H+2G)·D] of the groups' rows from dOut[T, H·D], by what ``forward(_:logSums:_:_:shape:spans:tables:positions:lanes:)`` read
  /// and wrote.
  ///
  /// Groups share no row and no block. A group's gradient is a function of its rows alone: the responses are summed in order, then the
  /// prompt's own queries.
  public static func backward(
    _ dQKV: Matrix, _ dOut: Matrix, _ out: Matrix, logSums: Matrix, _ qkv: Matrix, _ pool: Matrix, shape: AttentionShape,
    groups: [AttentionGroup], lanes: Lanes
  ) {
    precondition(dQKV.isDense && dOut.isDense && out.isDense && qkv.isDense && logSums.isDense)
    precondition(dQKV.columns == shape.rowWidth && dOut.columns == shape.queryWidth && qkv.columns == shape.rowWidth)
    precondition(out.columns == shape.queryWidth && logSums.columns == shape.heads && pool.columns == shape.blockCount)
    let rows = min(dQKV.rows, dOut.rows, out.rows, qkv.rows, logSums.rows)
    precondition(groups.allSatisfy { $0.row + $0.rows <= rows && $0.block + $0.blocks <= pool.rows })
    lanes.forEach(groups.count * shape.keyValueHeads) { task in
      let group = groups[task / shape.keyValueHeads]
      let longest = blocks(for: group.promptRows) + group.ownBlocks(ofResponse: group.responseRows.max() ?? 0)
      let scratchCount = (4 * blockPositions * longest + 40) * shape.headWidth
      let responses = group.responseRows.map(Int32.init)
      unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: scratchCount) { scratch in
        unsafe responses.withUnsafeBufferPointer { responses in
          guard let scratch = scratch.baseAddress else { return }
          unsafe empo_attention_backward(
            dQKV.pointer(row: group.row), dOut.pointer(row: group.row), out.pointer(row: group.row), logSums.pointer(row: group.row),
            qkv.pointer(row: group.row), pool.pointer(row: group.block), Int64(pool.stride), Int64(group.promptRows),
            responses.baseAddress, Int64(responses.count), Int64(shape.heads), Int64(shape.keyValueHeads), Int64(shape.headWidth),
            Int64(task % shape.keyValueHeads), scratch)
        }
      }
    }
  }
}

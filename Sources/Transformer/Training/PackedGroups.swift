internal import Tensors

/// Groups of one pass, one after another: the rows of a prompt, then those of its responses. All of them attend to one copy of the prompt's
/// keys and values.
///
/// A prompt's full blocks stand in the tables of all its responses. What its last block holds where that is not full is stored in the first
/// block of each response as well, so that a query sees what it sees in sampling, in the same order.
struct PackedGroups {
  /// The rows.
  private(set) var batch = RowBatch()
  /// The groups, for the attention's backward.
  private(set) var groups: [AttentionGroup] = []
  /// [n]: the row that predicts each target, over all responses in order
  private(set) var targetRows: [Int32] = []
  /// [n]
  private(set) var targets: [Int32] = []
  /// The targets of each response, in order.
  private(set) var responses: [Range<Int>] = []
  /// Blocks of keys and values that the groups take.
  private(set) var blocks = 0

  /// A pass without rows.
  init() {}

  /// Packs groups.
  init(_ groups: [TrainingGroup]) {
    for group in groups { append(group) }
  }

  private mutating func append(_ group: TrainingGroup) {
    let P = group.prompt.count
    let first = batch.rows
    let full = P / Attention.blockPositions
    let tail = P % Attention.blockPositions
    let prompt = take(Attention.blocks(for: P))
    groups.append(
      AttentionGroup(row: first, promptRows: P, responseRows: group.responses.map { $0.count - 1 }, block: Int(prompt[0])))
    batch.append(group.prompt, at: 0, blocks: prompt)
    for response in group.responses {
      let row = batch.rows
      if response.count > 1 {
        let own = take(Attention.blocks(for: P + response.count - 1) - full)
        if tail > 0 { batch.copies.append(SequenceSpan(row: first + P - tail, count: tail, table: batch.tables.count)) }
        batch.append(response.dropLast(), at: P, blocks: prompt.prefix(full) + own)
      }
      responses.append(targets.count..<targets.count + response.count)
      targetRows.append(Int32(first + P - 1))
      targetRows.append(contentsOf: (0..<response.count - 1).map { Int32(row + $0) })
      targets.append(contentsOf: response)
    }
  }

  private mutating func take(_ count: Int) -> [Int32] {
    defer { blocks += count }
    return (blocks..<blocks + count).map { Int32($0) }
  }
}

internal import Tensors

/// Keys and values of many sequences in blocks of 16 positions, with a count of the sequences that share each block.
final class KeyValueCache {
  /// Blocks by layer: row b of a layer's pool is block b.
  let pools: [Matrix]

  private let storage: FloatStorage
  private let blockCount: Int
  private var free: [Int32]
  private var holders: [Int32]

  /// Room for `blocks` blocks in every layer.
  init(blocks: Int, layers: Int, shape: AttentionShape) {
    blockCount = layers * shape.blockCount
    storage = FloatStorage(count: blocks * blockCount)
    pools = (0..<layers).map { [storage, blockCount] layer in
      Matrix(storage: storage, offset: layer * shape.blockCount, rows: blocks, columns: shape.blockCount, stride: blockCount)
    }
    free = (0..<Int32(blocks)).reversed()
    holders = [Int32](repeating: 0, count: blocks)
  }

  /// The number of blocks that nobody holds.
  var freeBlocks: Int { free.count }

  /// A block of one's own, or nil when all are held.
  func take() -> Int32? {
    guard let block = free.popLast() else { return nil }
    holders[Int(block)] = 1
    return block
  }

  /// Counts one more holder of a block.
  func share(_ block: Int32) {
    holders[Int(block)] += 1
  }

  /// Lets go of a block.
  func release(_ block: Int32) {
    holders[Int(block)] -= 1
    if holders[Int(block)] == 0 { free.append(block) }
  }

  /// Copies a block's keys and values, in every layer.
  func copy(_ source: Int32, to target: Int32) {
    let rows = Matrix(storage: storage, offset: 0, rows: holders.count, columns: blockCount)
    rows.rows(Int(target)..<Int(target) + 1).copy(from: rows.rows(Int(source)..<Int(source) + 1))
  }
}

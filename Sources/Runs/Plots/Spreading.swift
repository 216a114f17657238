/// Labels in a column, moved apart so that none covers another.
enum Spreading {
  /// Moves ascending positions apart by at least `gap`, keeping their order and, where there is room, within `bounds`.
  static func spread(_ positions: [Double], apart gap: Double, within bounds: ClosedRange<Double>) -> [Double] {
    // Positions that touch form a block around their mean; a block that touches the next one swallows it.
    var blocks: [(centre: Double, count: Int)] = []
    for position in positions {
      var block = (centre: position, count: 1)
      while let last = blocks.last, block.centre - last.centre < gap * Double(block.count + last.count) / 2 {
        let count = block.count + last.count
        block = ((block.centre * Double(block.count) + last.centre * Double(last.count)) / Double(count), count)
        blocks.removeLast()
      }
      blocks.append(block)
    }
    var spread = blocks.flatMap { block in
      (0..<block.count).map { block.centre + (Double($0) - Double(block.count - 1) / 2) * gap }
    }
    var limit = bounds.upperBound
    for index in spread.indices.reversed() {
      spread[index] = min(spread[index], limit)
      limit = spread[index] - gap
    }
    limit = bounds.lowerBound
    for index in spread.indices {
      spread[index] = max(spread[index], limit)
      limit = spread[index] + gap
    }
    return spread
  }
}

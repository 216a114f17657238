import Foundation
import Synchronization
import Tensors
import Testing

struct LanesTests {
  @Test(arguments: [1, 2, 3, 5])
  func `Every tile runs once, loop after loop`(count: Int) {
    let lanes = Lanes(count: count)
    // Loops of few tiles are the hard ones: lanes meet at the start and at the end of each.
    for round in 0..<3_000 {
      let tiles = round % 7
      let runs = TileCounts()
      lanes.forEach(tiles) { runs.add($0) }
      #expect(runs.counts == (0..<7).map { $0 < tiles ? 1 : 0 })
    }
  }

  @Test func `What a loop wrote is seen by the next one`() {
    let lanes = Lanes(count: 3)
    let matrix = Matrix(rows: 64, columns: 16)
    for round in 0..<500 {
      lanes.forEach(64) { row in
        // Each row reads its neighbour's value of the round before through a second buffer.
        for column in 0..<16 { matrix[row, column] += 1 }
      }
      #expect(matrix[(round * 7) % 64, round % 16] == Float(round + 1))
    }
  }

  @Test func `Lanes that slept run the next loop`() {
    let lanes = Lanes(count: 2)
    let total = Atomic<Int>(0)
    for _ in 0..<5 {
      lanes.forEach(100) { total.add($0, ordering: .relaxed) }
      // Long past the spin: the other lane waits on its condition now. Nothing depends on how long this takes.
      let idle = Lanes(count: 4)
      idle.forEach(4) { _ in }
    }
    #expect(total.load(ordering: .relaxed) == 5 * 4950)
  }

  @Test func `Two threads may use the same lanes`() async {
    let lanes = Lanes(count: 2)
    let totals = await withTaskGroup(of: Int.self, returning: [Int].self) { group in
      for _ in 0..<4 {
        group.addTask {
          let total = Atomic<Int>(0)
          for _ in 0..<200 { lanes.forEach(9) { total.add($0 + 1, ordering: .relaxed) } }
          return total.load(ordering: .relaxed)
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(totals == [Int](repeating: 200 * 45, count: 4))
  }

  @Test(arguments: [0, 1, 12, 127, 128, 129, 255, 257, 508, 4_864], [(128, 1), (96, 16), (6, 6)])
  func `Ranges cover the count once, as few as the tile allows, and of nearly one size`(count: Int, cut: (tile: Int, step: Int)) {
    let seen = Mutex<[Range<Int>]>([])
    Lanes(count: 2).forEachRange(of: count, tile: cut.tile, step: cut.step) { range in seen.withLock { $0.append(range) } }
    let ranges = seen.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } }
    #expect(ranges.flatMap(\.self) == Array(0..<count))
    #expect(ranges.count == (count + cut.tile - 1) / cut.tile)
    #expect(ranges.allSatisfy { $0.count <= cut.tile && $0.lowerBound % cut.step == 0 })
    let whole = ranges.dropLast().map(\.count)
    #expect((whole.max() ?? 0) - (whole.min() ?? 0) <= cut.step)
  }
}

private final class TileCounts: Sendable {
  private let runs = Mutex([Int](repeating: 0, count: 7))
  func add(_ tile: Int) { runs.withLock { $0[tile] += 1 } }
  var counts: [Int] { runs.withLock { $0 } }
}

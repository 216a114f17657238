internal import Foundation
internal import Synchronization

/// A fixed set of threads that share out the tiles of one loop at a time; the caller's thread is one of them.
///
/// Which lane runs a tile is a race, so a tile must write what no other tile of its loop touches. Lanes sleep between loops,
/// after a short spin that bridges the gaps within a pass.
public final class Lanes: Sendable {
  /// The number of lanes.
  public let count: Int

  private let board = LoopBoard()
  private let owner = NSLock()
  private let scratch = Mutex<[FloatStorage]>([])

  /// Starts `count - 1` threads.
  public init(count: Int) {
    precondition(count >= 1)
    self.count = count
    for lane in 1..<max(count, 1) {
      let thread = Thread { [board] in
        var generation = 0
        while let next = board.waitForLoop(after: generation) {
          generation = next
          board.runTiles()
        }
      }
      thread.name = "lane-\(lane)"
      thread.start()
    }
  }

  deinit {
    board.stop()
  }

  /// Runs `body(0)` … `body(tiles - 1)`, each once, and returns when all have ended.
  public func forEach(_ tiles: Int, _ body: @Sendable (Int) -> Void) {
    if count == 1 || tiles <= 1 {
      for tile in 0..<max(tiles, 0) { body(tile) }
      return
    }
    owner.lock()
    defer { owner.unlock() }
    withoutActuallyEscaping(body) { body in
      board.post(tiles: tiles, lanes: count, body)
      board.runTiles()
      board.waitForLanes()
    }
  }

  /// Lends memory of at least `count` values for the time of a call. What is in it is left over from another one.
  func withScratch(_ count: Int, _ body: (FloatStorage) -> Void) {
    let kept = scratch.withLock { free in free.firstIndex { $0.count >= count }.map { free.remove(at: $0) } }
    let storage = kept ?? FloatStorage(count: count)
    body(storage)
    scratch.withLock { free in
      // Of memory that was too small, nothing is kept.
      free.removeAll { $0.count < storage.count }
      free.append(storage)
    }
  }

  /// Splits 0..<count into the fewest ranges of at most `tile`, which are multiples of `step` of nearly one size, save that the last one
  /// ends at `count`, and runs `body` on each. `tile` must be a multiple of `step`.
  public func forEachRange(of count: Int, tile: Int, step: Int = 1, _ body: @Sendable (Range<Int>) -> Void) {
    precondition(count >= 0 && step > 0 && tile > 0 && tile % step == 0)
    let parts = (count + tile - 1) / tile
    let steps = (count + step - 1) / step
    forEach(parts) { index in
      body(index * steps / parts * step..<min(count, (index + 1) * steps / parts * step))
    }
  }
}

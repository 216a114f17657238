internal import CKernels
internal import Foundation
internal import Synchronization

/// The lanes' shared state: the loop that runs, its next tile, and the number of lanes still at work.
final class LoopBoard: @unchecked Sendable {
  // Sendable because `body` and `tiles` are written under `gate` only, while no lane runs, and read by lanes only after they saw the
  // generation that published them; the rest are atomics.

  private let gate = NSCondition()
  private let generation = Atomic<Int>(0)
  private let nextTile = Atomic<Int>(0)
  private let running = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)
  private var body: (@Sendable (Int) -> Void)?
  private var tiles = 0

  /// Some ten microseconds: longer than the gaps within a pass, and short where other processes want the processor.
  private static let spins = 300

  func post(tiles: Int, lanes: Int, _ body: @escaping @Sendable (Int) -> Void) {
    gate.lock()
    self.tiles = tiles
    self.body = body
    nextTile.store(0, ordering: .relaxed)
    running.store(lanes, ordering: .relaxed)
    generation.add(1, ordering: .releasing)
    gate.broadcast()
    gate.unlock()
  }

  /// Takes tiles until none is left, then reports that this lane is done.
  func runTiles() {
    if let body {
      while true {
        let tile = nextTile.add(1, ordering: .relaxed).oldValue
        guard tile < tiles else { break }
        body(tile)
      }
    }
    if running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
      gate.lock()
      gate.broadcast()
      gate.unlock()
    }
  }

  /// Returns once every lane is done with the posted loop, and forgets it.
  func waitForLanes() {
    for _ in 0..<Self.spins {
      if running.load(ordering: .acquiring) == 0 { break }
      empo_pause()
    }
    gate.lock()
    while running.load(ordering: .acquiring) != 0 { gate.wait() }
    body = nil
    gate.unlock()
  }

  /// The generation of the next loop after `seen`; nil when the lanes are to end.
  func waitForLoop(after seen: Int) -> Int? {
    for _ in 0..<Self.spins {
      if generation.load(ordering: .acquiring) != seen { break }
      empo_pause()
    }
    gate.lock()
    defer { gate.unlock() }
    while generation.load(ordering: .acquiring) == seen && !stopped.load(ordering: .acquiring) { gate.wait() }
    return stopped.load(ordering: .acquiring) ? nil : generation.load(ordering: .acquiring)
  }

  func stop() {
    gate.lock()
    stopped.store(true, ordering: .releasing)
    gate.broadcast()
    gate.unlock()
  }
}

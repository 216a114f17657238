internal import CKernels
internal import Foundation
internal import Synchronization

/// The lanes' shared state: the loop that runs, its next tile, and the number of lanes still at work.
///
/// Within a pass, loops follow each other within microseconds: then nobody sleeps, and nothing is locked. A lane that goes to sleep says so first
/// and looks again; who publishes something looks for sleepers afterwards. One of the two sees the other.
final class LoopBoard: @unchecked Sendable {
  // Sendable because `body` and `tiles` are written while no lane runs, and read by lanes only after they saw the generation that published
  // them; the rest are atomics.

  private let gate = NSCondition()
  private let sleepers = Atomic<Int>(0)
  private let generation = Atomic<Int>(0)
  private let nextTile = Atomic<Int>(0)
  private let running = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)
  private var body: (@Sendable (Int) -> Void)?
  private var tiles = 0

  /// Some ten microseconds: longer than the gaps within a pass, and short where other processes want the processor.
  private static let spins = 300

  func post(tiles: Int, lanes: Int, _ body: @escaping @Sendable (Int) -> Void) {
    self.tiles = tiles
    self.body = body
    nextTile.store(0, ordering: .relaxed)
    running.store(lanes, ordering: .relaxed)
    generation.add(1, ordering: .sequentiallyConsistent)
    wakeSleepers()
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
    if running.subtract(1, ordering: .sequentiallyConsistent).newValue == 0 { wakeSleepers() }
  }

  /// Returns once every lane is done with the posted loop, and forgets it.
  func waitForLanes() {
    wait { running.load(ordering: .sequentiallyConsistent) == 0 }
    body = nil
  }

  /// The generation of the next loop after `seen`; nil when the lanes are to end.
  func waitForLoop(after seen: Int) -> Int? {
    wait { generation.load(ordering: .sequentiallyConsistent) != seen || stopped.load(ordering: .sequentiallyConsistent) }
    return stopped.load(ordering: .acquiring) ? nil : generation.load(ordering: .acquiring)
  }

  func stop() {
    stopped.store(true, ordering: .sequentiallyConsistent)
    wakeSleepers()
  }

  private func wait(until condition: () -> Bool) {
    for _ in 0..<Self.spins {
      if condition() { return }
      empo_pause()
    }
    gate.lock()
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while !condition() { gate.wait() }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    gate.unlock()
  }

  private func wakeSleepers() {
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    gate.lock()
    gate.broadcast()
    gate.unlock()
  }
}

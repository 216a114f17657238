import Cluster
import TestSupport

/// A process's own clock: it began anywhere, runs a little fast or slow, and jumps.
struct SkewedClock {
  private let origin: Milliseconds
  private var reading: Milliseconds
  private let drift: Milliseconds

  init(_ random: inout SeededRandom, at time: Milliseconds) {
    origin = time
    reading = random.happens(0.5) ? 0 : random.within(0...1_000_000)
    drift = random.within(0...40) - 20
  }

  func now(at time: Milliseconds) -> Milliseconds {
    let passed = time - origin
    return reading + passed + passed * drift / 1_000
  }

  mutating func jump(by amount: Milliseconds) { reading += amount }
}

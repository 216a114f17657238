internal import Foundation

/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011).
///
/// A number is a function of a key and a counter, so no draw depends on how many were made before it, or where. A run keys it
/// by its seed and counts by (position, sample, slot, step).
public struct Philox: Sendable, Equatable {
  /// What the numbers are for: streams of one seed never overlap.
  public struct Stream: Sendable, Equatable {
    /// The optimiser step, or another index of the widest loop.
    public var step: UInt32
    /// The slot of the step, or the next index.
    public var slot: UInt32
    /// The sample of the slot, or the innermost index.
    public var sample: UInt32

    /// Creates a stream's name.
    public init(step: UInt32, slot: UInt32, sample: UInt32) {
      self.step = step
      self.slot = slot
      self.sample = sample
    }
  }

  /// The run's seed.
  public let seed: UInt64

  /// The stream.
  public let stream: Stream

  /// Creates the generator of one stream.
  public init(seed: UInt64, stream: Stream) {
    self.seed = seed
    self.stream = stream
  }

  /// Four 32-bit numbers for a counter.
  public func block(at counter: UInt32) -> SIMD4<UInt32> {
    var x = SIMD4<UInt32>(counter, stream.sample, stream.slot, stream.step)
    var key = SIMD2<UInt32>(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    for _ in 0..<10 {
      let a = UInt64(0xD251_1F53) * UInt64(x.x)
      let b = UInt64(0xCD9E_8D57) * UInt64(x.z)
      x = SIMD4(
        UInt32(truncatingIfNeeded: b >> 32) ^ x.y ^ key.x, UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ x.w ^ key.y, UInt32(truncatingIfNeeded: a))
      key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return x
  }

  /// A uniform number in [0, 1) for a counter, a multiple of 2⁻²⁴.
  public func uniform(at counter: UInt32) -> Float {
    Float(block(at: counter).x >> 8) * 0x1p-24
  }

  /// Two independent standard normal numbers for a counter (Box & Muller, 1958).
  public func normals(at counter: UInt32) -> (Double, Double) {
    let words = block(at: counter)
    let radius = (-2 * log((Double(words.x) + 0.5) * 0x1p-32)).squareRoot()
    let angle = 2 * Double.pi * Double(words.y) * 0x1p-32
    return (radius * cos(angle), radius * sin(angle))
  }
}

/// A sequence of numbers from one stream, for loops that draw in order.
public struct PhiloxSequence: RandomNumberGenerator, Sendable {
  private let philox: Philox
  private var counter: UInt32 = 0
  private var pending: UInt64?

  /// Creates the sequence of a stream, from its first counter.
  public init(seed: UInt64, stream: Philox.Stream) {
    philox = Philox(seed: seed, stream: stream)
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    if let value = pending {
      pending = nil
      return value
    }
    let words = philox.block(at: counter)
    counter += 1
    pending = UInt64(words.z) << 32 | UInt64(words.w)
    return UInt64(words.x) << 32 | UInt64(words.y)
  }

  /// A uniform integer in 0..<bound, by multiplication (bias below bound / 2³²).
  public mutating func next(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= Int(UInt32.max))
    return Int(((next() >> 32) * UInt64(bound)) >> 32)
  }

  /// A uniform number in [0, 1).
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }
}

import Foundation
import Operations
import Wire

/// How short the delta of one AdamW step is, and how fast it is made and applied.
struct DeltaMeasure {
  /// Elements of the weights.
  var elements: Int
  /// How far a step moves an element.
  var learningRate: Float

  /// As many tensors as qwen2.5-0.5b has.
  private static let tensors = 290

  /// The results.
  struct Findings {
    var changedShare: Double
    var deltaBytes: Int
    var encodeSeconds: Double
    var applySeconds: Double
    /// The same, into the memory of an earlier version.
    var applyAgainSeconds: Double
  }

  /// Bfloat16 weights after one AdamW step: float32 masters of a normal distribution with deviation 0.02, each moved by the learning
  /// rate in a random direction, since a step divides the gradient by its own size.
  ///
  /// - Throws: ``OperationsError`` where the delta is no shorter than a key frame, or its result differs from the weights in a bit.
  func run() throws -> Findings {
    var random = RandomBits(state: 1)
    var base = [UInt8](repeating: 0, count: 2 * elements)
    var target = base
    var changed = 0
    for index in 0..<elements {
      let bits = random.next()
      let master = Self.normal(bits, random.next()) * 0.02
      let before = Self.rounded(master)
      let after = Self.rounded(bits & 1 == 0 ? master + learningRate : master - learningRate)
      if before != after { changed += 1 }
      base[2 * index] = UInt8(truncatingIfNeeded: before)
      base[2 * index + 1] = UInt8(truncatingIfNeeded: before >> 8)
      target[2 * index] = UInt8(truncatingIfNeeded: after)
      target[2 * index + 1] = UInt8(truncatingIfNeeded: after >> 8)
    }
    let manifest = manifest
    var made: [UInt8]?
    let encoding = Self.seconds { made = WeightDelta.encode(WeightBytes(target), against: WeightBytes(base), manifest: manifest) }
    guard let delta = made else { throw OperationsError(.process, "the delta is no shorter than the key frame") }
    var result: [UInt8] = []
    let applying = try Self.seconds { result = try WeightDelta.apply(WeightBytes(delta), to: base, manifest: manifest) }
    guard result == target else { throw OperationsError(.process, "the delta's bits differ from the key frame's") }
    let again = try Self.seconds {
      let memory = result
      result = []
      result = try WeightDelta.apply(WeightBytes(delta), to: base, manifest: manifest, reusing: memory)
    }
    guard result == target else { throw OperationsError(.process, "the delta's bits differ from the key frame's in memory used again") }
    return Findings(
      changedShare: Double(changed) / Double(elements), deltaBytes: delta.count, encodeSeconds: encoding, applySeconds: applying,
      applyAgainSeconds: again)
  }

  private var manifest: WeightManifest {
    let size = max(1, elements / Self.tensors)
    let parameters = stride(from: 0, to: elements, by: size).enumerated().map { index, begin in
      WeightManifest.Parameter(name: "tensor \(index)", shape: [UInt32(min(size, elements - begin))], offset: UInt64(2 * begin))
    }
    return WeightManifest(elementType: .bfloat16, parameters: parameters, totalBytes: UInt64(2 * elements))
  }

  private static func seconds(_ work: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(work).components
    return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
  }

  /// By Box and Muller, 1958.
  private static func normal(_ first: UInt64, _ second: UInt64) -> Float {
    let radius = (-2 * log(Double(first >> 11 | 1) * 0x1p-53)).squareRoot()
    return Float(radius * cos(2 * Double.pi * Double(second >> 11) * 0x1p-53))
  }

  /// To the nearest bfloat16, ties to even.
  private static func rounded(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
  }
}

/// SplitMix64.
private struct RandomBits {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

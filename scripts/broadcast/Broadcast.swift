import Foundation
import Synchronization
import Wire

/// How large and how fast a delta and a key frame are: `broadcast delta ELEMENTS` and `broadcast keyframe BYTES`. Prints figures by name.
@main struct Broadcast {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let size = Int(arguments[2]), size > 0, size <= 1 << 36 else {
      FileHandle.standardError.write(Data("usage: broadcast delta ELEMENTS | keyframe BYTES\n".utf8))
      exit(2)
    }
    switch arguments[1] {
    case "delta": try measureDelta(elements: size)
    case "keyframe": try measureKeyFrame(bytes: size)
    default: exit(2)
    }
  }

  // MARK: Delta

  /// Bfloat16 weights after one AdamW step: float32 masters of a normal distribution with deviation 0.02, each moved by the learning
  /// rate in a random direction, since a step divides the gradient by its own size.
  static func measureDelta(elements: Int, learningRate: Float = 1e-6) throws {
    var random = SplitMix64(state: 1)
    var base = [UInt8](repeating: 0, count: 2 * elements)
    var target = base
    var changed = 0
    for index in 0..<elements {
      let bits = random.next()
      let master = normal(bits, random.next()) * 0.02
      let before = rounded(master)
      let after = rounded(bits & 1 == 0 ? master + learningRate : master - learningRate)
      if before != after { changed += 1 }
      base[2 * index] = UInt8(truncatingIfNeeded: before)
      base[2 * index + 1] = UInt8(truncatingIfNeeded: before >> 8)
      target[2 * index] = UInt8(truncatingIfNeeded: after)
      target[2 * index + 1] = UInt8(truncatingIfNeeded: after >> 8)
    }
    let manifest = manifest(elements: elements)
    let clock = ContinuousClock()
    var made: [UInt8]?
    let encoding = clock.measure { made = WeightDelta.encode(target, against: base, manifest: manifest) }
    guard let delta = made else {
      print("delta_bytes \(2 * elements)  no shorter than the key frame")
      exit(1)
    }
    var first: [UInt8] = []
    var second: [UInt8] = []
    let applying = try clock.measure { first = try WeightDelta.apply(delta, to: base, manifest: manifest) }
    guard first == target else { fatal("the delta's bits differ from the key frame's") }
    let again = try clock.measure { second = try WeightDelta.apply(delta, to: base, manifest: manifest, reusing: first) }
    guard second == target else { fatal("the delta's bits differ from the key frame's when memory is reused") }
    print("elements \(elements)")
    print("changed_share \(Double(changed) / Double(elements))")
    print("key_frame_bytes \(2 * elements)")
    print("delta_bytes \(delta.count)")
    print("delta_share \(Double(delta.count) / Double(2 * elements))")
    print("encode_MB_per_s \(rate(2 * elements, encoding))")
    print("apply_MB_per_s \(rate(2 * elements, applying))")
    print("apply_into_old_memory_MB_per_s \(rate(2 * elements, again))")
    print("bits identical")
  }

  /// As many tensors as qwen2.5-0.5b has, of equal sizes.
  static func manifest(elements: Int, tensors: Int = 290) -> WeightManifest {
    let size = max(1, elements / tensors)
    let parameters = stride(from: 0, to: elements, by: size).enumerated().map { index, begin in
      WeightManifest.Parameter(name: "tensor \(index)", shape: [UInt32(min(size, elements - begin))], offset: UInt64(2 * begin))
    }
    return WeightManifest(elementType: .bfloat16, parameters: parameters, totalBytes: UInt64(2 * elements))
  }

  /// The polar form of Box and Muller, 1958.
  static func normal(_ first: UInt64, _ second: UInt64) -> Float {
    let radius = (-2 * log(Double(first >> 11 | 1) * 0x1p-53)).squareRoot()
    return Float(radius * cos(2 * Double.pi * Double(second >> 11) * 0x1p-53))
  }

  /// To the nearest bfloat16, ties to even.
  static func rounded(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
  }

  // MARK: Key frame

  /// From the first chunk published to a key frame that is whole and verified on the other side, over loopback.
  static func measureKeyFrame(bytes count: Int) throws {
    let weights = (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    let manifest = WeightManifest(elementType: .bfloat16, parameters: [], totalBytes: UInt64(count))
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*")
    let (endpoint, publisher) = (learner.endpoint, learner.publisher)
    let finished = Mutex<(instant: ContinuousClock.Instant, isRight: Bool)?>(nil)
    let done = DispatchSemaphore(value: 0)
    let clock = ContinuousClock()
    Thread.detachNewThread {
      do {
        let worker = try ZeroMQWorkerTransport(connecting: endpoint, worker: "w")
        try worker.subscribe(to: publisher)
        var assembly = WeightAssembly(policyVersion: 1, manifest: manifest)
        var isHeard = false
        while !assembly.isWhole {
          guard case .broadcast(let chunk) = try worker.receive(timeoutMilliseconds: 20_000) else { fatal("the broadcast stopped") }
          if chunk.policyVersion == 0 {
            if !isHeard { _ = try worker.send(.goodbye) }
            isHeard = true
          } else if case .rejected(let reason) = assembly.accept(chunk) {
            fatal(reason)
          }
        }
        let end = clock.now
        finished.withLock { $0 = (end, assembly.bytes == weights) }
      } catch {
        fatal("\(error)")
      }
      done.signal()
    }
    // What is published before the subscription is in force is lost.
    let probe = WeightChunk(policyVersion: 0, index: 0, count: 1, totalBytes: 1, digest: xxh3([0]), bytes: [0])
    repeat { try learner.publish(probe) } while try learner.receive(timeoutMilliseconds: 20) == nil
    let start = clock.now
    for index in 0..<manifest.chunkCount {
      try learner.publish(unsafe WeightChunk(cutting: index, of: weights.span.bytes, policyVersion: 1, manifest: manifest))
    }
    let published = clock.now
    done.wait()
    guard let (end, isRight) = finished.withLock({ $0 }), isRight else { fatal("the key frame came out differently") }
    print("published_s \(Double((published - start).components.attoseconds) * 1e-18 + Double((published - start).components.seconds))")
    print("key_frame_MB_per_s \(rate(count, end - start))")
  }

  static func rate(_ bytes: Int, _ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    return Int(Double(bytes) / (Double(seconds) + Double(attoseconds) * 1e-18) / 1e6)
  }

  static func fatal(_ message: String) -> Never {
    FileHandle.standardError.write(Data("broadcast: error: \(message)\n".utf8))
    exit(1)
  }
}

/// SplitMix64.
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

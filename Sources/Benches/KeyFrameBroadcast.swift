import Digests
import Foundation
import Operations
import Synchronization
import Wire

/// Sends key frames over loopback, one after the other, each from the first chunk published until it is whole and verified on the
/// other side.
struct KeyFrameBroadcast {
  /// Bytes of a key frame.
  var bytes: Int
  /// How many.
  var rounds: Int

  /// How long a chunk may take before the broadcast counts as broken.
  private static let patience = 20_000

  /// The times of one key frame.
  struct Cost: Sendable {
    /// From the first chunk published to the last one in place.
    var seconds: Double
    /// The processor time of all threads meanwhile; other work on the machine changes it little.
    var processorSeconds: Double
  }

  private struct Arrival: Sendable {
    var instant: ContinuousClock.Instant
    var processorSeconds: Double
    var digest: UInt64
  }

  private let clock = ContinuousClock()

  /// The times of every key frame. The first one gets new memory, which the system hands out page by page; the others use the memory of the
  /// one before, as a worker does.
  func run() throws -> [Cost] {
    let weights = Self.weights(bytes)
    let manifest = WeightManifest(elementType: .bfloat16, parameters: [], totalBytes: UInt64(bytes))
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*")
    defer { learner.close() }
    let (endpoint, publisher) = (learner.endpoint, learner.publisher)
    let arrivals = try Mailbox<Result<Arrival, any Error>>(capacity: rounds + 1, wake: Wake())
    Thread.detachNewThread {
      do {
        try Self.receive(rounds, manifest: manifest, from: endpoint, publisher: publisher) { _ = arrivals.post(.success($0)) }
      } catch {
        _ = arrivals.post(.failure(error))
      }
    }
    // Chunks published before the subscription takes effect are lost.
    let probe = WeightChunk(policyVersion: 0, index: 0, count: 1, totalBytes: 1, digest: 0, bytes: WeightBytes([0]))
    repeat { try learner.publish(probe) } while try learner.receive(timeoutMilliseconds: 20) == nil
    let digest = xxh3(weights)
    var costs: [Cost] = []
    for version in 1...UInt32(rounds) {
      let frame = WeightFrame(WeightBytes(weights), policyVersion: version, manifest: manifest)
      let (start, processorSeconds) = (clock.now, BenchHost.processorSeconds())
      for index in 0..<frame.chunkCount { try learner.publish(frame.chunk(index)) }
      arrivals.wake.wait(timeoutMilliseconds: 10 * Self.patience)
      _ = arrivals.wake.hear()
      guard let arrival = try arrivals.drain().first?.get(), arrival.digest == digest else {
        throw OperationsError(.process, "a key frame did not come out as it went in")
      }
      let duration = (arrival.instant - start).components
      costs.append(
        Cost(
          seconds: Double(duration.seconds) + Double(duration.attoseconds) * 1e-18,
          processorSeconds: arrival.processorSeconds - processorSeconds))
    }
    return costs
  }

  /// The worker's part: says goodbye once it hears the publisher, and reports every key frame.
  private static func receive(
    _ rounds: Int, manifest: WeightManifest, from endpoint: String, publisher: String, tell: (Arrival) -> Void
  ) throws {
    let worker = try ZeroMQWorkerTransport(connecting: endpoint, worker: "w")
    defer { worker.close() }
    try worker.subscribe(to: publisher)
    var isHeard = false
    var memory: [UInt8] = []
    for version in 1...UInt32(rounds) {
      var assembly = WeightAssembly(policyVersion: version, manifest: manifest, reusing: memory)
      memory = []
      while !assembly.isWhole {
        guard case .broadcast(let chunk) = try worker.receive(timeoutMilliseconds: patience) else {
          throw OperationsError(.process, "the broadcast stopped")
        }
        if chunk.policyVersion == 0 {
          if !isHeard { _ = try worker.send(.goodbye) }
          isHeard = true
        } else if case .rejected(let reason) = assembly.accept(chunk) {
          throw OperationsError(.process, reason)
        }
      }
      let (end, processorSeconds) = (ContinuousClock.now, BenchHost.processorSeconds())
      memory = assembly.takeBytes() ?? []
      tell(Arrival(instant: end, processorSeconds: processorSeconds, digest: xxh3(memory)))
    }
  }

  /// Bytes without much of a pattern.
  private static func weights(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    for index in 0..<count { bytes[index] = UInt8(truncatingIfNeeded: (index &* 2_654_435_761) >> 13) }
    return bytes
  }
}

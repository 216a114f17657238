import Cluster
import Dispatch
import EMPO
import Logging
import SimulationSupport
import Testing
import Wire

/// Stops in front of the groups of slot 0 until it is let through.
private final class GatedSampler: GroupSampler {
  struct Gate: Sendable {
    let begun = DispatchSemaphore(value: 0)
    let open = DispatchSemaphore(value: 0)
  }

  private let gate: Gate
  private var weights: [UInt8] = []

  init(_ gate: Gate) { self.gate = gate }

  func load(version: UInt32, weights: WeightBytes) throws { self.weights = weights.array() }

  func sample(from feed: any TaskFeed) throws {
    while let next = feed.next() {
      if next.task.item.slot == 0 {
        gate.begun.signal()
        gate.open.wait()
      }
      feed.deliver(SimulatedRun.group(step: next.task.item.step, slot: next.task.item.slot, weights: weights), for: next.ticket)
    }
  }
}

/// A learner by hand.
private struct HandLearner {
  let transport: InProcessLearnerTransport
  let stock = DeltaStock()
  let worker = Peer("w")

  /// The next group; until then hellos, heartbeats and requests are answered.
  func nextGroup() throws -> WorkResult {
    while true {
      guard case .message(let message, _) = try transport.receive(timeoutMilliseconds: 20_000) else {
        throw ClusterError(.checkpoint, "the worker fell silent")
      }
      if case .result(let result) = message {
        _ = try transport.send(.acknowledge(result.item, disposition: .accepted), to: worker)
        return result
      }
      try answer(message)
    }
  }

  func answer(_ message: WorkerMessage) throws {
    switch message {
    case .hello: _ = try transport.send(DeltaStock.welcome(version: 0), to: worker)
    case .heartbeat: _ = try transport.send(.heartbeatReply(incarnation: 1), to: worker)
    case .weightsRequest(0, nil, let chunks):
      let frame = stock.keyFrame(0)
      for index in chunks { _ = try transport.send(.weights(frame[Int(index)]), to: worker) }
    default: throw ClusterError(.checkpoint, "unexpected: \(message)")
    }
  }

  func lease(step: UInt32, slot: UInt32, version: UInt32) throws {
    _ = try transport.send(.tasks([Fixture.task(step: step, slot: slot, version: version, lease: UInt64(8 * step + slot))]), to: worker)
  }

  /// Whether a group was sampled from a version, down to its last bit.
  func isSampled(_ result: WorkResult, from version: Int) -> Bool {
    result.group == SimulatedRun.group(step: result.item.step, slot: result.item.slot, weights: stock.versions[version])
  }
}

@Suite(.timeLimit(.minutes(15))) struct BroadcastTests {
  /// The broadcast goes as slowly as the test wants: groups are sampled between its chunks, chunks are taken while a group is
  /// sampled, and the new version takes over between groups.
  @Test("Sampling goes on while a broadcast arrives") func samplingGoesOnWhileABroadcastArrives() async throws {
    let network = InProcessNetwork()
    let gate = GatedSampler.Gate()
    let complete = DispatchSemaphore(value: 0)
    let learner = HandLearner(transport: try network.makeLearner())
    let worker = WorkerService(
      plan: WorkerPlan(name: "w", software: "test", fingerprint: "f", credits: 3, helloRetry: 50, repairAfter: 60_000),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, makeSampler: { _, _ in GatedSampler(gate) },
      makeTransport: { try network.makeWorker("w") },
      watch: { if case .notice(.versionComplete(1)) = $0 { complete.signal() } })
    async let running: Void = worker.run()
    try converse(learner, gate, complete)
    worker.leave()
    try await running
    #expect(worker.outcome == .drained)
  }

  private func converse(_ learner: HandLearner, _ gate: GatedSampler.Gate, _ complete: DispatchSemaphore) throws {
    guard case .message(let hello, _) = try learner.transport.receive(timeoutMilliseconds: 20_000) else { return }
    try learner.answer(hello)
    try learner.lease(step: 1, slot: 1, version: 0)
    #expect(learner.isSampled(try learner.nextGroup(), from: 0))

    let broadcast = learner.stock.broadcast(1)
    try #require(broadcast.count > 1)
    for (index, chunk) in broadcast.dropLast().enumerated() {
      try learner.transport.publish(chunk)
      try learner.lease(step: 2, slot: 1 + UInt32(index), version: 0)
      #expect(learner.isSampled(try learner.nextGroup(), from: 0))
    }

    // The last chunk comes, and the delta is applied, in the middle of a group.
    try learner.lease(step: 3, slot: 0, version: 0)
    try #require(gate.begun.wait(timeout: .now() + 20) == .success)
    try learner.transport.publish(try #require(broadcast.last))
    try #require(complete.wait(timeout: .now() + 20) == .success)
    try learner.lease(step: 4, slot: 1, version: 1)
    gate.open.signal()
    let (old, new) = (try learner.nextGroup(), try learner.nextGroup())
    #expect(old.item.step == 3 && learner.isSampled(old, from: 0))
    #expect(new.item.step == 4 && learner.isSampled(new, from: 1))
  }
}

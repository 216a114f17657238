import Cluster
import Logging
import SimulationSupport
import Synchronization
import Testing
import Wire

/// Counts the chunks that a learner hands out, by whom they are for.
private final class CountingTransport: LearnerTransport {
  final class Counts: Sendable {
    let requested = Mutex<[Peer: Int]>([:])
  }

  private let inner: InProcessLearnerTransport
  private let counts: Counts

  init(_ inner: InProcessLearnerTransport, _ counts: Counts) {
    self.inner = inner
    self.counts = counts
  }

  var endpoint: String { inner.endpoint }
  var publisher: String { inner.publisher }
  var wake: Wake { inner.wake }

  func receive(timeoutMilliseconds: Int) throws(WireError) -> LearnerInput? { try inner.receive(timeoutMilliseconds: timeoutMilliseconds) }

  func send(_ message: LearnerMessage, to peer: Peer) throws(WireError) -> Delivery {
    if case .weights = message { counts.requested.withLock { $0[peer, default: 0] += 1 } }
    return try inner.send(message, to: peer)
  }

  func publish(_ chunk: WeightChunk) throws(WireError) { try inner.publish(chunk) }

  func close() { inner.close() }
}

@Suite(.timeLimit(.minutes(15))) struct RelayServiceTests {
  private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private let learnerNetwork = InProcessNetwork()
  private let relayNetwork = InProcessNetwork()

  private let plan = LearnerPlan(
    steps: 8, questionsPerStep: 5, groupSize: 2, lag: 1, maximumResponseTokens: 3, vocabularySize: 100,
    endTokens: [SimulatedRun.endToken], checkpointEvery: 4, heartbeat: 50, lease: 500, farewell: 2_000)

  private func learner(_ run: MemoryRun, _ counts: CountingTransport.Counts, failsAt: UInt32? = nil) -> LearnerService {
    LearnerService(
      plan: plan, run: RunDescription(name: "test", seed: 7, files: []), tasks: SimulatedTasks(), logger: quiet,
      parts: run.parts(failsAt: failsAt) { [learnerNetwork] in CountingTransport(try learnerNetwork.makeLearner(), counts) })
  }

  private func relay() -> RelayService {
    RelayService(
      plan: RelayPlan(name: "relay", software: "test", helloRetry: 20, repairAfter: 50), logger: quiet,
      makeLine: { [learnerNetwork] in try learnerNetwork.makeWorker("relay") },
      makeTransport: { [relayNetwork] in try relayNetwork.makeLearner() })
  }

  private func worker(
    _ name: String, patience: Milliseconds, watch: @escaping @Sendable (WorkerNotice) -> Void = { _ in }
  ) -> WorkerService {
    WorkerService(
      plan: WorkerPlan(
        name: name, software: "test", fingerprint: "f", credits: 3, helloRetry: 20, repairAfter: 50, relayPatience: patience, drain: 500),
      logger: quiet, makeSampler: { _, _ in MemorySampler() }, makeTransport: { [learnerNetwork] in try learnerNetwork.makeWorker(name) },
      makeRelay: { [relayNetwork] in try relayNetwork.makeWorker(name) },
      watch: { if case .notice(let notice) = $0 { watch(notice) } })
  }

  @Test("A run behind a relay is the same run and asks the learner for nothing")
  func aRunBehindARelayIsTheSameRunAndAsksTheLearnerForNothing() async throws {
    let (run, counts) = (MemoryRun(), CountingTransport.Counts())
    let learner = learner(run, counts)
    let relay = relay()
    let crew = ["a", "b", "c"].map { worker($0, patience: 30_000) }
    try await withThrowingTaskGroup { group in
      group.addTask { try await relay.run() }
      group.addTask { try await learner.run() }
      for worker in crew { group.addTask { try await worker.run() } }
      try await group.waitForAll()
    }
    #expect(learner.outcome == .complete && relay.outcome == .finished)
    #expect(crew.allSatisfy { $0.outcome == .finished })
    #expect(run.final == SimulatedRun.versions(plan).last)
    counts.requested.withLock { #expect(Set($0.keys).isSubset(of: [Peer("relay")]), "\($0)") }
  }

  @Test("Workers turn to the learner when the relay is gone") func workersTurnToTheLearnerWhenTheRelayIsGone() async throws {
    let (run, counts) = (MemoryRun(), CountingTransport.Counts())
    let learner = learner(run, counts)
    let relay = relay()
    let lost = Mutex(0)
    let crew = ["a", "b"].map { name in
      worker(name, patience: 150) { notice in
        switch notice {
        // Whoever has found it has used it, perhaps; it is gone at once.
        case .relayFound: relay.stop()
        case .relayLost: lost.withLock { $0 += 1 }
        default: break
        }
      }
    }
    try await withThrowingTaskGroup { group in
      group.addTask { try await relay.run() }
      group.addTask { try await learner.run() }
      for worker in crew { group.addTask { try await worker.run() } }
      try await group.waitForAll()
    }
    #expect(learner.outcome == .complete && relay.outcome == .stopped)
    #expect(run.final == SimulatedRun.versions(plan).last)
    #expect(lost.withLock { $0 } >= 1)
  }

  @Test("A relay outlives its learner") func aRelayOutlivesItsLearner() async throws {
    let (run, counts) = (MemoryRun(), CountingTransport.Counts())
    let relay = relay()
    let crew = ["a", "b"].map { worker($0, patience: 30_000) }
    let second = learner(run, counts)
    try await withThrowingTaskGroup { group in
      group.addTask { try await relay.run() }
      for worker in crew { group.addTask { try await worker.run() } }
      let first = learner(run, counts, failsAt: 5)
      await #expect(throws: ClusterError.self) { try await first.run() }
      try await second.run()
      try await group.waitForAll()
    }
    #expect(second.outcome == .complete && relay.outcome == .finished)
    #expect(run.final == SimulatedRun.versions(plan).last)
    counts.requested.withLock { #expect(Set($0.keys).isSubset(of: [Peer("relay")]), "\($0)") }
  }
}

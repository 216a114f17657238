import Cluster
import Logging
import SimulationSupport
import Synchronization
import Testing
import Wire

/// A host's place for base weights, which outlives the processes.
private final class MemoryHost: Sendable {
  struct State {
    var kept: [UInt8]?
    var writes = 0
    /// How many writes the disk takes.
    var room = Int.max
  }

  let state: Mutex<State>

  init(kept: [UInt8]? = nil, room: Int = .max) { state = Mutex(State(kept: kept, room: room)) }
}

private final class MemoryBaseStore: BaseStore {
  private let host: MemoryHost
  private var transfer: [UInt8] = []

  init(_ host: MemoryHost) { self.host = host }

  func find(for welcome: Welcome, report: (String) -> Void) throws -> LocalBase? {
    host.state.withLock(\.kept).map { LocalBase(place: .file("kept"), weights: SimulatedBase($0)) }
  }

  func begin(_ base: BaseDescription) throws { transfer = [UInt8](repeating: 0, count: Int(base.manifest.totalBytes)) }

  func write(_ bytes: WeightBytes, at offset: Int) throws {
    try host.state.withLock { state in
      guard state.writes < state.room else { throw ClusterError(.checkpoint, "the disk is full") }
      state.writes += 1
    }
    transfer.replaceSubrange(offset..<offset + bytes.count, with: bytes.array())
  }

  func finish() throws -> BaseTransfer {
    guard transfer == SimulatedBase.right else { return .damaged(sha256: "other") }
    host.state.withLock { $0.kept = transfer }
    return .kept(LocalBase(place: .file("kept"), weights: SimulatedBase(transfer)))
  }
}

@Suite(.timeLimit(.minutes(15))) struct BaseServiceTests {
  private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private let learnerNetwork = InProcessNetwork()
  private let relayNetwork = InProcessNetwork()

  private let plan = LearnerPlan(
    steps: 4, questionsPerStep: 5, groupSize: 2, lag: 1, maximumResponseTokens: 3, vocabularySize: 100,
    endTokens: [SimulatedRun.endToken], checkpointEvery: 4, hasBaseWeights: true, heartbeat: 50, lease: 500, farewell: 2_000)

  private func learner(_ run: MemoryRun, base: SimulatedBase = SimulatedBase()) -> LearnerService {
    LearnerService(
      plan: plan, run: RunDescription(name: "test", seed: 7, files: []), tasks: SimulatedTasks(), logger: quiet,
      parts: run.parts(baseWeights: base) { [learnerNetwork] in try learnerNetwork.makeLearner() })
  }

  private func relay(on host: MemoryHost) -> RelayService {
    RelayService(
      plan: RelayPlan(name: "relay", software: "test", helloRetry: 20, repairAfter: 50), logger: quiet,
      makeLine: { [learnerNetwork] in try learnerNetwork.makeWorker("relay") },
      makeTransport: { [relayNetwork] in try relayNetwork.makeLearner() }, makeBaseStore: { MemoryBaseStore(host) })
  }

  private func worker(_ name: String, on host: MemoryHost?, hasRelay: Bool = false) -> WorkerService {
    let makeBaseStore: (@Sendable () throws -> any BaseStore)? = if let host { { MemoryBaseStore(host) } } else { nil }
    let makeRelay: (@Sendable () throws -> any WorkerTransport)? =
      if hasRelay { { [relayNetwork] in try relayNetwork.makeWorker(name) } } else { nil }
    return WorkerService(
      plan: WorkerPlan(
        name: name, software: "test", fingerprint: "f", credits: 3, helloRetry: 20, repairAfter: 50, chunksPerRequest: 3,
        relayPatience: 30_000, drain: 500),
      logger: quiet,
      makeSampler: { welcome, place in
        #expect(welcome.baseWeights == SimulatedBase.described && place == .file("kept"))
        return MemorySampler()
      },
      makeBaseStore: makeBaseStore, makeTransport: { [learnerNetwork] in try learnerNetwork.makeWorker(name) }, makeRelay: makeRelay)
  }

  @Test(arguments: [false, true]) func `A run of adapters is the same run, and each host fetches its base weights once`(hasRelay: Bool)
    async throws
  {
    let run = MemoryRun()
    let (empty, full, relayHost) = (MemoryHost(), MemoryHost(kept: SimulatedBase.right), MemoryHost())
    let learner = learner(run)
    let crew = [worker("a", on: empty, hasRelay: hasRelay), worker("b", on: full, hasRelay: hasRelay)]
    let relay = relay(on: relayHost)
    try await withThrowingTaskGroup { group in
      if hasRelay { group.addTask { try await relay.run() } }
      group.addTask { try await learner.run() }
      for worker in crew { group.addTask { try await worker.run() } }
      try await group.waitForAll()
    }
    #expect(learner.outcome == .complete)
    #expect(crew.allSatisfy { $0.outcome == .finished })
    #expect(run.final == SimulatedRun.versions(plan).last)
    #expect(full.state.withLock(\.writes) == 0)
    // Where the other does all the work, this one may be told of the end first.
    let (written, kept) = empty.state.withLock { ($0.writes, $0.kept) }
    #expect(kept == nil || written == SimulatedBase.described.manifest.chunkCount)
    if hasRelay { #expect(relay.outcome == .finished) }
  }

  @Test func `A worker without room or place for base weights ends with a line`() async throws {
    for (host, line) in [(MemoryHost(room: 4), "the disk is full"), (nil, "no place to keep them")] as [(MemoryHost?, String)] {
      let (run, worker) = (MemoryRun(), worker("a", on: host))
      let learner = learner(run)
      try await withThrowingTaskGroup { group in
        group.addTask {
          try await worker.run()
          learner.stop()
        }
        group.addTask { try await learner.run() }
        try await group.waitForAll()
      }
      guard case .failed(let reason)? = worker.outcome else {
        Issue.record("\(worker.outcome as Any)")
        continue
      }
      #expect(reason.contains(line))
    }
  }

  @Test func `A learner that sends other bytes than it describes loses its workers`() async throws {
    var wrong = SimulatedBase.right
    wrong[100] ^= 4
    let (run, worker) = (MemoryRun(), worker("a", on: MemoryHost()))
    let learner = learner(run, base: SimulatedBase(wrong))
    try await withThrowingTaskGroup { group in
      group.addTask {
        try await worker.run()
        learner.stop()
      }
      group.addTask { try await learner.run() }
      try await group.waitForAll()
    }
    guard case .failed(let reason)? = worker.outcome else {
      Issue.record("\(worker.outcome as Any)")
      return
    }
    #expect(reason.contains("came 3 times with other bytes"))
  }
}

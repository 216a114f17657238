import Cluster
import Logging
import SimulationSupport
import Synchronization
import Testing
import Wire

@Suite(.timeLimit(.minutes(15))) struct ServiceTests {
  private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func plan(steps: UInt32 = 6, lag: UInt32 = 1, skipUnanimous: UInt32 = 0) -> LearnerPlan {
    LearnerPlan(
      steps: steps, questionsPerStep: 5, groupSize: 2, lag: lag, skipUnanimous: skipUnanimous, maximumResponseTokens: 3,
      vocabularySize: 100, endTokens: [SimulatedRun.endToken], checkpointEvery: 4, evaluateEvery: 3, heldOut: 4, evaluationSamples: 1,
      heartbeat: 100, lease: 500, farewell: 2_000)
  }

  private func learner(
    _ plan: LearnerPlan, _ run: MemoryRun, _ network: InProcessNetwork, failsAt: UInt32? = nil,
    watch: @escaping @Sendable (LearnerReport) -> Void = { _ in }
  ) -> LearnerService {
    LearnerService(
      plan: plan, run: RunDescription(name: "test", seed: 7, files: []), tasks: SimulatedTasks(), logger: quiet,
      parts: run.parts(failsAt: failsAt) { try network.makeLearner() }, watch: watch)
  }

  private func worker(
    _ name: String, _ network: InProcessNetwork, credits: UInt32 = 3, failsAt: UInt32? = nil,
    watch: @escaping @Sendable (WorkerReport) -> Void = { _ in }
  ) -> WorkerService {
    WorkerService(
      plan: WorkerPlan(name: name, software: "test", fingerprint: "f", credits: credits, helloRetry: 50, repairAfter: 50, drain: 500),
      logger: quiet, makeSampler: { _, _ in MemorySampler(failsAt: failsAt) }, makeTransport: { try network.makeWorker(name) },
      watch: watch)
  }

  @Test(
    "A run is a function of its plan",
    arguments: [(1, 0, 0), (1, 1, 0), (3, 0, 0), (3, 1, 0), (2, 2, 0), (1, 1, 1), (3, 1, 1), (2, 0, 2)] as [(Int, UInt32, UInt32)])
  func aRunIsAFunctionOfItsPlan(workers: Int, lag: UInt32, skipUnanimous: UInt32) async throws {
    let (run, network) = (MemoryRun(), InProcessNetwork())
    let plan = plan(lag: lag, skipUnanimous: skipUnanimous)
    let learner = learner(plan, run, network)
    let crew = (0..<workers).map { worker("w\($0)", network) }
    try await withThrowingTaskGroup { group in
      group.addTask { try await learner.run() }
      for worker in crew { group.addTask { try await worker.run() } }
      try await group.waitForAll()
    }
    #expect(learner.outcome == .complete)
    #expect(crew.allSatisfy { $0.outcome == .finished })
    #expect(run.final == SimulatedRun.versions(plan).last)
    run.disk.withLock { disk in
      #expect(disk.acceptedTwice == 0)
      #expect(disk.ledger.count == 30)
      // A worker that comes late may find the run over; whoever gave a group was noted.
      #expect(!disk.contributors.isEmpty && disk.contributors.isSubset(of: disk.workers), "\(disk.contributors)")
      #expect(disk.steps.map(\.step) == [0, 1, 2, 3, 4, 5])
      #expect(disk.steps.allSatisfy { $0.figures.versionBytes ?? 0 > 0 })
      #expect(disk.evaluations.map(\.policyVersion) == [0, 3, 6])
      #expect(disk.asked == Dictionary(uniqueKeysWithValues: zip(0..., SimulatedRun.questions(plan))))
      #expect(disk.steps.allSatisfy { ($0.figures.skippedQuestions != nil) == (skipUnanimous > 0) })
      #expect((disk.steps.compactMap(\.figures.skippedQuestions).reduce(0, +) > 0) == (skipUnanimous > 0))
    }
  }

  @Test("A worker that lies is found, and the run ends where it would have without it", arguments: [1, 0.3])
  func aWorkerThatLiesIsFound(share: Double) async throws {
    let (run, network) = (MemoryRun(), InProcessNetwork())
    var plan = plan()
    plan.audit = AuditPlan(share: share)
    let learner = learner(plan, run, network)
    let honest = worker("honest", network)
    let liar = WorkerService(
      plan: WorkerPlan(name: "liar", software: "test", fingerprint: "f", credits: 3, helloRetry: 50, repairAfter: 50, drain: 500),
      logger: quiet, makeSampler: { _, _ in MemorySampler(lies: true) }, makeTransport: { try network.makeWorker("liar") })
    try await withThrowingTaskGroup { group in
      for service in [liar, honest] { group.addTask { try await service.run() } }
      group.addTask { try await learner.run() }
      try await group.waitForAll()
    }
    #expect(learner.outcome == .complete)
    let isExpelled = run.disk.withLock { $0.expelled.keys.contains("liar") }
    let hasLied = run.disk.withLock { $0.contributors.contains("liar") }
    // One that was drawn for nothing may get away where not everything is checked.
    if share == 1, hasLied { #expect(isExpelled) }
    if isExpelled || !hasLied { #expect(run.final == SimulatedRun.versions(plan).last) }
  }

  @Test("A learner that dies is replaced while workers wait", arguments: [0, 1] as [UInt32])
  func aLearnerThatDiesIsReplacedWhileWorkersWait(skipUnanimous: UInt32) async throws {
    let (run, network) = (MemoryRun(), InProcessNetwork())
    let crew = [worker("a", network), worker("b", network)]
    let plan = plan(skipUnanimous: skipUnanimous)
    try await withThrowingTaskGroup { group in
      for worker in crew { group.addTask { try await worker.run() } }
      // It dies in step 5: the checkpoint is of version 4, the ledger holds all of step 4 and some of step 5.
      let first = learner(plan, run, network, failsAt: 5)
      await #expect(throws: ClusterError.self) { try await first.run() }
      #expect(first.outcome == nil)
      let second = learner(plan, run, network)
      try await second.run()
      #expect(second.outcome == .complete)
      try await group.waitForAll()
    }
    #expect(crew.allSatisfy { $0.outcome == .finished })
    #expect(run.final == SimulatedRun.versions(plan).last)
    run.disk.withLock { disk in
      #expect(disk.acceptedTwice == 0)
      #expect(disk.trained == [0, 1, 2, 3, 4, 4, 5])
    }
  }

  @Test("A worker whose sampler fails leaves its tasks to the others") func aWorkerWhoseSamplerFailsLeavesItsTasksToTheOthers() async throws
  {
    let (run, network) = (MemoryRun(), InProcessNetwork())
    let plan = plan()
    let learner = learner(plan, run, network)
    let (sound, broken) = (worker("sound", network), worker("broken", network, failsAt: 2))
    try await withThrowingTaskGroup { group in
      for service in [sound, broken] { group.addTask { try await service.run() } }
      group.addTask { try await learner.run() }
      try await group.waitForAll()
    }
    #expect(sound.outcome == .finished)
    #expect(broken.outcome == .failed(reason: "the sampler died") || broken.outcome == .finished)
    #expect(run.final == SimulatedRun.versions(plan).last)
  }

  @Test("A stopped learner leaves a checkpoint and its workers waiting") func aStoppedLearnerLeavesACheckpointAndItsWorkersWaiting()
    async throws
  {
    let (run, network) = (MemoryRun(), InProcessNetwork())
    let plan = plan(steps: 1_000_000)
    let (steps, counter) = AsyncStream.makeStream(of: UInt32.self)
    let learner = learner(plan, run, network) { report in
      if case .step(let summary, _) = report { counter.yield(summary.step) }
    }
    let worker = worker("w", network)
    try await withThrowingTaskGroup { group in
      group.addTask { try await worker.run() }
      group.addTask { try await learner.run() }
      for await step in steps where step == 5 { break }
      learner.stop()
      _ = try await group.next()
      let version = run.disk.withLock { $0.version }
      #expect(version >= 6)
      #expect(learner.outcome == .stopped(version: version))
      #expect(worker.outcome == nil)
      worker.leave()
      try await group.waitForAll()
    }
    #expect(worker.outcome == .drained)
  }

  @Test("A trainer that cannot be made ends the learner with its error") func aTrainerThatCannotBeMadeEndsTheLearnerWithItsError()
    async throws
  {
    let (run, network) = (MemoryRun(), InProcessNetwork())
    let parts = LearnerParts(
      makeStore: { MemoryStore(run) }, makeTransport: { try network.makeLearner() },
      makeTrainer: { throw ClusterError(.checkpoint, "no such folder") }, makeJudge: { MemoryJudge() }, makeChecker: { MemorySampler() },
      goBack: { run.goBack(upTo: $0) })
    let learner = LearnerService(
      plan: plan(), run: RunDescription(name: "test", seed: 7, files: []), tasks: SimulatedTasks(), logger: quiet,
      parts: parts)
    let error = await #expect(throws: ClusterError.self) { try await learner.run() }
    #expect(error?.message == "no such folder")
  }

  @Test("A run over sockets outlives its learner") func aRunOverSocketsOutlivesItsLearner() async throws {
    let run = MemoryRun()
    let plan = plan()
    let (endpoints, found) = AsyncStream.makeStream(of: String.self)
    let first = socketLearner(plan, run, listen: "tcp://127.0.0.1:*", failsAt: 3) { report in
      if case .listening(let endpoint, _) = report { found.yield(endpoint) }
    }
    try await withThrowingTaskGroup { group in
      group.addTask { _ = await #expect(throws: ClusterError.self) { try await first.run() } }
      var iterator = endpoints.makeAsyncIterator()
      let endpoint = try #require(await iterator.next())
      let crew = ["a", "b"].map { socketWorker($0, endpoint) }
      for worker in crew { group.addTask { try await worker.run() } }
      _ = try await group.next()
      // The same address: that is where its workers look for it.
      let second = socketLearner(plan, run, listen: endpoint)
      try await second.run()
      #expect(second.outcome == .complete)
      try await group.waitForAll()
      #expect(crew.allSatisfy { $0.outcome == .finished })
    }
    #expect(run.final == SimulatedRun.versions(plan).last)
    run.disk.withLock { #expect($0.acceptedTwice == 0) }
  }

  private func socketLearner(
    _ plan: LearnerPlan, _ run: MemoryRun, listen: String, failsAt: UInt32? = nil,
    watch: @escaping @Sendable (LearnerReport) -> Void = { _ in }
  ) -> LearnerService {
    LearnerService(
      plan: plan, run: RunDescription(name: "test", seed: 7, files: []), tasks: SimulatedTasks(), logger: quiet,
      parts: run.parts(failsAt: failsAt) { try ZeroMQLearnerTransport(listen: listen) }, watch: watch)
  }

  private func socketWorker(_ name: String, _ endpoint: String) -> WorkerService {
    WorkerService(
      plan: WorkerPlan(name: name, software: "test", fingerprint: "f", credits: 3, helloRetry: 50, repairAfter: 50, drain: 500),
      logger: quiet, makeSampler: { _, _ in MemorySampler() },
      makeTransport: { try ZeroMQWorkerTransport(connecting: endpoint, worker: name) })
  }

  @Test("Garbage and strangers change nothing") func garbageAndStrangersChangeNothing() async throws {
    let (run, network) = (MemoryRun(), InProcessNetwork())
    let plan = plan()
    for byte in 0..<100 as Range<UInt8> { _ = network.inject([byte, 0xff, byte], from: Peer("stranger")) }
    let (learner, worker) = (learner(plan, run, network), worker("w", network))
    try await withThrowingTaskGroup { group in
      group.addTask { try await learner.run() }
      group.addTask { try await worker.run() }
      try await group.waitForAll()
    }
    #expect(run.final == SimulatedRun.versions(plan).last)
  }
}

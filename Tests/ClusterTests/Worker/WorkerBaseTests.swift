import Cluster
import SimulationSupport
import Testing
import Wire

@Suite struct WorkerBaseTests {
  private let base = SimulatedBase()
  private let place = BasePlace.file("base")
  private var found: WorkerMachine.Event { .base(.found(LocalBase(place: place, weights: base))) }
  private let missing = WorkerMachine.Event.base(.missing(sha256: SimulatedBase.described.sha256))

  private func welcome(run: String = "run", incarnation: UInt64 = 1, base: BaseDescription? = SimulatedBase.described) -> Welcome {
    Welcome(
      incarnation: incarnation, run: run, heartbeatMilliseconds: 1_000, leaseMilliseconds: 5_000, publisher: "inproc", policyVersion: 0,
      manifest: Fixture.manifest, baseWeights: base, files: [], timeOfDay: 0)
  }

  /// A worker that was welcomed to a run with base weights, and what it did then.
  private func joined() -> (script: WorkerScript, actions: [WorkerMachine.Action]) {
    var script = WorkerScript()
    _ = script.on(.start)
    let actions = script.hear(.welcome(welcome()))
    return (script, actions)
  }

  /// A worker that has begun to fetch them, and what it did then.
  private func fetching() -> (script: WorkerScript, actions: [WorkerMachine.Action]) {
    var script = joined().script
    let actions = script.on(missing)
    return (script, actions)
  }

  private func written(_ chunk: UInt32) -> WorkerMachine.Event {
    .base(.written(chunk: chunk, sha256: SimulatedBase.described.sha256))
  }

  @Test func `There is no sampler before base weights are there, and no task is asked for`() {
    var (script, actions) = joined()
    #expect(actions.orders == [.find(welcome())])
    #expect(actions.prepared.isEmpty && actions.readiness == [false])
    // Tasks of the name's earlier process.
    let early = script.hearTask(step: 0, slot: 0, version: 0, lease: 7)
    #expect(early.sent == [.decline(leases: [7])])
    let then = script.on(found)
    #expect(then.prepared == [place] && then.readiness == [true])
    _ = script.broadcast(0)
    #expect(script.hearTask(step: 0, slot: 0, version: 0, lease: 8).sampled == [[0, 0]])
  }

  @Test func `A run without base weights needs none`() {
    var script = WorkerScript()
    _ = script.on(.start)
    let actions = script.hear(.welcome(welcome(base: nil)))
    #expect(actions.prepared == [nil] && actions.orders.isEmpty && actions.readiness == [true])
  }

  @Test func `Base weights are fetched by windows that wait for the disk`() {
    var (script, actions) = fetching()
    #expect(actions.orders == [.begin(SimulatedBase.described)])
    #expect(actions.requests == [[.max, 0, 1]])
    #expect(script.hear(.weights(base.chunk(1))).orders == [.write(base.chunk(1), of: SimulatedBase.described)])
    // One is asked for, and one is not written yet.
    #expect(script.wait(400).requests.isEmpty)
    #expect(script.hear(.weights(base.chunk(0))).orders.count == 1)
    #expect(script.wait(400).requests.isEmpty)
    #expect(script.on(written(0)).requests == [[.max, 2]])
    #expect(script.on(written(1)).requests == [[.max, 3]])
    // What came twice is not written twice.
    #expect(script.hear(.weights(base.chunk(0))).orders.isEmpty)
    var last: [WorkerMachine.Action] = []
    for index in 2..<UInt32(base.baseDescription.manifest.chunkCount) {
      #expect(last.orders.isEmpty)
      _ = script.hear(.weights(base.chunk(Int(index))))
      last = script.on(written(index))
    }
    #expect(last.orders == [.finish(SimulatedBase.described)])
    #expect(last.prepared.isEmpty)
    #expect(script.on(found).prepared == [place])
  }

  @Test func `Chunks that stay away are asked for again, ever more rarely, and only while the learner is there`() {
    var (script, _) = fetching()
    var times: [Milliseconds] = []
    for _ in 0..<200 where times.count < 5 {
      if !script.wait(100).requests.isEmpty { times.append(script.now) }
    }
    #expect(times == [500, 1_500, 3_500, 7_500, 11_500])
    #expect((0..<40).flatMap { _ in script.waitInSilence(1_000).requests }.count <= 1)
  }

  @Test func `A worker that fetches beats its heart and says what it waits for`() {
    var (script, _) = fetching()
    _ = script.hear(.weights(base.chunk(0)))
    _ = script.on(written(0))
    let actions = (0..<12).flatMap { _ in script.wait(1_000) }
    #expect(actions.readiness == Array(repeating: false, count: 12))
    #expect(actions.waits == [.baseWeights(.fetching(missing: 280, of: 312))])
    let large = WorkerWait.baseWeights(.fetching(missing: 600 << 20, of: 1_000 << 20))
    #expect("\(large)" == "base weights: 400 of 1000 MiB are here")
  }

  static let strange: [(String, @Sendable (inout WeightChunk) -> Void)] = [
    ("another index", { $0.index = 10 }), ("another count", { $0.count = 11 }), ("another length", { $0.totalBytes = 313 }),
    ("a delta", { $0.base = 4 }), ("too few bytes", { $0.bytes = $0.bytes[0..<31] }), ("flipped bits", { $0.digest ^= 1 }),
  ]

  @Test(arguments: strange.indices) func `A chunk that is none of theirs is dropped`(index: Int) {
    let (name, change) = Self.strange[index]
    var (script, _) = fetching()
    var chunk = base.chunk(0)
    change(&chunk)
    let actions = script.hear(.weights(chunk))
    #expect(actions.orders.isEmpty, "\(name)")
    #expect(actions.baseNotices.contains { if case .chunkDropped = $0 { true } else { false } }, "\(name)")
    // The right one is still taken.
    #expect(script.hear(.weights(base.chunk(0))).orders.count == 1)
  }

  @Test func `What nobody asked for does not fill the memory`() {
    var (script, _) = fetching()
    #expect(script.on(.broadcast(base.chunk(0))).orders.isEmpty)
    let orders = (0..<10).flatMap { script.hear(.weights(base.chunk($0))).orders }
    #expect(orders.count == 4)
  }

  @Test func `Damaged chunks over and over end the worker with one line`() {
    var (script, _) = fetching()
    var chunk = base.chunk(0)
    chunk.digest ^= 1
    var outcome: WorkerOutcome?
    var count = 0
    while outcome == nil, count < 100 {
      outcome = script.hear(.weights(chunk)).outcome
      count += 1
    }
    #expect(count == 64)
    guard case .failed(let reason)? = outcome else {
      Issue.record("\(outcome as Any)")
      return
    }
    #expect(reason.contains("64 chunks of the base weights in a row") && !reason.contains("\n"))
  }

  @Test func `Three transfers of other bytes end the worker with one line`() {
    var (script, actions) = fetching()
    for transfer in 1...3 {
      for index in 0..<UInt32(base.baseDescription.manifest.chunkCount) {
        _ = script.hear(.weights(base.chunk(Int(index))))
        actions = script.on(written(index))
      }
      #expect(actions.orders == [.finish(SimulatedBase.described)])
      actions = script.on(.base(.damaged(found: "aa", sha256: SimulatedBase.described.sha256)))
      #expect((actions.outcome != nil) == (transfer == 3))
      if transfer < 3 { #expect(actions.orders == [.begin(SimulatedBase.described)] && actions.requests == [[.max, 0, 1]]) }
    }
    guard case .failed(let reason)? = actions.outcome else {
      Issue.record("\(actions)")
      return
    }
    #expect(reason.contains("SHA-256 aa") && reason.contains(SimulatedBase.described.sha256))
  }

  @Test func `A full disk ends the worker with its line`() {
    var (script, _) = fetching()
    #expect(script.on(.base(.failed(reason: "the disk is full"))).outcome == .failed(reason: "the disk is full"))
  }

  @Test func `Another run with the same base weights goes on with them`() {
    var (script, _) = fetching()
    let second = script.hear(.welcome(welcome(run: "second")))
    #expect(second.orders.isEmpty && second.prepared.isEmpty && second.readiness == [false])
    #expect(script.on(found).prepared == [place])
    let third = script.hear(.welcome(welcome(run: "third")))
    #expect(third.prepared == [place] && third.readiness == [true])
  }

  @Test func `Words about other base weights mean nothing`() {
    var script = joined().script
    let other = BaseDescription(manifest: SimulatedBase.described.manifest, sha256: String(repeating: "c", count: 64))
    let next = script.hear(.welcome(welcome(run: "other", base: other)))
    #expect(next.orders == [.find(welcome(run: "other", base: other))])
    #expect(script.on(found).prepared.isEmpty)
    #expect(script.on(missing).orders.isEmpty)
    #expect(script.on(.base(.missing(sha256: other.sha256))).orders == [.begin(other)])
    #expect(script.on(written(0)).orders.isEmpty)
    let none = script.hear(.welcome(welcome(run: "none", base: nil)))
    #expect(none.prepared == [nil] && none.readiness == [true])
    #expect(script.on(.base(.failed(reason: "late"))).outcome == nil)
  }

  @Test func `A learner that was restarted is told at once that they are there`() {
    var script = joined().script
    _ = script.on(found)
    let again = script.hear(.welcome(welcome(incarnation: 2)))
    #expect(again.readiness == [true] && again.prepared.isEmpty)
  }
}

extension [WorkerMachine.Action] {
  /// What the thread for base weights is asked to do.
  var orders: [BaseOrder] {
    compactMap { action in
      if case .base(let order) = action { order } else { nil }
    }
  }

  /// Where the base weights of each sampler are.
  var prepared: [BasePlace?] {
    compactMap { action in
      if case .prepare(_, let base) = action { .some(base) } else { nil }
    }
  }

  /// What heartbeats said of it.
  var readiness: [Bool] {
    sent.compactMap { message in
      if case .heartbeat(let heartbeat) = message { heartbeat.isReady } else { nil }
    }
  }

  var baseNotices: [BaseNotice] {
    compactMap { action in
      if case .notify(.base(let notice)) = action { notice } else { nil }
    }
  }
}

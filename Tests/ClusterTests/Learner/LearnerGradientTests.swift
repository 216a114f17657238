import Cluster
import EMPO
import Testing
import Wire

/// Updates whose gradient is spread over workers.
@Suite struct LearnerGradientTests {
  private static let bytes: UInt64 = 40

  private func script(
    parts: UInt32 = 4, bytes: UInt64 = bytes, works: GradientPlan.LearnerWork = .never, audit: Double = 0, hasKeys: Bool = true,
    lag: UInt32 = 0
  ) throws -> LearnerScript {
    var plan = Fixture.plan(questionsPerStep: 1, lag: lag, audit: AuditPlan(share: audit), hasKeys: hasKeys)
    plan.gradients = GradientPlan(parts: parts, totalBytes: bytes, learnerWork: works)
    return try LearnerScript(plan)
  }

  /// Brings a learner to where its parts are known.
  private func prepare(_ script: inout LearnerScript, workers: [String], parts: [UInt32] = [0, 1, 2, 3]) -> [LearnerMachine.Action] {
    var actions = workers.flatMap { script.join($0) }
    actions += script.fill(step: 0, slots: 1, lag: 0, workers.first ?? "nobody")
    #expect(actions.contains { if case .prepare(step: 0, _, _) = $0 { true } else { false } })
    return script.on(.prepared(step: 0, parts: parts))
  }

  private func item(_ part: UInt32) -> WorkItem { WorkItem(.gradient, step: 0, slot: part) }

  private func result(_ part: UInt32, mark: UInt8 = 1, isCheck: Bool = false, lease: UInt64 = 0, bytes: UInt64 = bytes) -> WorkResult {
    var statistics = GradientStatistics()
    statistics.processedTokens = 7
    let summary = GradientSummary(digest: Array(repeating: mark, count: 32), totalBytes: bytes, statistics: statistics)
    return WorkResult(
      lease: lease, seal: Fixture.unsealed, item: isCheck ? item(part).check : item(part), policyVersion: 0, outcome: .gradient(summary),
      seconds: 1)
  }

  private func chunk(_ part: UInt32, _ index: UInt32 = 0, count: Int = Int(bytes)) -> WorkerMessage {
    .gradient(GradientChunk(item: item(part), index: index, bytes: Array(repeating: 0, count: count)))
  }

  /// A worker says that it has a part, sends its bytes, and the training thread adds it.
  private func complete(_ script: inout LearnerScript, _ part: UInt32, _ worker: String) -> [LearnerMachine.Action] {
    script.say(.result(result(part)), worker) + script.say(chunk(part), worker) + script.on(.added(item(part)))
  }

  private func requests(_ actions: [LearnerMachine.Action]) -> [[UInt32]] {
    actions.compactMap { if case .send(.gradientRequest(let item, let chunks), _) = $0 { [item.slot] + chunks } else { nil } }
  }

  @Test("Parts are leased two a worker, fetched when they are told of, and the update ends when all are in the sum")
  func partsAreLeasedFetchedAndAdded() throws {
    var script = try script()
    let begun = prepare(&script, workers: ["a", "b"])
    #expect(begun.slots(to: "a").count == 2 && begun.slots(to: "b").count == 2)
    let told = script.say(.result(result(0)), "a")
    #expect(requests(told) == [[0], [0, 0]])
    #expect(told.contains(.gather(item(0), totalBytes: Self.bytes)))
    let came = script.say(chunk(0), "a")
    #expect(came.contains { if case .add(let result) = $0 { result.item == item(0) } else { false } })
    #expect(came.dispositions.isEmpty)
    let added = script.on(.added(item(0)))
    #expect(added.dispositions == [.accepted])
    #expect(added.notices.contains(.partAdded(item: item(0), worker: "a", tokens: 7, missing: 3)))
    var rest: [LearnerMachine.Action] = []
    for (part, worker) in [(1, "b"), (3, "b"), (2, "a")] as [(UInt32, String)] { rest += complete(&script, part, worker) }
    #expect(rest.filter { $0 == .finishUpdate(step: 0) }.count == 1)
    #expect(script.on(.policyPublished(version: 1)).contains(.publish(version: 1)))
  }

  @Test("Samples wait while the parts are about to be there") func samplesWait() throws {
    var script = try script(lag: 1)
    _ = script.join("a")
    let filled = script.fill(step: 0, slots: 1, lag: 1, "a") + script.fill(step: 1, slots: 1, lag: 1, "a")
    #expect(filled.contains { if case .prepare = $0 { true } else { false } })
    _ = script.on(.prepared(step: 0, parts: []))
    let next = script.on(.policyPublished(version: 1))
    #expect(next.contains { if case .prepare(step: 1, _, _) = $0 { true } else { false } })
    #expect(next.grants(to: "a").isEmpty)
    #expect(script.on(.prepared(step: 1, parts: [0])).slots(to: "a") == [[1, 0], [2, 0]])
  }

  @Test("Where no group teaches, the update ends at once") func whereNoGroupTeaches() throws {
    var script = try script()
    #expect(prepare(&script, workers: ["a"], parts: []).contains(.finishUpdate(step: 0)))
  }

  @Test("The learner computes the highest part itself, one at a time, while workers are few")
  func theLearnerComputesItself() throws {
    var script = try script(works: .automatic)
    let begun = prepare(&script, workers: ["a"])
    #expect(begun.contains(.compute(part: 3, step: 0)))
    #expect(begun.slots(to: "a") == [[0, 0], [0, 1]])
    let next = script.on(.computed(part: 3, step: 0, tokens: 9))
    #expect(next.contains(.compute(part: 2, step: 0)))
    #expect(next.notices.contains(.partAdded(item: item(3), worker: LearnerMachine.learnerName, tokens: 9, missing: 3)))
    // What the learner is at is no worker's.
    #expect(script.say(.result(result(2)), "a").dispositions == [.duplicate])
    _ = complete(&script, 0, "a") + complete(&script, 1, "a")
    #expect(script.on(.computed(part: 2, step: 0, tokens: 9)).contains(.finishUpdate(step: 0)))
  }

  @Test("Long gradients come by eight chunks at a time, as many parts at once as are small") func longGradientsComeInChunks() throws {
    let total = UInt64(GradientChunk.bytesEach) * 100 + 5
    var script = try script(bytes: total)
    _ = prepare(&script, workers: ["a", "b"])
    #expect(requests(script.say(.result(result(0, bytes: total)), "a")) == [[0], [0] + Array(0..<8)])
    #expect(requests(script.say(.result(result(1, bytes: total)), "b")) == [[1], [1] + Array(0..<8)])
    // A third waits for one of them.
    #expect(requests(script.say(.result(result(2, bytes: total)), "a")) == [[2]])
    var asked = (0..<8).map { UInt32($0) }
    var actions: [LearnerMachine.Action] = []
    var next = 0
    while next < asked.count {
      let index = asked[next]
      let count = GradientChunk.range(of: Int(index), in: total).count
      // What was not asked for, and what is too short, is no chunk.
      #expect(script.say(chunk(0, 200, count: count), "a").isEmpty)
      #expect(script.say(chunk(0, index, count: count - 1), "a").isEmpty)
      #expect(script.say(chunk(0, index, count: count), "b").isEmpty)
      let came = script.say(chunk(0, index, count: count), "a")
      asked += requests(came).flatMap { $0.dropFirst() }
      actions += came
      next += 1
    }
    #expect(asked.sorted() == Array(0...100))
    #expect(actions.contains { if case .add = $0 { true } else { false } })
    // The training thread has it: only then there is room for the third.
    #expect(requests(script.on(.added(item(0)))) == [[2] + Array(0..<8)])
  }

  @Test("Chunks that do not come are asked for again, and then the part is another's")
  func chunksThatDoNotCome() throws {
    var script = try script()
    _ = prepare(&script, workers: ["a"])
    _ = script.say(.result(result(0)), "a")
    var actions: [LearnerMachine.Action] = []
    for _ in 0..<24 {
      actions += script.wait(2_500)
      actions += script.beat("a")
    }
    #expect(requests(actions).filter { $0 == [0, 0] }.count == 5)
    #expect(actions.notices.contains(.partLost(item: item(0), reason: "a does not send it")))
    #expect(actions.slots(to: "a").contains([0, 0]))
  }

  @Test("A part whose worker is gone is another's") func aPartWhoseWorkerIsGone() throws {
    var script = try script()
    _ = prepare(&script, workers: ["a", "b"])
    _ = script.say(.result(result(0)), "a")
    let gone = script.say(.goodbye, "a")
    #expect(gone.notices.contains(.partLost(item: item(0), reason: "a is gone")))
    #expect(gone.contains(.drop(item(0))))
    #expect(complete(&script, 1, "b").slots(to: "b").contains([0, 0]))
  }

  @Test("A part that is drawn is fetched when another key has the same digest") func aPartThatIsDrawn() throws {
    var script = try script(audit: 1)
    _ = script.join("a")
    _ = script.join("b")
    let sampled = script.fill(step: 0, slots: 1, lag: 0, "a")
    let check = try #require(sampled.grants(to: "b").first { $0.item.kind == .sampleCheck })
    var checked = Fixture.result(step: 0, slot: 0, lag: 0, lease: check.lease)
    checked.item = checked.item.check
    _ = script.say(.result(checked), "b")
    _ = script.on(.prepared(step: 0, parts: [0]))
    let told = script.say(.result(result(0)), "a")
    #expect(requests(told) == [[0]])
    let grant = try #require(told.grants(to: "b").first)
    #expect(grant.item == item(0).check && grant.given.isEmpty && grant.groupSize == 0)
    let confirmed = script.say(.result(result(0, isCheck: true, lease: grant.lease)), "b")
    #expect(confirmed.notices.contains(.checkPassed(item: item(0), worker: "a", checker: "b")))
    #expect(requests(confirmed) == [[0, 0]])
  }

  @Test("A lie about a part is found before it is added, and its teller is expelled") func aLieAboutAPart() throws {
    var script = try script(audit: 1, hasKeys: false)
    _ = script.join("a")
    _ = script.fill(step: 0, slots: 1, lag: 0, "a")
    _ = script.on(.checked(WorkItem(step: 0, slot: 0), own: Fixture.group(step: 0, slot: 0)))
    _ = script.on(.prepared(step: 0, parts: [0]))
    let told = script.say(.result(result(0, mark: 2)), "a")
    #expect(told.contains(.recompute(part: 0, step: 0)))
    guard let own = result(0).gradient else { preconditionFailure("a gradient") }
    let found = script.on(.recomputed(item(0), own: own))
    #expect(found.notices.contains { if case .lieFound(let lie) = $0 { lie.worker == "a" && lie.item == item(0) } else { false } })
    #expect(found.refusals == [.unauthorized])
    #expect(!found.contains { if case .add = $0 { true } else { false } })
  }

  @Test("What one that lied has added before is thrown out: the sum is made anew") func theSumIsMadeAnew() throws {
    var script = try script()
    _ = prepare(&script, workers: ["a", "b"])
    _ = complete(&script, 0, "a")
    // Another of its parts is unlike all others, and the learner computes it itself.
    _ = script.say(.result(result(1, mark: 9)), "a")
    _ = script.say(chunk(1), "a")
    let found = script.on(.refuted(item(1), own: result(1).gradient))
    #expect(found.notices.contains(.updateBegunAgain(step: 0)))
    #expect(found.contains { if case .prepare(step: 0, _, _) = $0 { true } else { false } })
    // What the training thread says of the first attempt counts no more.
    #expect(script.on(.added(item(0))).dispositions.isEmpty)
    let again = script.on(.prepared(step: 0, parts: [0, 1]))
    #expect(again.slots(to: "b") == [[0, 0], [0, 1]])
  }

  @Test("Bytes that are not those of the digest are a fault, and the part is another's") func bytesOfAnotherDigest() throws {
    var script = try script()
    _ = prepare(&script, workers: ["a"])
    _ = script.say(.result(result(0)), "a")
    _ = script.say(chunk(0), "a")
    let refuted = script.on(.refuted(item(0), own: nil))
    #expect(refuted.notices.contains { if case .groupRejected(item: item(0), worker: "a", _) = $0 { true } else { false } })
    #expect(refuted.dispositions == [.stale])
  }

  @Test("A gradient of an earlier learner is kept by its worker, and counts under a new seal only")
  func aGradientOfAnEarlierLearner() throws {
    var script = try script()
    _ = script.join("a")
    _ = script.fill(step: 0, slots: 1, lag: 0, "a")
    let early = script.say(.result(result(0)), "a")
    #expect(early.dispositions.isEmpty && requests(early) == [[0]])
    _ = script.on(.prepared(step: 0, parts: [0]))
    let now = script.say(.result(result(0)), "a")
    #expect(requests(now) == [[0], [0, 0]])
  }

  @Test("A learner that is asked to stop gives up an update that has moved nothing") func stopping() throws {
    var script = try script()
    _ = prepare(&script, workers: ["a"])
    _ = complete(&script, 0, "a")
    let stopped = script.on(.stop)
    #expect(stopped.contains { if case .end(.stopped(version: 0)) = $0 { true } else { false } })
  }

  @Test("A part that is late is given to an idle worker as well") func aLatePart() throws {
    var script = try script()
    let begun = prepare(&script, workers: ["a", "b"])
    let leases = Dictionary(uniqueKeysWithValues: ["a", "b"].flatMap { begun.grants(to: $0) }.map { ($0.item.slot, $0.lease) })
    let holder = begun.slots(to: "a").contains([0, 3]) ? "a" : "b"
    script.now += 100
    for part in 0..<3 as Range<UInt32> {
      let worker = begun.slots(to: "a").contains([0, part]) ? "a" : "b"
      _ = script.say(.result(result(part, lease: leases[part] ?? 0)), worker)
    }
    var actions: [LearnerMachine.Action] = []
    for _ in 0..<4 {
      actions += script.wait(1_000)
      for worker in ["a", "b"] { actions += script.beat(worker, leases: worker == holder ? [leases[3] ?? 0] : []) }
    }
    let second = holder == "a" ? "b" : "a"
    #expect(
      actions.notices.contains { if case .leaseDoubled(item: item(3), worker: holder, second: second, _) = $0 { true } else { false } })
  }
}

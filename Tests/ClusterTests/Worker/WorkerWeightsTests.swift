import Cluster
import Testing
import Wire

@Suite struct WorkerWeightsTests {
  @Test("A late worker asks at once a few chunks at a time") func aLateWorkerAsksAtOnceAFewChunksAtATime() {
    var script = WorkerScript()
    script.join(version: 3)
    #expect(script.hearTask(step: 4, slot: 0, version: 3, lease: 1).requests == [[3, 0, 1]])
    let chunks = Fixture.chunks(3)
    #expect(script.hear(.weights(chunks[0])).requests.isEmpty)
    // The next are asked for as soon as the last of these has come, not after a time-out.
    #expect(script.hear(.weights(chunks[1])).requests == [[3, 2]])
    let complete = script.hear(.weights(chunks[2]))
    #expect(complete.contains(.load(version: 3, bytes: Fixture.weights(3))))
    #expect(complete.sampled == [[4, 0]])
  }

  @Test("A broadcast version needs no request") func aBroadcastVersionNeedsNoRequest() {
    var script = WorkerScript()
    script.join(version: 0)
    let early = script.broadcast(1)
    #expect(early.contains(.notify(.versionComplete(1))))
    #expect(early.loaded.isEmpty)
    let actions = script.hearTask(step: 2, slot: 0, version: 1, lease: 1)
    #expect(actions.loaded == [1])
    #expect(actions.requests.isEmpty)
  }

  @Test("A missed chunk is asked for when nothing has come for a while") func aMissedChunkIsAskedForWhenNothingHasComeForAWhile() {
    var script = WorkerScript()
    script.join(version: 0)
    let chunks = Fixture.chunks(1)
    #expect(script.hearTask(step: 2, slot: 0, version: 1, lease: 1).requests.isEmpty)
    _ = script.on(.broadcast(chunks[2]))
    _ = script.on(.broadcast(chunks[0]))
    #expect(script.wait(499).requests.isEmpty)
    #expect(script.wait(1).requests == [[1, 1]])
    // The answer gets lost: it is asked for again.
    #expect(script.wait(499).requests.isEmpty)
    #expect(script.wait(1).requests == [[1, 1]])
    #expect(script.hear(.weights(chunks[1])).sampled == [[2, 0]])
  }

  @Test("Nothing is asked of a silent learner") func nothingIsAskedOfASilentLearner() {
    var script = WorkerScript()
    script.join(version: 0)
    _ = script.hearTask(step: 0, slot: 0, version: 0, lease: 1)
    _ = script.waitInSilence(3_001)
    #expect((0..<10).flatMap { _ in script.waitInSilence(1_000).requests }.isEmpty)
    #expect(script.wait(0).requests == [[0, 0, 1]])
  }

  static let damage: [(String, @Sendable (inout WeightChunk) -> Void)] = [
    ("digest", { $0.digest ^= 1 }),
    ("bytes", { $0.bytes = altered($0.bytes) { $0[0] ^= 1 } }),
    ("too short", { $0.bytes = altered($0.bytes) { $0.removeLast() } }),
    ("empty", { $0.bytes = WeightBytes([]) }),
    ("too long", { $0.bytes = altered($0.bytes) { $0.append(0) } }),
    ("index", { $0.index = 3 }),
    ("largest index", { $0.index = .max }),
    ("count", { $0.count = 4 }),
    ("no count", { $0.count = 0 }),
    ("total", { $0.totalBytes = 1 << 60 }),
  ]

  @Test("A damaged chunk is dropped and still missing", arguments: damage.indices)
  func aDamagedChunkIsDroppedAndStillMissing(index: Int) {
    let (name, damage) = Self.damage[index]
    var script = WorkerScript()
    script.join(version: 0)
    _ = script.hearTask(step: 0, slot: 0, version: 0, lease: 1)
    var chunks = Fixture.chunks(0)
    let sound = chunks[0]
    damage(&chunks[0])
    let actions = chunks.flatMap { script.on(.broadcast($0)) }
    #expect(actions.loaded.isEmpty, "\(name)")
    #expect(actions.contains { if case .notify(.chunkDropped) = $0 { true } else { false } }, "\(name)")
    #expect(script.on(.broadcast(sound)).contains(.load(version: 0, bytes: Fixture.weights(0))), "\(name)")
  }

  @Test("Versions change between batches only") func versionsChangeBetweenBatchesOnly() {
    var script = WorkerScript()
    script.join(version: 0)
    _ = script.broadcast(0)
    #expect(script.hearTask(step: 1, slot: 0, version: 0, lease: 1).loaded == [0])
    _ = script.broadcast(1)
    let later = script.hearTask(step: 2, slot: 0, version: 1, lease: 2)
    #expect(later.loaded.isEmpty && later.sampled.isEmpty)
    // A task of the running version joins the batch.
    #expect(script.hearTask(step: 1, slot: 1, version: 0, lease: 3).sampled == [[1, 1]])
    #expect(script.finish(step: 1, slot: 0).loaded.isEmpty)
    let change = script.finish(step: 1, slot: 1)
    #expect(change.loaded == [1])
    #expect(change.sampled == [[2, 0]])
  }

  @Test("Two versions are kept and never one that a task needs is dropped") func twoVersionsAreKeptAndNeverOneThatATaskNeedsIsDropped() {
    var script = WorkerScript()
    script.join(version: 0)
    _ = script.broadcast(0)
    _ = script.hearTask(step: 1, slot: 0, version: 0, lease: 1)
    _ = script.broadcast(1)
    _ = script.hearTask(step: 2, slot: 0, version: 1, lease: 2)
    // Both are needed: the third finds no room and is asked for once a task needs it.
    #expect(script.broadcast(2).isEmpty)
    _ = script.finish(step: 1, slot: 0)
    let third = script.hearTask(step: 3, slot: 0, version: 2, lease: 3)
    #expect(third.requests.isEmpty)
    #expect(script.wait(500).requests == [[2, 0, 1]])
    _ = Fixture.chunks(2).map { script.hear(.weights($0)) }
    #expect(script.finish(step: 2, slot: 0).loaded == [2])
    // An old version that nobody needs displaces nothing.
    #expect(script.broadcast(1).isEmpty)
  }

  @Test("Tasks of a version that is gone are dropped") func tasksOfAVersionThatIsGoneAreDropped() {
    var script = WorkerScript()
    script.join(version: 5)
    _ = script.hear(
      .tasks([Fixture.task(step: 2, slot: 0, version: 1, lease: 1), Fixture.task(step: 6, slot: 0, version: 5, lease: 2)]))
    // What was not asked for is none of its concern.
    _ = script.hear(.weightsGone(policyVersion: 0, newest: 5))
    // One that is yet to come is asked for again.
    _ = script.hear(.weightsGone(policyVersion: 5, newest: 4))
    _ = script.hear(.weightsGone(policyVersion: 1, newest: 5))
    #expect(script.wait(1_000).leases == [[2]])
    let complete = Fixture.chunks(5).flatMap { script.hear(.weights($0)) }
    #expect(complete.sampled == [[6, 0]])
  }
}

/// Bytes of which some are changed.
private func altered(_ bytes: WeightBytes, _ change: (inout [UInt8]) -> Void) -> WeightBytes {
  var copy = bytes.copy()
  change(&copy)
  return WeightBytes(copy)
}

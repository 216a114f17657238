import Cluster
import SimulationSupport
import TestSupport
import Testing
import Wire

@Suite struct WorkerDeltaTests {
  private let stock = DeltaStock()

  /// Ends the batch of step `version + 1` and asks for a task of another version.
  private func advance(_ script: inout WorkerScript, from version: Int, to next: Int) -> [WorkerMachine.Action] {
    script.finish(step: UInt32(version) + 1, slot: 0)
      + script.hearTask(step: UInt32(next) + 1, slot: 0, version: UInt32(next), lease: UInt64(next) + 2)
  }

  @Test("A broadcast delta makes the next version in any order") func aBroadcastDeltaMakesTheNextVersionInAnyOrder() {
    var script = WorkerScript()
    script.join(stock, sampling: 0)
    let chunks = stock.broadcast(1)
    #expect(chunks.count > 1 && chunks.allSatisfy { $0.base == 0 })
    var actions: [WorkerMachine.Action] = []
    for chunk in chunks.reversed() { actions += script.on(.broadcast(chunk)) }
    #expect(actions == [.notify(.versionComplete(1))])
    let next = advance(&script, from: 0, to: 1)
    #expect(next.loadedBytes == [stock.versions[1]])
    #expect(next.requests.isEmpty)
  }

  @Test("Deltas follow one another while the sampler keeps its version") func deltasFollowOneAnotherWhileTheSamplerKeepsItsVersion() {
    var script = WorkerScript()
    script.join(stock, sampling: 0)
    for version in 1...5 {
      for chunk in stock.broadcast(version) { #expect(script.on(.broadcast(chunk)).loaded.isEmpty) }
      let next = advance(&script, from: version - 1, to: version)
      #expect(next.loadedBytes == [stock.versions[version]])
    }
  }

  @Test("A worker that skipped versions gets the chain") func aWorkerThatSkippedVersionsGetsTheChain() {
    var script = WorkerScript()
    script.join(stock, sampling: 2)
    let asked = advance(&script, from: 2, to: 5) + script.wait(500)
    #expect(asked.bases == [2])
    let (actions, chunks) = script.serve(asked, from: stock)
    #expect(actions.loadedBytes == [stock.versions[5]])
    #expect(Set(actions.bases) == [2, 3, 4])
    #expect(chunks.reduce(0) { $0 + $1.bytes.count } < 800)
  }

  @Test("A chain that is longer than the key frame is not sent") func aChainThatIsLongerThanTheKeyFrameIsNotSent() {
    let stock = DeltaStock(count: 10, share: 600)
    var script = WorkerScript()
    script.join(stock, sampling: 0)
    let asked = advance(&script, from: 0, to: 9) + script.wait(500)
    #expect(asked.bases == [0])
    let (actions, chunks) = script.serve(asked, from: stock)
    #expect(actions.loadedBytes == [stock.versions[9]])
    #expect(chunks.allSatisfy { $0.base == nil } && chunks.count == 50)
  }

  @Test("A late worker gets the key frame") func aLateWorkerGetsTheKeyFrame() {
    var script = WorkerScript()
    script.join(stock, version: 5)
    let (actions, chunks) = script.serve(script.hearTask(step: 6, slot: 0, version: 5, lease: 1), from: stock)
    #expect(actions.loadedBytes == [stock.versions[5]])
    #expect(chunks.allSatisfy { $0.base == nil } && chunks.count == 50)
    #expect(actions.bases.allSatisfy { $0 == nil })
  }

  @Test("A delta without its base is of no use") func aDeltaWithoutItsBaseIsOfNoUse() {
    var script = WorkerScript()
    script.join(stock, version: 3)
    for chunk in stock.broadcast(4) { #expect(script.on(.broadcast(chunk)).isEmpty) }
    let asked = script.hearTask(step: 5, slot: 0, version: 4, lease: 1) + script.wait(500)
    #expect(script.serve(asked, from: stock).actions.loadedBytes == [stock.versions[4]])
  }

  @Test("A delta waits for its base") func aDeltaWaitsForItsBase() {
    var script = WorkerScript()
    script.join(stock, version: 4)
    let asked = script.hear(
      .tasks([Fixture.task(step: 5, slot: 0, version: 4, lease: 1), Fixture.task(step: 6, slot: 0, version: 5, lease: 2)]))
    for chunk in stock.broadcast(5) { #expect(script.on(.broadcast(chunk)).loaded.isEmpty) }
    let actions = script.serve(asked, from: stock).actions
    #expect(actions.loadedBytes == [stock.versions[4]])
    #expect(actions.contains(.notify(.versionComplete(5))))
    #expect(script.finish(step: 5, slot: 0).loadedBytes == [stock.versions[5]])
  }

  @Test("A missed chunk of a delta is asked for alone") func aMissedChunkOfADeltaIsAskedForAlone() {
    var script = WorkerScript()
    script.join(stock, sampling: 4)
    for chunk in stock.broadcast(5) where chunk.index != 1 { _ = script.on(.broadcast(chunk)) }
    #expect(advance(&script, from: 4, to: 5).requests.isEmpty)
    let asked = script.wait(500)
    #expect(asked.requests == [[5, 1]])
    #expect(asked.bases == [4])
    #expect(script.serve(asked, from: stock).actions.loadedBytes == [stock.versions[5]])
  }

  @Test("A delta that spoils its tensors is replaced by the key frame") func aDeltaThatSpoilsItsTensorsIsReplacedByTheKeyFrame() {
    var script = WorkerScript()
    script.join(stock, sampling: 4)
    // Another delta than the learner made, intact on its way: version 5 comes out wrong.
    let wrong =
      WeightDelta.encode(WeightBytes(stock.versions[3]), against: WeightBytes(stock.versions[2]), manifest: DeltaStock.manifest) ?? []
    var actions: [WorkerMachine.Action] = []
    let frame = WeightFrame(WeightBytes(wrong), policyVersion: 5, base: 4, manifest: DeltaStock.manifest)
    for chunk in stock.chunks(of: frame) { actions += script.on(.broadcast(chunk)) }
    #expect(actions.droppedDeltas == [5])
    // Its delta is not taken again, whoever sends it.
    for chunk in stock.broadcast(5) { #expect(script.on(.broadcast(chunk)).isEmpty) }
    let asked = advance(&script, from: 4, to: 5) + script.wait(500)
    #expect(asked.bases == [nil])
    #expect(script.serve(asked, from: stock).actions.loadedBytes == [stock.versions[5]])
  }

  @Test("A delta that claims to be as long as a key frame is ignored", arguments: [0, 800, 1 << 40, .max] as [UInt64])
  func aDeltaThatClaimsToBeAsLongAsAKeyFrameIsIgnored(bytes: UInt64) {
    var script = WorkerScript()
    script.join(stock, sampling: 4)
    var chunk = stock.broadcast(5)[0]
    chunk.totalBytes = bytes
    chunk.count = .max
    #expect(script.on(.broadcast(chunk)).isEmpty)
  }

  /// Chunks that are lost, doubled and late, and tasks of up to three versions: whatever is loaded is right, and all are served.
  @Test("Loss and disorder never change the bits", arguments: 0..<200 as Range<UInt64>)
  func lossAndDisorderNeverChangeTheBits(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let stock = DeltaStock(count: 9, share: [0, 5, 30, 200].randomElement(using: &random) ?? 0, retained: 9, seed: seed)
    var script = WorkerScript()
    script.join(stock, version: 0)
    var late: [WeightChunk] = []
    for version in 0..<9 {
      let broadcast = (stock.broadcast(version) + late).shuffled(using: &random)
      late = []
      let loss = ([0, 0.2, 1] as [Double]).randomElement(using: &random) ?? 0
      // A step is sampled from a version up to two before the newest.
      let task = [UInt32(version), UInt32(max(0, version - Int.random(in: 0...2, using: &random)))]
      var actions = script.hearTask(step: task[0], slot: 0, version: task[1], lease: UInt64(version) + 1)
      for chunk in broadcast where !random.happens(loss) {
        actions += script.on(.broadcast(chunk))
        if random.happens(0.1) { late.append(chunk) }
      }
      for _ in 0..<300 where script.tickets.isEmpty { actions += answer(&script, stock, actions, &random) + script.wait(250) }
      #expect(!script.tickets.isEmpty, "seed \(seed): the task of version \(task[1]) waits")
      for case .load(let version, let bytes) in actions { #expect(bytes == stock.versions[Int(version)], "seed \(seed)") }
      _ = script.finish(step: task[0], slot: 0)
      _ = script.hear(.acknowledge(WorkItem(step: task[0], slot: 0), disposition: .accepted))
      script.tickets = [:]
    }
  }

  /// Answers the last request of these actions, as far as nothing gets lost.
  private func answer(
    _ script: inout WorkerScript, _ stock: DeltaStock, _ actions: [WorkerMachine.Action], _ random: inout SeededRandom
  ) -> [WorkerMachine.Action] {
    guard case .weightsRequest(let version, let base, let chunks) = actions.sent.last(where: Self.isRequest),
      let frame = stock.published.frame(towards: version, from: base)
    else { return [] }
    var answers: [WorkerMachine.Action] = []
    for index in chunks where Int(index) < frame.chunkCount && !random.happens(0.1) {
      answers += script.hear(.weights(frame.chunk(Int(index))))
    }
    return answers
  }

  private static func isRequest(_ message: WorkerMessage) -> Bool {
    if case .weightsRequest = message { true } else { false }
  }
}

@Suite struct PublishedWeightsTests {
  @Test("A version is broadcast by whichever frame is shorter") func aVersionIsBroadcastByWhicheverFrameIsShorter() throws {
    let few = DeltaStock(share: 30)
    let delta = try #require(few.published.broadcast(of: 5))
    #expect(delta.base == 4 && delta.bytes.count < 800)
    let all = DeltaStock(share: 1000, seed: 2)
    var published = all.published
    published.add(WeightFrame(WeightBytes(all.versions[0]), policyVersion: 6, manifest: DeltaStock.manifest), delta: nil)
    #expect(published.broadcast(of: 6)?.base == nil)
    #expect(published.broadcast(of: 6)?.bytes.array() == all.versions[0])
  }

  @Test("A released version is not handed out but leads on") func aReleasedVersionIsNotHandedOutButLeadsOn() {
    let stock = DeltaStock(retained: 1)
    #expect(stock.published.frame(towards: 4, from: nil) == nil)
    #expect(stock.published.frame(towards: 5, from: 3)?.policyVersion == 4)
    #expect(stock.published.frame(towards: 5, from: nil)?.bytes.array() == stock.versions[5])
    // Nobody's base: itself, or a later one.
    for base in [5, 6, .max] as [UInt32] { #expect(stock.published.frame(towards: 5, from: base)?.base == nil) }
  }

  @Test("Deltas are kept while their chain is shorter than a key frame") func deltasAreKeptWhileTheirChainIsShorterThanAKeyFrame() {
    let stock = DeltaStock(count: 60, share: 60, retained: 1)
    let reach = (0..<59).filter { stock.published.frame(towards: 59, from: $0)?.base != nil }
    #expect(reach == Array(reach[0]..<59))
    #expect(reach.count > 2 && reach.count < 30)
  }
}

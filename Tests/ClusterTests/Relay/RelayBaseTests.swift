import Cluster
import SimulationSupport
import Testing
import Wire

@Suite struct RelayBaseTests {
  private let base = SimulatedBase()
  private var found: RelayMachine.Event { .base(.found(LocalBase(place: .file("base"), weights: base))) }
  private let missing = RelayMachine.Event.base(.missing(sha256: SimulatedBase.described.sha256))

  private var welcome: Welcome {
    Welcome(
      incarnation: 1, run: "run", heartbeatMilliseconds: 1_000, leaseMilliseconds: 5_000, publisher: "inproc", policyVersion: 3,
      manifest: DeltaStock.manifest, baseWeights: SimulatedBase.described, files: [], timeOfDay: 0)
  }

  /// A relay that was welcomed to a run with base weights, and what it did then.
  private func joined() -> (script: RelayScript, actions: [RelayMachine.Action]) {
    var script = RelayScript()
    _ = script.on(.start)
    let actions = script.hear(.welcome(welcome))
    return (script, actions)
  }

  @Test func `A relay fetches base weights once, when the first worker asks, and hands on what its host keeps`() {
    var (script, actions) = joined()
    #expect(actions.orders == [.find(welcome)])
    #expect(script.on(missing).orders.isEmpty)
    let first = script.ask(BaseDescription.version, from: "a")
    #expect(first.orders == [.begin(SimulatedBase.described)])
    // Not there yet: the worker asks again.
    #expect(first.told == [.weightsGone(policyVersion: BaseDescription.version, newest: 3)])
    #expect(first.baseRequests == [10])
    let second = script.ask(BaseDescription.version, from: "b")
    #expect(second.orders.isEmpty && second.baseRequests.isEmpty && second.told.count == 1)
    for index in 0..<UInt32(base.baseDescription.manifest.chunkCount) {
      let taken = script.hear(.weights(base.chunk(Int(index))))
      #expect(taken.orders == [.write(base.chunk(Int(index)), of: SimulatedBase.described)])
      #expect(taken.told.isEmpty && taken.published.isEmpty)
      _ = script.on(.base(.written(chunk: index, sha256: SimulatedBase.described.sha256)))
    }
    #expect(script.ask(BaseDescription.version, from: "a").sentBase.isEmpty)
    _ = script.on(found)
    #expect(script.ask(BaseDescription.version, from: "a").sentBase == [Peer("a")])
    #expect(script.ask(BaseDescription.version, from: "b").sentBase == [Peer("b")])
  }

  @Test func `What its host has is not fetched`() {
    var script = joined().script
    _ = script.on(found)
    let asked = script.ask(BaseDescription.version)
    #expect(asked.sentBase == [Peer("w")] && asked.baseRequests.isEmpty && asked.told.isEmpty)
  }

  @Test func `Its welcome describes them`() {
    var script = joined().script
    let welcomes = script.on(.worker(.hello(Hello(worker: "w", software: "s", fingerprint: "f", credits: 0)), from: Peer("w"))).welcomes
    #expect(welcomes.map(\.baseWeights) == [SimulatedBase.described])
  }

  @Test func `Strangers get none`() {
    var script = joined().script
    _ = script.on(found)
    let answer = script.on(.worker(.weightsRequest(policyVersion: BaseDescription.version, chunks: []), from: Peer("stranger")))
    #expect(answer.sentBase.isEmpty)
    guard case .refuse(let refusal)? = answer.told.first else {
      Issue.record("\(answer)")
      return
    }
    #expect(refusal.code == .unknownWorker)
  }

  @Test func `Broadcasts that pass for base weights are not handed on`() {
    var script = joined().script
    let actions = script.on(.broadcast(base.chunk(0)))
    #expect(actions.published.isEmpty && actions.orders.isEmpty)
  }

  @Test func `A run without base weights has none to ask for`() {
    var script = RelayScript()
    let stock = DeltaStock()
    _ = script.join(stock, version: 2)
    let actions = script.serve(script.ask(BaseDescription.version) + script.wait(600), from: stock)
    #expect(actions.sentBase.isEmpty && actions.orders.isEmpty)
  }

  @Test func `A full disk ends the relay with its line`() {
    var script = joined().script
    #expect(script.on(.base(.failed(reason: "the disk is full"))).outcome == .failed(reason: "the disk is full"))
  }

  @Test func `A worker stays with a relay that says it is fetching, and leaves one that says nothing`() {
    for says in [true, false] {
      var route = WeightRoute(
        hello: Hello(worker: "w", software: "s", fingerprint: "f", credits: 0), helloRetry: 100, patience: 1_000, now: 0)
      route.note(learner: welcome, now: 0)
      _ = route.hear(.welcome(welcome), now: 0)
      let request = WorkerMessage.weightsRequest(policyVersion: BaseDescription.version, chunks: [0])
      var last: WeightRoute.Destination?
      for second in 1...10 as ClosedRange<Milliseconds> {
        last = route.destination(of: request, now: 1_000 * second)
        if says { _ = route.hear(.weightsGone(policyVersion: BaseDescription.version, newest: 3), now: 1_000 * second) }
        // A policy version leads to no base weights.
        _ = route.hear(.heartbeatReply(incarnation: 1), now: 1_000 * second)
        route.hear(DeltaStock().keyFrame(3)[0])
        _ = route.advance(now: 1_000 * second)
      }
      #expect(last == (says ? .relay : .learner))
    }
  }
}

extension [RelayMachine.Action] {
  fileprivate var orders: [BaseOrder] {
    compactMap { action in
      if case .base(let order) = action { order } else { nil }
    }
  }

  /// To whom base weights are sent.
  fileprivate var sentBase: [Peer] {
    compactMap { action in
      if case .sendBase(_, let peer) = action { peer } else { nil }
    }
  }

  /// How many chunks of base weights are asked of the learner, by request.
  fileprivate var baseRequests: [Int] {
    toldLearner.compactMap { message in
      if case .weightsRequest(BaseDescription.version, nil, let chunks) = message { chunks.count } else { nil }
    }
  }
}

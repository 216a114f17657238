import Cluster
import TestSupport
import Wire

/// A relay's process: what dies with it.
struct RelayProcess {
  let life: Int
  var machine: RelayMachine
  var clock: SkewedClock

  /// Where its weights leave from, in this life.
  let publisher: String

  /// Whether it listens to the learner's publisher.
  var isSubscribed = false
  var desk = BaseDesk()
  var lastEvent: Milliseconds
  var stalledUntil: Milliseconds = 0
  var garblesUntil: Milliseconds = 0
}

/// A relay's name and places in the network, whoever sits there.
struct RelaySeat {
  let peer: Peer

  /// Its link to the learner.
  let link: Int

  /// The links of its workers, by their names.
  var hops: [Peer: Int] = [:]
  var process: RelayProcess?
  var hasLeft = false

  /// Whether its disk or what it was sent made it fail.
  var mayFail = false
}

extension Cluster {
  /// Seats the relays, and links workers to them.
  func seatRelays() {
    for index in 0..<scenario.relays {
      relays.append(RelaySeat(peer: Peer("relay\(index)"), link: links.count))
      links.append(Link(.relay(index)))
    }
    guard !relays.isEmpty else { return }
    for index in workers.indices where random.happens(0.8) {
      let relay = random.below(relays.count)
      workers[index].hop = links.count
      relays[relay].hops[workers[index].peer] = links.count
      links.append(Link(.hop(worker: index, relay: relay)))
    }
  }

  func startRelay(_ index: Int) {
    guard relays[index].process == nil, !relays[index].hasLeft else { return }
    lives += 1
    let plan = RelayPlan(
      name: relays[index].peer.description, software: "simulation", helloRetry: 200, repairAfter: 200, chunksPerRequest: 2,
      patience: 1_000)
    note(.relayStarts, UInt64(index)) { "\(plan.name) starts" }
    // Its port is a new one, or the same again.
    let publisher = random.happens(0.5) ? "\(plan.name).\(lives)" : plan.name
    relays[index].process = RelayProcess(
      life: lives, machine: RelayMachine(plan: plan), clock: SkewedClock(&random, at: now), publisher: publisher, lastEvent: now)
    agenda.plan(.relayTick(index, life: lives), at: now + Self.tick)
    tellRelay(index, .start)
  }

  func tickRelay(_ index: Int, life: Int) {
    guard let process = relays[index].process, process.life == life, !isRelayStalled(index, .relayTick(index, life: life)) else { return }
    let due = process.lastEvent + Self.tick
    if due > now { return agenda.plan(.relayTick(index, life: life), at: due) }
    tellRelay(index, .tick)
    if relays[index].process?.life == life { agenda.plan(.relayTick(index, life: life), at: now + Self.tick) }
  }

  func tellRelay(_ index: Int, _ event: RelayMachine.Event) {
    guard let life = relays[index].process?.life, let time = relays[index].process?.clock.now(at: now) else { return }
    relays[index].process?.lastEvent = now
    let actions = relays[index].process?.machine.handle(event, now: time) ?? []
    for action in actions {
      guard relays[index].process?.life == life, violation == nil else { return }
      if !isCalm, random.happens(scenario.deathWithinEvents) {
        tally.count(.relayKilledWithinAnEvent)
        return killRelay(index)
      }
      perform(action, byRelay: index, life: life)
    }
  }

  private func perform(_ action: RelayMachine.Action, byRelay index: Int, life: Int) {
    switch action {
    case .tellLearner(let message): transmit(message, over: relays[index].link)
    case .subscribe: relays[index].process?.isSubscribed = true
    case .publish(let chunk):
      tally.count(.chunkHandedOn)
      for link in relays[index].hops.values.sorted() where isListening(link) { broadcast(garbled(chunk, by: index), over: link) }
    case .tell(let message, let peer): tell(message, to: peer, byRelay: index)
    case .welcome(var welcome, let peer):
      welcome.publisher = relays[index].process?.publisher ?? ""
      tell(.welcome(welcome), to: peer, byRelay: index)
    case .send(let frame, let chunks, let peer):
      tally.count(frame.base == nil ? .keyFrameFromARelay : .deltaFromARelay)
      for place in 0..<frame.chunkCount where chunks.isEmpty || chunks.contains(UInt32(place)) {
        tell(.weights(garbled(frame.chunk(place), by: index)), to: peer, byRelay: index)
      }
    case .base(let order): self.order(order, at: .relay(index, life: life))
    case .sendBase(let chunks, let peer):
      guard let base = relays[index].process?.desk.found else { return violate("relay\(index) hands on base weights that it has not") }
      tally.count(.baseFromARelay)
      for chunk in baseChunks(chunks, of: base, to: peer) { tell(.weights(chunk), to: peer, byRelay: index) }
    case .notify(let notice):
      note(.relayNotice, UInt64(index)) { "relay\(index): \(notice)" }
      if case .requested = notice { tally.count(.weightsAskedByARelay) }
      if case .versionComplete = notice, let machine = relays[index].process?.machine {
        checkBounds(of: machine, of: relays[index].peer.description)
      }
    case .end(let outcome):
      note(.relayEnds, UInt64(index)) { "relay\(index) ends: \(outcome)" }
      relays[index].process = nil
      switch outcome {
      case .finished where judge.isComplete: break
      case .failed where relays[index].mayFail:
        relays[index].mayFail = false
        agenda.plan(.startRelay(index), at: now + random.within(10...2_000))
      case .stopped: agenda.plan(.startRelay(index), at: now + random.within(10...2_000))
      default: violate("relay\(index) ended: \(outcome)")
      }
    }
  }

  private func tell(_ message: LearnerMessage, to peer: Peer, byRelay index: Int) {
    if let link = relays[index].hops[peer] { transmit(message, over: link) }
  }

  /// A chunk as it leaves a relay whose memory flips bits now and then.
  private func garbled(_ chunk: WeightChunk, by index: Int) -> WeightChunk {
    guard (relays[index].process?.garblesUntil ?? 0) > now, random.happens(0.3) else { return chunk }
    tally.count(.garbageFromARelay)
    var (other, bytes) = (chunk, chunk.bytes.copy())
    bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
    other.bytes = WeightBytes(bytes)
    return other
  }

  func killRelay(_ index: Int) {
    guard relays[index].process != nil else { return }
    note(.relayDies, UInt64(index)) { "relay\(index) dies" }
    relays[index].process = nil
    if random.happens(0.2) {
      tally.count(.relayLeftForGood)
      relays[index].hasLeft = true
    } else {
      agenda.plan(.startRelay(index), at: now + random.within(10...4_000))
    }
  }

  /// Whether a relay's process stands still; the event waits until it goes on.
  func isRelayStalled(_ index: Int, _ event: Event) -> Bool {
    guard let until = relays[index].process?.stalledUntil, until > now else { return false }
    agenda.plan(event, at: until)
    return true
  }

  // MARK: A relay's workers

  /// What a worker's route makes of what its relay says.
  func hearRelay(_ message: LearnerMessage, at worker: Int) {
    guard let time = workers[worker].process?.clock.now(at: now) else { return }
    follow(workers[worker].process?.route?.hear(message, now: time) ?? [], by: worker)
  }

  func follow(_ actions: [WeightRoute.Action], by worker: Int) {
    guard let life = workers[worker].process?.life else { return }
    for action in actions {
      guard workers[worker].process?.life == life, violation == nil else { return }
      switch action {
      case .tellRelay(let message): if let hop = workers[worker].hop { transmit(message, over: hop) }
      case .subscribeToRelay(let publisher): workers[worker].process?.relayPublisher = publisher
      case .subscribeToLearner: workers[worker].process?.isSubscribed = true
      case .unsubscribeFromLearner: workers[worker].process?.isSubscribed = false
      case .pass(let message): tellWorker(worker, .relayed(message))
      case .notify(let notice):
        note(.weightRouteNotice, UInt64(worker)) { "w\(worker): \(notice)" }
        if notice == .relayFound { tally.count(.relayFound) }
        if case .relayLost = notice { tally.count(.relayGivenUp) }
      }
    }
  }
}

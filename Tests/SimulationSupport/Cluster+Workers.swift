import Cluster
import EMPO
import TestSupport
import Wire

/// A worker's process: what dies with it.
struct WorkerProcess {
  let life: Int
  var machine: WorkerMachine
  var clock: SkewedClock

  /// Whether it listens to the learner's publisher.
  var isSubscribed = false

  /// Which publisher of its relay it listens to, and what decides that; nil without a relay.
  var relayPublisher: String?
  var route: WeightRoute?
  var lastEvent: Milliseconds
  var stalledUntil: Milliseconds = 0

  var desk = BaseDesk()

  /// Whether there is a sampler: from when on the base weights are there, where the run has some.
  var isPrepared = false

  // The engine: its sampler's weights, when it is free, and what is wrong with it.
  var loaded: [UInt8]?
  var freeAt: Milliseconds = 0
  var hungUntil: Milliseconds = 0
  var slowUntil: Milliseconds = 0
  var garblesUntil: Milliseconds = 0
}

/// A worker's name and place in the network, whoever sits there.
struct WorkerSeat {
  let peer: Peer

  /// The link to its relay; nil where it has none.
  var hop: Int?
  var process: WorkerProcess?
  var hasLeft = false

  /// Whether the engine hangs until the process dies.
  var hangsForEver = false

  /// Whether its disk or what it was sent made it fail.
  var mayFail = false

  /// Whether the learner was made to find fault with the worker, which may then be refused.
  var isSuspect = false
}

extension Cluster {
  /// How long a worker may wait for weights where nothing goes wrong any more.
  static let starvation: Milliseconds = 60_000

  func startWorker(_ index: Int) {
    guard workers[index].process == nil, !workers[index].hasLeft else { return }
    lives += 1
    let plan = WorkerPlan(
      name: workers[index].peer.description, software: "simulation", fingerprint: "f", credits: UInt32(random.within(1...4)),
      helloRetry: 200, repairAfter: 200, chunksPerRequest: 2, relayPatience: 700, drain: 500, patience: 1_000)
    note(.workerStarts, UInt64(index)) { "\(plan.name) starts" }
    workers[index].hangsForEver = false
    let clock = SkewedClock(&random, at: now)
    workers[index].process = WorkerProcess(life: lives, machine: WorkerMachine(plan: plan), clock: clock, lastEvent: now)
    if workers[index].hop != nil {
      workers[index].process?.route = WeightRoute(
        hello: Hello(worker: plan.name, software: plan.software, fingerprint: plan.fingerprint, credits: 0), helloRetry: plan.helloRetry,
        patience: plan.relayPatience, now: clock.now(at: now))
    }
    agenda.plan(.workerTick(index, life: lives), at: now + Self.tick)
    tellWorker(index, .start)
  }

  func tickWorker(_ index: Int, life: Int) {
    guard let process = workers[index].process, process.life == life, !isStalled(index, .workerTick(index, life: life)) else { return }
    let due = process.lastEvent + Self.tick
    if due > now { return agenda.plan(.workerTick(index, life: life), at: due) }
    tellWorker(index, .tick)
    if workers[index].process?.life == life { agenda.plan(.workerTick(index, life: life), at: now + Self.tick) }
  }

  /// The engine has something to say, unless it hangs.
  func hear(_ report: WorkerMachine.Event, worker index: Int, life: Int) {
    guard let process = workers[index].process, process.life == life else { return }
    let event = Event.engine(report, worker: index, life: life)
    if process.hungUntil > now {
      if !workers[index].hangsForEver { agenda.plan(event, at: process.hungUntil) }
      return
    }
    if !isStalled(index, event) { tellWorker(index, report) }
  }

  func tellWorker(_ index: Int, _ event: WorkerMachine.Event) {
    guard let life = workers[index].process?.life, let time = workers[index].process?.clock.now(at: now) else { return }
    workers[index].process?.lastEvent = now
    if case .message(.welcome(let welcome)) = event { workers[index].process?.route?.note(learner: welcome, now: time) }
    guard let actions = workers[index].process?.machine.handle(event, now: time) else { return }
    for action in actions {
      guard workers[index].process?.life == life, violation == nil else { return }
      if !isCalm, random.happens(scenario.deathWithinEvents) {
        tally.count(.workerKilledWithinAnEvent)
        return killWorker(index)
      }
      perform(action, by: index, life: life)
    }
    follow(workers[index].process?.route?.advance(now: time) ?? [], by: index)
  }

  private func perform(_ action: WorkerMachine.Action, by index: Int, life: Int) {
    switch action {
    case .send(let message): send(message, from: index)
    case .subscribe(let publisher):
      if let due = workers[index].process?.route?.subscribe(to: publisher) {
        follow(due, by: index)
      } else {
        workers[index].process?.isSubscribed = true
      }
    case .base(let order): self.order(order, at: .worker(index, life: life))
    case .prepare(let welcome, let base):
      let isRight = scenario.hasBase == (base != nil) && welcome.baseWeights == (base == nil ? nil : SimulatedBase.described)
      if !isRight { violate("w\(index) is prepared with base weights in \(base.map { "\($0)" } ?? "no place")") }
      workers[index].process?.isPrepared = true
      workers[index].process?.loaded = nil
      workers[index].process?.freeAt = now + random.within(0...200)
    case .load(let version, let bytes):
      note(.workerLoads, UInt64(index) << 16 | UInt64(version)) { "w\(index) loads version \(version)" }
      if !scenario.liars.isLenient, bytes != versions[Int(version)] { violate("w\(index) put version \(version) together wrong") }
      workers[index].process?.loaded = bytes
    case .sample(let ticket, let task): sample(task, ticket: ticket, by: index, life: life)
    case .cancel: tally.count(.taskCancelled)
    case .notify(let notice):
      note(.workerNotice, UInt64(index)) { "w\(index): \(notice)" }
      if case .waiting(.weights, let time) = notice, now > scenario.calm + Self.starvation, time > Self.starvation {
        violate("w\(index) gets no weights")
      }
      if case .base(.damaged) = notice { tally.count(.baseDamaged) }
      if case .waiting(.baseWeights, let time) = notice, now > scenario.calm + Self.starvation, time > Self.starvation {
        violate("w\(index) gets no base weights")
      }
    case .end(let outcome): end(index, outcome)
    }
  }

  private func send(_ message: WorkerMessage, from index: Int) {
    if case .result(let result) = message {
      note(.groupSent, UInt64(index) << 32 | UInt64(result.item.step) << 16 | UInt64(result.item.slot)) { "w\(index) sends \(result.item)" }
      if isGarbling(index) { transmit(garbled(message, result), over: index) }
    } else if case .heartbeat(let heartbeat) = message, !workers[index].hangsForEver {
      // One that hangs keeps what it was ever given.
      let bound = 2 * Int(plan.lag + 1) * Int(plan.questionsPerStep) + 4 * Int(plan.heldOut) + 4 * Int(plan.gradients?.parts ?? 0) + 4
      if heartbeat.leases.count > bound { violate("w\(index) holds \(heartbeat.leases.count) leases") }
    }
    let time = workers[index].process?.clock.now(at: now) ?? 0
    switch workers[index].process?.route?.destination(of: message, now: time) ?? .learner {
    case .learner: transmit(message, over: index)
    case .relay: if let hop = workers[index].hop { transmit(message, over: hop) }
    case .nowhere: break
    }
  }

  func isGarbling(_ index: Int) -> Bool { (workers[index].process?.garblesUntil ?? 0) > now && random.happens(0.5) }

  private func sample(_ task: Task, ticket: UInt64, by index: Int, life: Int) {
    guard let process = workers[index].process else { return }
    let isRight = process.loaded == versions[Int(task.policyVersion)] || scenario.liars.isLenient
    guard isRight, let weights = process.loaded else {
      return violate("w\(index) does \(task.item) from other weights than version \(task.policyVersion)'s")
    }
    guard process.isPrepared, !scenario.hasBase || process.desk.found?.all == SimulatedBase.right else {
      return violate("w\(index) does \(task.item) on other base weights")
    }
    let isSlow = process.slowUntil > now
    if isSlow { tally.count(.engineStraggled) }
    let begin = max(now, process.freeAt) + random.within(0...10)
    let end = begin + random.within(scenario.sampling) * (isSlow ? 20 : 1)
    // Of a batch, some tasks are worked on together, and some one after the other.
    workers[index].process?.freeAt = random.happens(0.5) ? begin : end
    agenda.plan(.engine(.began(ticket: ticket), worker: index, life: life), at: begin)
    if let part = task.part {
      let isStale = bug == .takesAPartOfAnotherVersion && task.policyVersion > 0
      let own = SimulatedRun.gradient(of: part, weights: isStale ? versions[Int(task.policyVersion) - 1] : weights)
      let gradient = word(of: index, on: task, own)
      guard let summary = try? gradient.summary() else { return violate("a gradient has no summary") }
      let event = WorkerMachine.Event.computed(ticket: ticket, summary: summary, bytes: gradient.bytes, seconds: 0.1)
      return agenda.plan(.engine(event, worker: index, life: life), at: end)
    }
    let question = Int(task.promptTokens[0])
    var group =
      task.item.kind.isCheck
      ? SimulatedRun.follow(task.given, task.item, question: question, weights: weights)
      : SimulatedRun.group(task.item, question: question, size: Int(task.groupSize), weights: weights)
    group = word(of: index, on: task, group)
    invent(index, after: task)
    if task.item.kind == .sample, isGarbling(index) {
      tally.count(.garbageFromTheEngine)
      garble(&group)
    }
    agenda.plan(.engine(.sampled(ticket: ticket, group: group, seconds: 0.1), worker: index, life: life), at: end)
  }

  private func end(_ index: Int, _ outcome: WorkerOutcome) {
    note(.workerEnds, UInt64(index)) { "w\(index) ends: \(outcome)" }
    workers[index].process = nil
    switch outcome {
    case .finished where !judge.isComplete: violate("w\(index) is told that the run is complete")
    case .finished: break
    case .drained:
      if random.happens(0.3), canDoWithout(index) {
        tally.count(.workerLeftForGood)
        workers[index].hasLeft = true
      } else {
        agenda.plan(.startWorker(index), at: now + random.within(10...1_000))
      }
    case .refused(let reason) where reason.hasPrefix("expelled"): workers[index].hasLeft = true
    case .refused where workers[index].isSuspect: agenda.plan(.startWorker(index), at: now + random.within(10...1_000))
    case .failed where workers[index].mayFail:
      workers[index].mayFail = false
      agenda.plan(.startWorker(index), at: now + random.within(10...1_000))
    case .refused, .gaveUp, .failed: violate("w\(index) ended: \(outcome)")
    }
  }

  /// Whether others go on where a worker never comes back. The first one is never expelled, and does not leave those who may be.
  func canDoWithout(_ index: Int) -> Bool {
    guard scenario.liars.workers.isEmpty else { return index > 0 }
    return workers.indices.contains { $0 != index && !workers[$0].hasLeft && !workers[$0].hangsForEver }
  }

  func killWorker(_ index: Int) {
    guard workers[index].process != nil else { return }
    note(.workerDies, UInt64(index)) { "w\(index) dies" }
    if workers[index].process?.desk.transfer != nil { tally.count(.killedWhileFetchingBase) }
    workers[index].process = nil
    agenda.plan(.startWorker(index), at: now + random.within(10...2_000))
  }

  /// Whether a worker's process stands still; the event waits until it goes on.
  func isStalled(_ index: Int, _ event: Event) -> Bool {
    guard let until = workers[index].process?.stalledUntil, until > now else { return false }
    agenda.plan(event, at: until)
    return true
  }
}

import Cluster
import TestSupport

extension Cluster {
  /// Something goes wrong, or gets well.
  func fault() {
    guard !isCalm else { return }
    agenda.plan(.fault, at: now + random.within(scenario.faultInterval))
    let fault = random.element(of: scenario.faults)
    let worker = random.below(workers.count)
    let relay = relays.isEmpty ? nil : random.below(relays.count)
    note(.fault, UInt64(worker)) { "fault: \(fault)" }
    switch fault {
    case .killLearner:
      guard learner != nil else { return }
      tally.count(.learnerKilled)
      killLearner(isPowerCut: false)
    case .cutPower: if learner != nil { killLearner(isPowerCut: true) }
    case .stopLearner:
      guard learner?.machine != nil else { return }
      tally.count(.learnerStopped)
      tellLearner(.stop)
    case .stallLearner:
      tally.count(.learnerStalled)
      learner?.stalledUntil = now + random.within(50...3_000)
    case .killWorker:
      guard workers[worker].process != nil else { return }
      tally.count(.workerKilled)
      killWorker(worker)
    case .drainWorker:
      guard workers[worker].process != nil else { return }
      tally.count(.workerDrained)
      tellWorker(worker, .drain)
    case .stallWorker:
      tally.count(.workerStalled)
      workers[worker].process?.stalledUntil = now + random.within(50...3_000)
    case .hangEngine:
      guard workers[worker].process != nil, !workers[worker].hangsForEver else { return }
      tally.count(.engineHung)
      // One may hang for ever, as long as another works.
      let hangsForEver = canDoWithout(worker) && random.happens(0.3)
      workers[worker].hangsForEver = hangsForEver
      workers[worker].process?.hungUntil = hangsForEver ? .max : now + random.within(100...3_000)
    case .slowEngine: workers[worker].process?.slowUntil = now + random.within(100...2_000)
    case .partition: partition()
    case .breakConnection: breakConnection(random.below(links.count))
    case .fillDisk:
      disk.isFull.toggle()
      if disk.isFull { tally.count(.diskFull) }
    case .failDisk:
      disk.failure = disk.failure > 0 ? 0 : max(0.05, scenario.diskFailure)
      if disk.failure > 0 { tally.count(.diskFailed) }
    case .jumpLearnerClock:
      guard learner != nil else { return }
      tally.count(.learnerClockJumped)
      learner?.clock.jump(by: clockJump())
    case .jumpWorkerClock:
      guard workers[worker].process != nil else { return }
      tally.count(.workerClockJumped)
      workers[worker].process?.clock.jump(by: clockJump())
    case .killRelay:
      guard let relay, relays[relay].process != nil else { return }
      tally.count(.relayKilled)
      killRelay(relay)
    case .stopRelay:
      guard let relay, relays[relay].process != nil else { return }
      tally.count(.relayStopped)
      tellRelay(relay, .stop)
    case .stallRelay:
      guard let relay, relays[relay].process != nil else { return }
      tally.count(.relayStalled)
      relays[relay].process?.stalledUntil = now + random.within(50...4_000)
    case .jumpRelayClock:
      guard let relay, relays[relay].process != nil else { return }
      tally.count(.relayClockJumped)
      relays[relay].process?.clock.jump(by: clockJump())
    case .garbage:
      if let relay, random.happens(0.3) { hearStranger(atRelay: relay) }
      if let relay, random.happens(0.5) { relays[relay].process?.garblesUntil = now + random.within(100...2_000) }
      workers[worker].process?.garblesUntil = now + random.within(100...2_000)
      if random.happens(0.3) { agenda.plan(.unreadable(worker: worker), at: now + random.within(scenario.delay)) }
      if random.happens(0.3) { hearStranger() }
    }
  }

  /// Processes that slept find their clocks ahead. Those of this system never step back, but whoever read the wall's would see that.
  private func clockJump() -> Milliseconds {
    if scenario.clocksStepBack, random.happens(0.5) { return -random.within(10...3_000) }
    return random.happens(0.5) ? random.within(10...1_000) : random.within(1_000...30_000)
  }

  /// Nothing goes wrong any more: whatever hangs goes on, and everything is reachable.
  func calmDown() {
    note(.calm, 0) { "calm" }
    disk.isFull = false
    disk.failure = 0
    disk.death = 0
    learner?.stalledUntil = 0
    for index in workers.indices {
      workers[index].process?.stalledUntil = 0
      if !workers[index].hangsForEver { workers[index].process?.hungUntil = 0 }
      workers[index].process?.slowUntil = 0
      workers[index].process?.garblesUntil = 0
    }
    for index in relays.indices {
      relays[index].process?.stalledUntil = 0
      relays[index].process?.garblesUntil = 0
    }
    for index in links.indices {
      links[index].blockedUp = 0
      links[index].blockedDown = 0
    }
  }
}

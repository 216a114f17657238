import Training
import Wire

/// A worker's link to the learner.
struct Link {
  /// The connection that messages travel on; what is under way on an earlier one is lost.
  var connection = 0

  /// Until when nothing gets through, to the learner and to the worker.
  var blockedToLearner: Milliseconds = 0
  var blockedToWorker: Milliseconds = 0
  var underWayToLearner = 0
  var underWayToWorker = 0
  fileprivate var lastToLearner: Milliseconds = 0
  fileprivate var lastToWorker: Milliseconds = 0
}

extension Cluster {
  /// Sends something to the learner over a worker's link.
  func transmit(_ message: WorkerMessage, from worker: Int) {
    guard let times = travel(links[worker].underWayToLearner, blocked: links[worker].blockedToLearner, last: &links[worker].lastToLearner)
    else { return }
    for time in [times.0, times.1].compactMap({ $0 }) {
      links[worker].underWayToLearner += 1
      agenda.plan(.toLearner(message, worker: worker, connection: links[worker].connection), at: time)
    }
  }

  func transmit(_ message: LearnerMessage, to worker: Int) {
    guard let times = travel(links[worker].underWayToWorker, blocked: links[worker].blockedToWorker, last: &links[worker].lastToWorker)
    else { return }
    for time in [times.0, times.1].compactMap({ $0 }) {
      links[worker].underWayToWorker += 1
      agenda.plan(.toWorker(message, worker: worker, connection: links[worker].connection), at: time)
    }
  }

  func broadcast(_ chunk: WeightChunk, to worker: Int) {
    if !isCalm, random.happens(scenario.chunkLoss) { return tally.count(.chunkLost) }
    guard let times = travel(links[worker].underWayToWorker, blocked: links[worker].blockedToWorker, last: &links[worker].lastToWorker)
    else { return }
    for time in [times.0, times.1].compactMap({ $0 }) {
      links[worker].underWayToWorker += 1
      agenda.plan(.chunk(chunk, worker: worker, connection: links[worker].connection), at: time)
    }
  }

  /// When a message arrives, and when its double does; nil when it never does.
  private func travel(_ underWay: Int, blocked: Milliseconds, last: inout Milliseconds) -> (Milliseconds, Milliseconds?)? {
    guard underWay < scenario.queueCapacity else {
      tally.count(.queueOverflowed)
      return nil
    }
    var time = now + random.time(scenario.delay)
    if blocked > now {
      guard random.happens(0.7) else {
        tally.count(.messageLost)
        return nil
      }
      tally.count(.messageHeldBack)
      time += blocked - now
    }
    if isCalm {
      last = max(last, time)
      return (time, nil)
    }
    if random.happens(scenario.loss) {
      tally.count(.messageLost)
      return nil
    }
    if scenario.isOrdered {
      time = max(time, last)
    } else if time < last {
      tally.count(.messageOvertaken)
    }
    last = max(last, time)
    guard random.happens(scenario.doubling) else { return (time, nil) }
    tally.count(.messageDoubled)
    return (time, time + random.time(0...2_000))
  }

  func arrive(_ message: WorkerMessage, from worker: Int, connection: Int) {
    let event = Event.toLearner(message, worker: worker, connection: connection)
    if links[worker].connection == connection, isLearnerStalled(event) { return }
    if learner == nil, random.happens(0.5) {
      // It waits in the worker's socket until there is a learner.
      return agenda.plan(event, at: now + random.time(50...1_000))
    }
    links[worker].underWayToLearner -= 1
    guard links[worker].connection == connection else { return tally.count(.messageLost) }
    deliver(.message(message, from: workers[worker].peer))
  }

  func arrive(_ message: LearnerMessage, at worker: Int, connection: Int) {
    if links[worker].connection == connection, isStalled(worker, .toWorker(message, worker: worker, connection: connection)) { return }
    links[worker].underWayToWorker -= 1
    guard links[worker].connection == connection else { return tally.count(.messageLost) }
    tellWorker(worker, .message(message))
  }

  func arrive(_ chunk: WeightChunk, at worker: Int, connection: Int) {
    if links[worker].connection == connection, isStalled(worker, .chunk(chunk, worker: worker, connection: connection)) { return }
    links[worker].underWayToWorker -= 1
    guard links[worker].connection == connection, workers[worker].process?.isSubscribed == true else { return }
    tellWorker(worker, .broadcast(chunk))
  }

  /// A connection breaks and comes back.
  func breakConnection(_ worker: Int) {
    tally.count(.connectionBroken)
    links[worker].connection += 1
    let until = now + random.time(5...500)
    links[worker].blockedToLearner = max(links[worker].blockedToLearner, until)
    links[worker].blockedToWorker = max(links[worker].blockedToWorker, until)
  }

  /// Some links, or all, carry nothing for a while, in one direction or both.
  func partition() {
    let until = now + random.time(50...4_000)
    let direction = random.below(4)
    tally.count(direction < 2 ? .partitionBothWays : .partitionOneWay)
    let share = random.happens(0.3) ? 1 : 0.4
    for worker in links.indices where random.happens(share) {
      if direction != 2 { links[worker].blockedToLearner = until }
      if direction != 3 { links[worker].blockedToWorker = until }
    }
  }
}

import Cluster
import TestSupport
import Wire

/// A link between two processes, of which the upper one is the learner or a relay.
struct Link {
  /// Who speaks over it.
  enum Ends: Sendable {
    case worker(Int)
    case relay(Int)
    /// A worker and the relay that it was given.
    case hop(worker: Int, relay: Int)
  }

  let ends: Ends

  /// Whether its upper end is a relay.
  var isHop: Bool { if case .hop = ends { true } else { false } }

  /// The connection that messages travel on; what is under way on an earlier one is lost.
  var connection = 0

  /// Until when nothing gets through, up and down.
  var blockedUp: Milliseconds = 0
  var blockedDown: Milliseconds = 0
  fileprivate var underWayUp = 0
  fileprivate var underWayDown = 0

  /// Until when chunks of weights keep it busy.
  fileprivate var busyUntil: Milliseconds = 0
  fileprivate var lastUp: Milliseconds = 0
  fileprivate var lastDown: Milliseconds = 0

  init(_ ends: Ends) { self.ends = ends }
}

extension Cluster {
  /// Sends something up a link.
  func transmit(_ message: WorkerMessage, over link: Int) {
    guard let times = travel(links[link].underWayUp, blocked: links[link].blockedUp, last: &links[link].lastUp) else { return }
    for time in [times.0, times.1].compactMap({ $0 }) {
      links[link].underWayUp += 1
      agenda.plan(.up(message, link: link, connection: links[link].connection), at: time)
    }
  }

  /// Sends something down a link.
  func transmit(_ message: LearnerMessage, over link: Int) {
    let isChunk = if case .weights = message { true } else { false }
    guard let times = travelDown(link, isChunk: isChunk) else { return }
    for time in [times.0, times.1].compactMap({ $0 }) {
      links[link].underWayDown += 1
      agenda.plan(.down(message, link: link, connection: links[link].connection), at: time)
    }
  }

  func broadcast(_ chunk: WeightChunk, over link: Int) {
    if !isCalm, random.happens(scenario.chunkLoss) { return tally.count(.chunkLost) }
    guard let times = travelDown(link, isChunk: true) else { return }
    for time in [times.0, times.1].compactMap({ $0 }) {
      links[link].underWayDown += 1
      agenda.plan(.chunk(chunk, link: link, connection: links[link].connection), at: time)
    }
  }

  private func travelDown(_ link: Int, isChunk: Bool) -> (Milliseconds, Milliseconds?)? {
    let wait = isChunk && links[link].underWayDown < scenario.queueCapacity ? carry(over: link) : 0
    return travel(links[link].underWayDown, blocked: links[link].blockedDown, last: &links[link].lastDown, after: wait)
  }

  /// How long a chunk waits for those before it and takes itself, where the link is slow.
  private func carry(over link: Int) -> Milliseconds {
    let isRelays = if case .relay = links[link].ends { true } else { false }
    guard scenario.chunkTime > 0, isRelays || !scenario.onlyRelaysAreSlow else { return 0 }
    tally.count(.chunkSlowedDown)
    links[link].busyUntil = max(links[link].busyUntil, now) + scenario.chunkTime
    return links[link].busyUntil - now
  }

  /// When a message arrives, and when its double does; nil when it never does.
  private func travel(
    _ underWay: Int, blocked: Milliseconds, last: inout Milliseconds, after wait: Milliseconds = 0
  ) -> (Milliseconds, Milliseconds?)? {
    guard underWay < scenario.queueCapacity else {
      tally.count(.queueOverflowed)
      return nil
    }
    var time = now + wait + random.within(scenario.delay)
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
    return (time, time + random.within(0...2_000))
  }

  func arrive(_ message: WorkerMessage, over link: Int, connection: Int) {
    let event = Event.up(message, link: link, connection: connection)
    let isCurrent = links[link].connection == connection
    if isCurrent, isUpperEndStalled(link, event) { return }
    if !hasUpperEnd(link), random.happens(0.5) {
      // It waits in the worker's socket until there is somebody to take it.
      return agenda.plan(event, at: now + random.within(50...1_000))
    }
    links[link].underWayUp -= 1
    guard isCurrent else { return tally.count(.messageLost) }
    switch links[link].ends {
    case .worker(let worker): deliver(.message(message, from: workers[worker].peer))
    case .relay(let relay): deliver(.message(message, from: relays[relay].peer))
    case .hop(let worker, let relay): tellRelay(relay, .worker(message, from: workers[worker].peer))
    }
  }

  func arrive(_ message: LearnerMessage, over link: Int, connection: Int) {
    guard takes(link, connection, .down(message, link: link, connection: connection)) else { return }
    switch links[link].ends {
    case .worker(let worker): tellWorker(worker, .message(message))
    case .relay(let relay): tellRelay(relay, .learner(message))
    case .hop(let worker, _): hearRelay(message, at: worker)
    }
  }

  func arrive(_ chunk: WeightChunk, over link: Int, connection: Int) {
    guard takes(link, connection, .chunk(chunk, link: link, connection: connection)), isListening(link) else { return }
    switch links[link].ends {
    case .worker(let worker): tellWorker(worker, .broadcast(chunk))
    case .hop(let worker, _):
      workers[worker].process?.route?.hear(chunk)
      tellWorker(worker, .broadcast(chunk))
    case .relay(let relay): tellRelay(relay, .broadcast(chunk))
    }
  }

  /// Whether what came down a link is taken now: it may wait for a process that stands still, or be lost with its connection.
  private func takes(_ link: Int, _ connection: Int, _ event: Event) -> Bool {
    let isCurrent = links[link].connection == connection
    if isCurrent, isLowerEndStalled(link, event) { return false }
    links[link].underWayDown -= 1
    if !isCurrent { tally.count(.messageLost) }
    return isCurrent
  }

  /// Whether the lower end listens to what the upper one publishes.
  func isListening(_ link: Int) -> Bool {
    switch links[link].ends {
    case .worker(let worker): workers[worker].process?.isSubscribed == true
    case .relay(let relay): relays[relay].process?.isSubscribed == true
    case .hop(let worker, let relay): workers[worker].process?.relayPublisher.map { $0 == relays[relay].process?.publisher } == true
    }
  }

  private func hasUpperEnd(_ link: Int) -> Bool {
    if case .hop(_, let relay) = links[link].ends { relays[relay].process != nil } else { learner != nil }
  }

  private func isUpperEndStalled(_ link: Int, _ event: Event) -> Bool {
    if case .hop(_, let relay) = links[link].ends { isRelayStalled(relay, event) } else { isLearnerStalled(event) }
  }

  private func isLowerEndStalled(_ link: Int, _ event: Event) -> Bool {
    switch links[link].ends {
    case .worker(let worker), .hop(let worker, _): isStalled(worker, event)
    case .relay(let relay): isRelayStalled(relay, event)
    }
  }

  /// A connection breaks and comes back.
  func breakConnection(_ link: Int) {
    tally.count(.connectionBroken)
    links[link].connection += 1
    links[link].busyUntil = now
    let until = now + random.within(5...500)
    links[link].blockedUp = max(links[link].blockedUp, until)
    links[link].blockedDown = max(links[link].blockedDown, until)
  }

  /// Some links, or all, carry nothing for a while, in one direction or both.
  func partition() {
    let until = now + random.within(50...4_000)
    let direction = random.below(4)
    tally.count(direction < 2 ? .partitionBothWays : .partitionOneWay)
    let share = random.happens(0.3) ? 1 : 0.4
    for link in links.indices where random.happens(share) {
      if direction != 2 { links[link].blockedUp = until }
      if direction != 3 { links[link].blockedDown = until }
    }
  }
}

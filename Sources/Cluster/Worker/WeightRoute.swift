package import Wire

/// Where a worker that was given a relay gets its weights from: the relay while it serves the learner's run, the learner when the relay
/// has been of no use for a while, and the relay again once it is back. Pure, like the machine that it stands beside.
///
/// Requests that come while it isn't decided yet go nowhere: the worker asks again.
package struct WeightRoute: Sendable {
  /// What to do.
  package enum Action: Sendable, Equatable {
    case tellRelay(WorkerMessage)
    case subscribeToRelay(String)
    case subscribeToLearner(String)
    case unsubscribeFromLearner
    /// Something for the worker from the relay.
    case pass(LearnerMessage)
    case notify(WorkerNotice)
  }

  /// Where a message of the worker goes.
  package enum Destination: Sendable, Equatable {
    case learner, relay, nowhere
  }

  private enum Source: Equatable {
    /// The relay is waited for.
    case undecided(until: Milliseconds)
    case relay
    case learner
  }

  /// How long a relay may be silent, or behind a learner that was restarted, before the learner is asked instead.
  private let patience: Milliseconds

  /// How long a relay that lives may leave one version unanswered, which it may have to fetch itself, and how long it is left alone then.
  private var fetching: Milliseconds { 4 * patience }
  private var absence: Milliseconds { 12 * patience }
  private let hello: Hello

  /// What the learner said last; nil before it has.
  private var learner: Welcome?

  /// What the relay said last, while it is of use.
  private var relay: Welcome?
  private var source: Source
  private var greeting: Greeting
  private var isRefused = false
  private var nextHeartbeat: Milliseconds = 0

  /// The versions that were asked of the relay and of which nothing has come since: when first, and when last.
  private var unanswered: [UInt32: (first: Milliseconds, last: Milliseconds)] = [:]
  private var leftAlone: ClosedRange<Milliseconds>?
  private var lastHeard: Milliseconds

  /// Whether the relay has ever said anything.
  package private(set) var hasHeard = false

  package init(hello: Hello, helloRetry: Milliseconds, patience: Milliseconds, now: Milliseconds) {
    self.hello = hello
    self.patience = patience
    source = .undecided(until: now + patience)
    greeting = Greeting(shortest: helloRetry, longest: patience)
    greeting.begin(now: now)
    lastHeard = now
  }

  /// Where a message of the worker goes, which is then sent there.
  package mutating func destination(of message: WorkerMessage, now: Milliseconds) -> Destination {
    guard case .weightsRequest(let version, _, _) = message else { return .learner }
    switch source {
    case .undecided: return .nowhere
    case .learner: return .learner
    case .relay:
      // What has not been asked for again for long came by itself.
      unanswered = unanswered.filter { now - $0.value.last < fetching }
      unanswered[version] = (unanswered[version]?.first ?? now, now)
      return .relay
    }
  }

  /// Notes the learner's welcome before the worker acts on it.
  package mutating func note(learner welcome: Welcome, now: Milliseconds) {
    learner = welcome
    // The relay hears of another life of the learner at about the same time.
    if source == .relay, !isServing(now: now) { waitForRelay(now: now) }
  }

  /// The worker wants to listen to the learner's publisher: it does where the relay was given up.
  package mutating func subscribe(to publisher: String) -> [Action] { source == .learner ? [.subscribeToLearner(publisher)] : [] }

  /// Takes what the relay said.
  package mutating func hear(_ message: LearnerMessage, now: Milliseconds) -> [Action] {
    lastHeard = now
    hasHeard = true
    var actions: [Action] = []
    switch message {
    case .welcome(let welcome):
      if source == .relay, relay?.publisher != welcome.publisher { actions.append(.subscribeToRelay(welcome.publisher)) }
      relay = welcome
      greeting.end()
      nextHeartbeat = now
    case .heartbeatReply(let incarnation):
      if let relay, relay.incarnation != incarnation { greet(now: now) }
    case .weights(let chunk):
      hear(chunk)
      actions.append(.pass(message))
    case .weightsGone(let version, _):
      unanswered[version] = nil
      actions.append(.pass(message))
    case .refuse(let refusal):
      switch refusal.code {
      case .unknownWorker: greet(now: now)
      case .protocolVersion, .unauthorized:
        if !isRefused { actions.append(.notify(.relayLost(reason: refusal.reason))) }
        isRefused = true
        relay = nil
      default: actions.append(.notify(.refused(reason: "by the relay: \(refusal.reason)")))
      }
    case .tasks, .acknowledge, .gradientRequest, .finish: break
    }
    return actions + advance(now: now)
  }

  /// Takes a chunk that the relay sent or published: on the way to a version that was asked for, it is an answer.
  package mutating func hear(_ chunk: WeightChunk) {
    guard !unanswered.isEmpty, chunk.isIntact else { return }
    // Policy versions lead on to later ones, and to no base weights.
    let isOfBase = chunk.policyVersion == BaseDescription.version
    unanswered = unanswered.filter { $0.key < chunk.policyVersion || isOfBase != ($0.key == BaseDescription.version) }
  }

  /// Does whatever has become due.
  package mutating func advance(now: Milliseconds) -> [Action] {
    var actions: [Action] = []
    if !isRefused {
      if relay != nil, now - lastHeard >= patience {
        relay = nil
        greet(now: now)
      }
      if greeting.isDue(now: now) {
        actions.append(.tellRelay(.hello(hello)))
      } else if !greeting.isOpen, now >= nextHeartbeat {
        nextHeartbeat = now + max(1, patience / 5)
        actions.append(
          .tellRelay(
            .heartbeat(
              Heartbeat(
                incarnation: relay?.incarnation ?? 0, leases: [], policyVersion: nil, busySeconds: 0, waitingSeconds: 0, sampledTokens: 0)))
        )
      }
    }
    guard let learner else { return actions }
    if source == .relay, unanswered.values.contains(where: { $0.last - $0.first >= fetching }) {
      unanswered = [:]
      leftAlone = now...now + absence
    }
    let isServing = isServing(now: now)
    if isServing, source != .relay, let relay {
      if source == .learner { actions.append(.unsubscribeFromLearner) }
      source = .relay
      actions.append(.subscribeToRelay(relay.publisher))
      actions.append(.notify(.relayFound))
    } else if !isServing {
      let isGivenUp = isRefused || relay == nil || leftAlone?.contains(now) == true
      if source == .relay { waitForRelay(now: isGivenUp ? now - patience : now) }
      if case .undecided(let until) = source, isRefused || now >= until {
        source = .learner
        actions.append(.subscribeToLearner(learner.publisher))
        if !isRefused { actions.append(.notify(.relayLost(reason: reason(now: now)))) }
      }
    }
    return actions
  }

  /// Why the relay is of no use.
  private func reason(now: Milliseconds) -> String {
    if relay == nil { return "it has said nothing for \(patience / 1000) s" }
    if leftAlone?.contains(now) == true { return "it has not answered what it was asked for \(fetching / 1000) s" }
    return "it serves another run, or an earlier life of the learner"
  }

  /// Whether the relay hands out the very versions that the learner means.
  private func isServing(now: Milliseconds) -> Bool {
    guard let relay, let learner, !isRefused, leftAlone?.contains(now) != true else { return false }
    return relay.run == learner.run && relay.incarnation == learner.incarnation && relay.manifest == learner.manifest
      && relay.baseWeights == learner.baseWeights
  }

  private mutating func greet(now: Milliseconds) {
    if !greeting.isOpen { greeting.begin(now: now) }
  }

  private mutating func waitForRelay(now: Milliseconds) {
    source = .undecided(until: now + patience)
    unanswered = [:]
  }
}

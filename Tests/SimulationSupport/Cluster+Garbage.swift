import Cluster
import EMPO
import TestSupport
import Wire

/// What comes of memory that flips, of other releases, and of strangers.
extension Cluster {
  /// Makes a group that contradicts its task.
  func garble(_ group: inout ScoredGroup) {
    switch random.below(7) {
    case 0: group.responses.removeLast()
    case 1: group.responses[0].tokens = []
    case 2: group.responses[0].tokens[0] = Int32(plan.vocabularySize)
    case 3: group.responses[1].tokenLogProbabilities[0] = .nan
    case 4: group.responses[1].reward = .infinity
    case 5: group.responses[0].cluster = -1
    default: group.semanticEntropy = -1
    }
  }

  /// Another message in a group's name: of another version, honestly sampled from it, or of a place that there is not.
  func garbled(_ message: WorkerMessage, _ result: WorkResult) -> WorkerMessage {
    tally.count(.garbageOnTheWire)
    var other = result
    switch random.below(6) {
    case 0...2 where result.item.kind == .sample:
      other.policyVersion = UInt32(random.below(versions.count))
      other.group = SimulatedRun.group(
        step: result.item.step, slot: result.item.slot, question: questions[Int(result.item.step)][Int(result.item.slot)],
        weights: versions[Int(other.policyVersion)])
    case 3: other.item.step = plan.steps + UInt32(random.below(3))
    case 4: other.item.slot = plan.questionsPerStep + UInt32(random.below(3))
    default: other.lease = random.next()
    }
    return .result(other)
  }

  func hearUnreadable(from worker: Int) {
    tally.count(.unreadableMessage)
    workers[worker].isSuspect = true
    deliver(.malformed(workers[worker].peer, reason: "noise"))
  }

  /// Somebody who never said hello.
  func hearStranger() {
    tally.count(.stranger)
    let stranger = Peer("stranger\(random.below(3))")
    switch random.below(5) {
    case 0:
      let heartbeat = Heartbeat(
        incarnation: learner?.incarnation ?? 0, leases: (0..<64).map { $0 }, policyVersion: nil, busySeconds: .nan, waitingSeconds: -1,
        sampledTokens: .max)
      deliver(.message(.heartbeat(heartbeat), from: stranger))
    case 1: deliver(.message(.decline(leases: (0..<64).map { $0 }), from: stranger))
    case 2: deliver(.message(.hello(Hello(worker: "w0", software: "s", fingerprint: "f", credits: .max)), from: stranger))
    case 3:
      deliver(
        .message(
          .hello(Hello(protocolVersion: 99, worker: stranger.description, software: "s", fingerprint: "f", credits: 1)), from: stranger))
    default: deliver(.message(.weightsRequest(policyVersion: .max, chunks: [.max]), from: stranger))
    }
  }

  /// Somebody asks a relay for what there is not, again and again, whether it said hello or not.
  func hearStranger(atRelay relay: Int) {
    tally.count(.strangerAtARelay)
    let stranger = Peer("stranger\(random.below(3))")
    if random.happens(0.7) {
      tellRelay(relay, .worker(.hello(Hello(worker: stranger.description, software: "s", fingerprint: "f", credits: 0)), from: stranger))
    }
    for _ in 0..<random.within(1...20) {
      let version = random.happens(0.2) ? UInt32.max : UInt32(random.below(versions.count + 2))
      let chunks: [UInt32] = random.happens(0.5) ? [] : [.max]
      tellRelay(relay, .worker(.weightsRequest(policyVersion: version, base: nil, chunks: chunks), from: stranger))
    }
  }
}

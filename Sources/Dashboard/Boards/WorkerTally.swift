package import Cluster
internal import Wire

/// The sums of a worker's reports since the process began.
package struct WorkerTally: Sendable {
  package enum Phase: Sendable { case greeting, joined, draining }

  package private(set) var phase = Phase.greeting

  private var version: UInt32?
  private var welcomes = 0
  private var groups = 0
  private var groupSeconds = 0.0
  private var answers: [String: Double] = [:]
  private var requestedChunks = 0
  private var dropped = ["chunk": 0.0, "delta": 0]
  private var tokens: UInt64 = 0
  private var seconds = ["busy": 0.0, "waiting": 0]

  package init() {}

  package mutating func note(_ report: WorkerReport) {
    switch report {
    case .notice(let notice): note(notice)
    case .heartbeat(let heartbeat):
      version = heartbeat.policyVersion ?? version
      tokens = heartbeat.sampledTokens
      seconds = ["busy": heartbeat.busySeconds, "waiting": heartbeat.waitingSeconds]
    }
  }

  private mutating func note(_ notice: WorkerNotice) {
    switch notice {
    case .joined:
      if phase != .draining { phase = .joined }
      welcomes += 1
    case .greetingAgain:
      if phase != .draining { phase = .greeting }
    case .draining: phase = .draining
    case .versionComplete(let version): self.version = version
    case .repairRequested(_, let chunks): requestedChunks += chunks
    case .chunkDropped, .base(.chunkDropped): dropped["chunk", default: 0] += 1
    case .deltaDropped: dropped["delta", default: 0] += 1
    case .resultSent(_, _, let seconds):
      groups += 1
      groupSeconds += seconds
    case .acknowledged(_, let disposition): answers["\(disposition)", default: 0] += 1
    case .base, .otherBuild, .refused, .misbehaved, .versionGone, .waiting, .relayFound, .relayLost: break
    }
  }

  /// The metrics.
  package var families: [MetricFamily] {
    [
      MetricFamily(
        .gauge, "empo_policy_version", "The newest version of the policy that is whole in this worker's memory.", version.map(Double.init)),
      MetricFamily(.counter, "empo_welcomes_total", "How often a learner welcomed this worker.", Double(welcomes)),
      MetricFamily(.counter, "empo_groups_sent_total", "Groups sampled, scored and sent.", Double(groups)),
      MetricFamily(.counter, "empo_group_seconds_total", "Seconds from taking up to finishing a task, summed over groups.", groupSeconds),
      MetricFamily(.counter, "empo_groups_answered_total", "The learner's answers to the groups sent.", by: "disposition", answers),
      MetricFamily(.counter, "empo_tokens_sampled_total", "Response tokens sampled.", Double(tokens)),
      MetricFamily(.counter, "empo_worker_seconds_total", "Seconds that this worker sampled or waited.", by: "state", seconds),
      MetricFamily(
        .counter, "empo_chunks_requested_total", "Chunks of weights that did not arrive and were asked for.", Double(requestedChunks)),
      MetricFamily(.counter, "empo_weights_dropped_total", "Pieces of weights that could not be used.", by: "piece", dropped),
    ]
  }
}

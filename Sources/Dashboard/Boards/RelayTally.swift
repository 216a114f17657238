package import Cluster

/// The sums of a relay's reports since the process began.
package struct RelayTally: Sendable {
  package enum Phase: Sendable { case greeting, fetching, stocked }

  private var isWelcome = false
  private var version: UInt32?
  private var welcomes = 0
  private var versions = 0
  private var workers = 0
  private var requestedChunks = 0
  private var droppedChunks = 0
  private var refusals = 0

  package init() {}

  package var phase: Phase { isWelcome ? version == nil ? .fetching : .stocked : .greeting }

  package mutating func note(_ report: RelayReport) {
    guard case .notice(let notice) = report else { return }
    switch notice {
    case .joined(_, _, _, let holding):
      isWelcome = true
      version = holding
      welcomes += 1
    case .greetingAgain: isWelcome = false
    case .versionComplete(let version):
      self.version = version
      versions += 1
    case .requested(_, _, let chunks): requestedChunks += chunks
    case .workerJoined: workers += 1
    case .chunkDropped: droppedChunks += 1
    case .refused: refusals += 1
    case .base(.chunkDropped): droppedChunks += 1
    case .base, .waiting: break
    }
  }

  /// The metrics.
  package var families: [MetricFamily] {
    [
      MetricFamily(.gauge, "empo_policy_version", "The newest version of the policy that can be handed on.", version.map(Double.init)),
      MetricFamily(.counter, "empo_versions_total", "Versions of the policy that became ready to be handed on.", Double(versions)),
      MetricFamily(.counter, "empo_welcomes_total", "How often a learner welcomed this relay.", Double(welcomes)),
      MetricFamily(.counter, "empo_worker_hellos_total", "How often workers began to fetch weights here.", Double(workers)),
      MetricFamily(
        .counter, "empo_chunks_requested_total", "Chunks of weights asked of the learner.", Double(requestedChunks)),
      MetricFamily(.counter, "empo_chunks_dropped_total", "Chunks of weights that could not be used.", Double(droppedChunks)),
      MetricFamily(.counter, "empo_refusals_total", "Refusals by the relay, and of the relay by a learner.", Double(refusals)),
    ]
  }
}

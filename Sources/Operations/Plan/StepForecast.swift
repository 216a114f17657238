package import Cluster

/// How long a step is expected to take with some hosts, each with one worker, of which the first has the learner as well.
package struct StepForecast: Sendable, Equatable {
  /// Hosts.
  package let hosts: Int
  /// Seconds a step.
  package let seconds: Double
  /// What takes most of them.
  package let bound: StepBound

  /// The name of ``bound``.
  package var boundName: String { bound.rawValue }

  /// A forecast.
  ///
  /// Groups and parts are handed out one by one, so that the slowest worker has ⌈groups / hosts⌉ and ⌈parts / hosts⌉ of them. On one host,
  /// learner and worker share the processors, and all of it adds up. On several, gradients come up one after the other as they are done, and the
  /// version goes down to every worker. With a lag, workers sample the next step as soon as they have no part to compute; without one, they wait.
  ///
  /// - Parameter link: Bits a second that the learner's host sends or takes.
  package init(_ costs: StepCosts, hosts: Int, link: Double) {
    precondition(hosts > 0 && link > 0, "a run has a host, and its link a rate")
    self.hosts = hosts
    let sampling = Double(Self.share(costs.groups, hosts)) * costs.groupSeconds
    guard hosts > 1 else {
      let gradients = Double(costs.parts) * costs.partSeconds
      seconds = sampling + gradients + costs.learnerSeconds
      bound = Self.largest([(.sampling, sampling), (.gradients, gradients), (.learner, costs.learnerSeconds)])
      return
    }
    let spread = costs.isSpread
    let computing = Double(spread ? Self.share(costs.parts, hosts) : costs.parts) * costs.partSeconds
    let rising = spread ? 8 * costs.gradientBytes * Double(costs.parts) / link : 0
    let falling = 8 * costs.versionBytes * Double(hosts - 1) / link
    // The first part comes when it is computed; from then on the link is busy until all have come.
    let gradients = max(computing, min(costs.partSeconds, computing) + rising)
    let update = gradients + costs.learnerSeconds + falling
    let waiting: Double
    if costs.samplesAhead {
      // Who computes parts samples after them.
      let workers = spread ? sampling + computing : sampling
      seconds = max(workers, update)
      waiting = seconds - update
    } else {
      seconds = sampling + update
      waiting = sampling
    }
    let alone = costs.learnerSeconds + (spread ? 0 : computing)
    let parts = spread ? computing : 0
    bound = Self.largest([(.sampling, waiting), (.gradients, parts), (.link, gradients - computing + falling), (.learner, alone)])
  }

  private static func share(_ count: Int, _ hosts: Int) -> Int { (count + hosts - 1) / hosts }

  private static func largest(_ shares: [(StepBound, Double)]) -> StepBound { shares.max { $0.1 < $1.1 }?.0 ?? .learner }
}

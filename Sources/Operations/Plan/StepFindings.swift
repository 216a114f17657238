/// What is known of a run's steps, and from where.
package struct StepFindings: Sendable, Equatable {
  /// Where figures come from.
  package enum Source: Sendable, Equatable {
    /// Measured on this host.
    case probe
    /// Recorded by the run, in so many steps; `probing` where some of them were measured on this host.
    case run(steps: Int, probing: Bool)
  }

  /// What a step costs.
  package var costs: StepCosts
  /// Tokens of a response, in the mean.
  package var meanLength: Double
  /// The share of the responses that ended at the length limit.
  package var truncatedShare: Double
  /// Where these come from.
  package var source: Source
  /// Bits a second that the learner's link was seen to take, where gradients waited for it.
  package var link: Double?

  /// Creates findings.
  package init(costs: StepCosts, meanLength: Double, truncatedShare: Double, source: Source = .probe, link: Double? = nil) {
    self.costs = costs
    self.meanLength = meanLength
    self.truncatedShare = truncatedShare
    self.source = source
    self.link = link
  }
}

extension StepFindings.Source: CustomStringConvertible {
  /// A part of a sentence.
  package var description: String {
    switch self {
    case .probe: "from a probe"
    case .run(let steps, let probing):
      "from \(steps) \(steps == 1 ? "step" : "steps") of the run" + (probing ? ", and from a probe where they lack a figure" : "")
    }
  }
}

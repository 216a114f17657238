package import Cluster
package import Runs

/// What of a run's configuration decides how its steps are counted.
package struct StepShape: Sendable, Equatable {
  /// Groups of a step.
  package var groups: Int
  /// Updates of a step.
  package var updates: Int
  /// Parts of an update, empty ones included.
  package var parts: Int
  /// Bytes of a part's gradient.
  package var gradientBytes: Double
  /// How gradients are spread; nil where the learner computes them.
  package var gradients: GradientPlan?
  /// Whether workers sample the next step while the learner updates.
  package var samplesAhead: Bool
  /// Whether all workers are on the learner's host, and share its processors.
  package var isOnOneHost: Bool

  /// Creates a shape.
  package init(
    groups: Int, updates: Int = 1, parts: Int, gradientBytes: Double, gradients: GradientPlan?, samplesAhead: Bool, isOnOneHost: Bool
  ) {
    self.groups = groups
    self.updates = updates
    self.parts = parts
    self.gradientBytes = gradientBytes
    self.gradients = gradients
    self.samplesAhead = samplesAhead
    self.isOnOneHost = isOnOneHost
  }

  /// The shape of a run.
  package init(_ assembly: RunAssembly) {
    let configuration = assembly.configuration
    self.init(
      groups: configuration.questionsPerStep, updates: configuration.minibatches, parts: configuration.gradientPartCount,
      gradientBytes: Double(assembly.gradientBytes), gradients: assembly.gradientPlan, samplesAhead: configuration.lag > 0,
      isOnOneHost: configuration.isOnOneHost)
  }
}

extension StepFindings {
  /// What a run's own steps say. What they do not say is taken from a probe, which is made then and not before.
  ///
  /// On one host, where workers share the processors with each other and the learner, a step's time divides into the learner's waiting for groups
  /// and its update; so what one worker with the whole host would take for a group is the waiting by the number of groups. Elsewhere each worker is
  /// taken to be a host, and takes for a group what all of them worked, less the parts of gradients, by the number of groups.
  package init(_ steps: RecordedSteps, of shape: StepShape, probe: () throws -> StepFindings) throws {
    var probed: StepFindings?
    func found<Figure>(_ recorded: Figure?, or figure: KeyPath<StepFindings, Figure>) throws -> Figure {
      if let recorded { return recorded }
      let findings = try probed ?? probe()
      probed = findings
      return findings[keyPath: figure]
    }
    let parts = try found(steps.nonEmptyParts(of: shape), or: \.costs.parts)
    let learnerSeconds = try found(steps.learnerSeconds.map { max(0, $0) }, or: \.costs.learnerSeconds)
    let partSeconds = try found(
      steps.partSeconds(of: shape, count: parts, learnerSeconds: learnerSeconds), or: \.costs.partSeconds)
    let groupSeconds = try found(
      steps.groupSeconds(of: shape, computing: steps.gradientSeconds == nil ? 0 : Double(parts) * partSeconds), or: \.costs.groupSeconds)
    costs = StepCosts(
      groups: shape.groups, groupSeconds: groupSeconds, parts: parts, partSeconds: partSeconds, learnerSeconds: learnerSeconds,
      gradientBytes: shape.gradientBytes, versionBytes: try found(steps.versionBytes, or: \.costs.versionBytes),
      isSpread: shape.gradients != nil, samplesAhead: shape.samplesAhead)
    meanLength = try found(steps.meanLength, or: \.meanLength)
    truncatedShare = try found(steps.truncatedShare, or: \.truncatedShare)
    link = steps.link(of: shape, count: parts, partSeconds: partSeconds)
    source = .run(steps: steps.count, probing: probed != nil)
  }
}

extension RecordedSteps {
  /// Parts with a gradient, of all updates of a step; nil where no step taught anything.
  fileprivate func nonEmptyParts(of shape: StepShape) -> Int? {
    guard let kept = keptGroups.map({ Int($0.rounded(.up)) }), kept > 0 else { return nil }
    let batch = (kept + shape.updates - 1) / shape.updates
    return kept / batch * min(shape.parts, batch) + min(shape.parts, kept % batch)
  }

  /// Seconds that a host takes for a part.
  fileprivate func partSeconds(of shape: StepShape, count: Int, learnerSeconds: Double) -> Double? {
    guard let gradientSeconds else {
      // The learner computed all of them.
      return updateSeconds.flatMap { $0 > learnerSeconds ? ($0 - learnerSeconds) / Double(count) : nil }
    }
    return gradientSeconds / Double(turns(of: shape, count: count))
  }

  /// How many parts one after the other the busiest host computed, of several that computed together.
  private func turns(of shape: StepShape, count: Int) -> Int {
    let workers = max(1, Int((self.workers ?? 1).rounded()))
    guard !shape.isOnOneHost else { return count }
    let hosts = workers + (shape.gradients?.learnerWorks(beside: workers) == true ? 1 : 0)
    return (count + hosts - 1) / hosts
  }

  /// Seconds that a host takes for a group.
  ///
  /// - Parameter computing: Seconds of a step in which workers computed parts of gradients.
  fileprivate func groupSeconds(of shape: StepShape, computing: Double) -> Double? {
    guard let seconds else { return nil }
    let sampling: Double?
    if shape.isOnOneHost {
      sampling = learnerWaitShare.map { $0 * seconds }
    } else if let workers, let workerWaitShare {
      sampling = (1 - workerWaitShare) * workers * seconds - computing
    } else {
      sampling = nil
    }
    return sampling.flatMap { $0 > 0 ? $0 / Double(shape.groups) : nil }
  }

  /// Bits a second at which parts came to the learner; nil where they did not wait for the link.
  fileprivate func link(of shape: StepShape, count: Int, partSeconds: Double) -> Double? {
    guard !shape.isOnOneHost, let gradientSeconds, let linkSeconds else { return nil }
    // Parts travel from the first one's end on.
    let travelling = gradientSeconds + linkSeconds - partSeconds
    guard linkSeconds > gradientSeconds / 10, travelling > 0 else { return nil }
    return 8 * shape.gradientBytes * Double(count) / travelling
  }
}

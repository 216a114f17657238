public import Cluster
public import EMPO
import Evaluation

/// Where a run stands after a step, as a line of text.
public struct StepProgress: Sendable, Equatable {
  /// The step that ended, from 1.
  public var step: Int
  /// The steps of the whole run.
  public var steps: Int
  /// The mean reward of the step's responses.
  public var reward: Double
  /// The mean semantic entropy of the step's groups, in nats.
  public var semanticEntropy: Double
  /// Groups that carried a gradient.
  public var kept: Int
  /// Groups that carried none.
  public var dropped: Int
  /// Those groups by the reason why.
  public var dropReasons: [DropReason: Int]
  /// The share of the questions that came up and were left out, because they had been unanimous; nil where none ever is.
  public var skipped: Double?
  /// Tokens of the step's responses a second of the time in which they were sampled; 0 where the learner found them in the ledger, which
  /// is shown as unknown.
  public var tokensPerSecond: Double
  /// Workers that are alive.
  public var workers: Int
  /// The share of the step's time that the learner waited for groups.
  public var learnerWait: Double
  /// The share of their time that workers waited for tasks or weights.
  public var workerWait: Double
  /// The expected time to the end of the run; nil when it can't be told yet.
  public var remainingSeconds: Double?
  /// What took most of the step, where gradients are spread over workers.
  public var bound: StepBound?
  /// Greedy accuracy on the held-out questions, when this step was followed by a measurement.
  public var heldOutAccuracy: Double?

  /// Creates the state after a step.
  public init(
    step: Int, steps: Int, reward: Double, semanticEntropy: Double, kept: Int, dropped: Int, dropReasons: [DropReason: Int] = [:],
    skipped: Double? = nil,
    tokensPerSecond: Double, workers: Int, learnerWait: Double, workerWait: Double, remainingSeconds: Double? = nil,
    bound: StepBound? = nil, heldOutAccuracy: Double? = nil
  ) {
    self.step = step
    self.steps = steps
    self.reward = reward
    self.semanticEntropy = semanticEntropy
    self.kept = kept
    self.dropped = dropped
    self.dropReasons = dropReasons
    self.skipped = skipped
    self.tokensPerSecond = tokensPerSecond
    self.workers = workers
    self.learnerWait = learnerWait
    self.workerWait = workerWait
    self.remainingSeconds = remainingSeconds
    self.bound = bound
    self.heldOutAccuracy = heldOutAccuracy
  }

  var tokenRate: String { tokensPerSecond > 0 ? Figures.grouped(tokensPerSecond) : Figures.missing }

  /// The line of the step. Figures stand in columns, so that the lines of a run align.
  public var line: String {
    let groups = "\(kept + dropped)".count
    var fields = [
      "step " + TextColumns.rightAligned("\(step)", to: "\(steps)".count) + "/\(steps)",
      "reward " + Figures.decimal(reward, places: 3),
      "entropy " + Figures.decimal(semanticEntropy, places: 2),
      "kept " + TextColumns.rightAligned("\(kept)", to: groups),
      "dropped " + TextColumns.rightAligned("\(dropped)", to: groups),
    ]
    if let skipped { fields.append("skipped " + TextColumns.rightAligned(Figures.percent(skipped), to: 4)) }
    fields += [
      TextColumns.rightAligned(tokenRate, to: 6) + " tok/s",
      "workers \(workers)",
      "learner waits " + TextColumns.rightAligned(Figures.percent(learnerWait), to: 4),
      "workers wait " + TextColumns.rightAligned(Figures.percent(workerWait), to: 4),
      "ETA " + (remainingSeconds.map(Figures.duration) ?? Figures.missing),
    ]
    if let bound { fields.append("bound by " + bound.words) }
    if let heldOutAccuracy {
      fields.append("held-out " + Figures.percent(heldOutAccuracy, places: 1))
    }
    if !dropReasons.isEmpty { fields.append("dropped: " + dropReasons.summary) }
    return fields.joined(separator: "  ")
  }
}

extension StepBound {
  /// A noun.
  var words: String {
    switch self {
    case .sampling: "sampling"
    case .gradients: "gradients"
    case .link: "the link"
    case .learner: "the learner"
    }
  }
}

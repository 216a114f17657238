/// Where a step's time went: its pace, and the sums that the pace is made of.
public struct StepTiming: Sendable, Equatable {
  /// The step.
  public let step: UInt32

  /// How fast the step went.
  public let pace: StepPace

  /// Seconds of the step in which the learner had no complete step to train on.
  public let learnerWaitSeconds: Double

  /// Seconds of the step in which the learner updated the policy.
  public let updateSeconds: Double

  /// Seconds that workers sampled and scored, summed over the workers, as their heartbeats told.
  public let workerBusySeconds: Double

  /// Seconds that workers waited, summed over the workers, as their heartbeats told.
  public let workerWaitSeconds: Double

  /// Groups that the learner accepted meanwhile, for whichever step.
  public let groups: Int

  /// Response tokens in those groups.
  public let responseTokens: Int

  /// Creates the timing of a step that took `seconds`; for the counts see ``StepPace``.
  public init(
    step: UInt32, seconds: Double, learnerWaitSeconds: Double, updateSeconds: Double, workerBusySeconds: Double,
    workerWaitSeconds: Double, groups: Int, responseTokens: Int, workers: Int, duplicates: Int, stale: Int, reassigned: Int
  ) {
    func share(_ part: Double, of whole: Double) -> Double { whole > 0 ? min(1, part / whole) : 0 }
    func rate(_ count: Int) -> Double { seconds > 0 ? Double(count) / seconds : 0 }
    self.step = step
    self.learnerWaitSeconds = learnerWaitSeconds
    self.updateSeconds = updateSeconds
    self.workerBusySeconds = workerBusySeconds
    self.workerWaitSeconds = workerWaitSeconds
    self.groups = groups
    self.responseTokens = responseTokens
    pace = StepPace(
      seconds: seconds, learnerWaitShare: share(learnerWaitSeconds, of: seconds),
      workerWaitShare: share(workerWaitSeconds, of: workerBusySeconds + workerWaitSeconds), groupsPerSecond: rate(groups),
      tokensPerSecond: rate(responseTokens), workers: workers, duplicates: duplicates, stale: stale, reassigned: reassigned)
  }
}

/// How fast a step went. Its names in JSON are those that the ledger and metrics.jsonl keep.
public struct StepPace: Sendable, Equatable, Codable {
  /// Seconds from the previous step's end, or the learner's start, to this one's.
  public var seconds: Double

  /// The share of the step's time that the learner waited for groups, from 0 to 1.
  public var learnerWaitShare: Double

  /// The share of their time that workers waited, from 0 to 1.
  public var workerWaitShare: Double

  /// Groups accepted a second.
  public var groupsPerSecond: Double

  /// Response tokens accepted a second.
  public var tokensPerSecond: Double

  /// Workers at the step's end.
  public var workers: Int

  /// Second copies dropped meanwhile.
  public var duplicates: Int

  /// Stale groups dropped meanwhile.
  public var stale: Int

  /// Leases that were handed out again meanwhile.
  public var reassigned: Int

  private enum CodingKeys: String, CodingKey {
    case workers, duplicates, stale, reassigned
    case seconds = "step_seconds"
    case learnerWaitShare = "learner_wait_share"
    case workerWaitShare = "worker_wait_share"
    case groupsPerSecond = "groups_per_second"
    case tokensPerSecond = "tokens_per_second"
  }
}

extension StepTiming: CustomStringConvertible {
  /// One line.
  public var description: String {
    """
    step \(step) took \(Int(pace.seconds * 1000)) ms: learner waited \(Int(pace.learnerWaitShare * 100)) %, workers waited \
    \(Int(pace.workerWaitShare * 100)) %, \(Int(pace.tokensPerSecond)) tokens/s
    """
  }
}

/// Sums up what a step's timing is made of, from event to event.
struct StepMeter {
  private var start: Milliseconds = 0
  private var updateStart: Milliseconds?
  private var waited: Milliseconds = 0
  private var updated: Milliseconds = 0
  private var idleSince: Milliseconds = 0
  var workerBusySeconds = 0.0
  var workerWaitSeconds = 0.0
  var groups = 0
  var responseTokens = 0
  var duplicates = 0
  var stale = 0
  var reassigned = 0

  init(now: Milliseconds = 0) {
    start = now
    idleSince = now
  }

  /// The update begins.
  mutating func beginUpdate(now: Milliseconds) {
    waited += now - idleSince
    updateStart = now
  }

  /// The update ends, and with it the step.
  mutating func finish(step: UInt32, workers: Int, now: Milliseconds) -> StepTiming {
    if let updateStart { updated = now - updateStart }
    let timing = StepTiming(
      step: step, seconds: Double(now - start) / 1000, learnerWaitSeconds: Double(waited) / 1000, updateSeconds: Double(updated) / 1000,
      workerBusySeconds: workerBusySeconds, workerWaitSeconds: workerWaitSeconds, groups: groups, responseTokens: responseTokens,
      workers: workers, duplicates: duplicates, stale: stale, reassigned: reassigned)
    self = StepMeter(now: now)
    return timing
  }
}

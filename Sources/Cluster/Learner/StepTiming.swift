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

  /// Seconds of the update in which parts of its gradient were computed; 0 where the learner computes gradients alone.
  public let gradientSeconds: Double

  /// Seconds of the update in which the last parts, all computed, were on their way.
  public let linkSeconds: Double

  /// Seconds that workers sampled and scored, summed over the workers, as their heartbeats told.
  public let workerBusySeconds: Double

  /// Seconds that workers waited, summed over the workers, as their heartbeats told.
  public let workerWaitSeconds: Double

  /// The step's own groups that this learner accepted, whenever that was. With a lag most of them come while the step before is
  /// trained. A restarted learner counts those that it accepted itself, and not those that it found in the ledger.
  public let groups: Int

  /// Response tokens in those groups.
  public let responseTokens: Int

  /// Seconds in which those groups were sampled: from the group that was accepted before the first of them, or the learner's start,
  /// to the last of them. Unlike the step's seconds it does not end with the update, so that a step whose groups were all in before its
  /// update began, as the last one of a run with a lag, has a rate of its own.
  public let intakeSeconds: Double

  /// Questions that were left out on the way to the step's, because they had been unanimous; nil where none ever is.
  public var skippedQuestions: Int?

  /// Creates the timing of a step that took `seconds`; for the counts see ``StepPace``.
  public init(
    step: UInt32, seconds: Double, learnerWaitSeconds: Double, updateSeconds: Double, gradientSeconds: Double = 0,
    linkSeconds: Double = 0, workerBusySeconds: Double,
    workerWaitSeconds: Double, groups: Int, responseTokens: Int, intakeSeconds: Double, workers: Int, duplicates: Int, stale: Int,
    reassigned: Int
  ) {
    func share(_ part: Double, of whole: Double) -> Double { whole > 0 ? min(1, part / whole) : 0 }
    func rate(_ count: Int) -> Double { intakeSeconds > 0 ? Double(count) / intakeSeconds : 0 }
    self.step = step
    self.learnerWaitSeconds = learnerWaitSeconds
    self.updateSeconds = updateSeconds
    self.gradientSeconds = gradientSeconds
    self.linkSeconds = linkSeconds
    self.workerBusySeconds = workerBusySeconds
    self.workerWaitSeconds = workerWaitSeconds
    self.groups = groups
    self.responseTokens = responseTokens
    self.intakeSeconds = intakeSeconds
    pace = StepPace(
      seconds: seconds, learnerWaitShare: share(learnerWaitSeconds, of: seconds),
      workerWaitShare: share(workerWaitSeconds, of: workerBusySeconds + workerWaitSeconds), groupsPerSecond: rate(groups),
      tokensPerSecond: rate(responseTokens), workers: workers, duplicates: duplicates, stale: stale, reassigned: reassigned)
  }
}

/// What a step's time went to in the first place: whether more workers would help.
public enum StepBound: String, Sendable {
  /// Waiting for groups: more workers help.
  case sampling
  /// Parts of gradients: more workers help, as long as there are more parts than they.
  case gradients
  /// Bytes of gradients on their way: a faster link to the learner helps, or a lower rank.
  case link
  /// What the learner does alone.
  case learner
}

extension StepTiming {
  /// Seconds of the update in which the learner did what it does alone.
  public var learnerSeconds: Double { updateSeconds - gradientSeconds - linkSeconds }

  /// What took most of the step.
  public var bound: StepBound {
    let shares: [(StepBound, Double)] = [
      (.sampling, learnerWaitSeconds), (.gradients, gradientSeconds), (.link, linkSeconds), (.learner, learnerSeconds),
    ]
    return shares.max { $0.1 < $1.1 }?.0 ?? .learner
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

  /// The step's groups a second of the time in which they were sampled; 0 where this learner accepted none of them, or all within a millisecond.
  public var groupsPerSecond: Double

  /// The step's response tokens a second of that time; 0 where this learner accepted none of them, or all within a millisecond.
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
  /// The groups of one step, as they come in.
  private struct Intake {
    /// When the group before the first one was accepted.
    var start: Milliseconds
    var end: Milliseconds
    var groups = 0
    var responseTokens = 0
  }

  private var start: Milliseconds = 0
  private var updateStart: Milliseconds?
  private var waited: Milliseconds = 0
  private var updated: Milliseconds = 0
  private var idleSince: Milliseconds = 0
  private(set) var workerBusySeconds = 0.0
  private(set) var workerWaitSeconds = 0.0
  /// By step: those that are still open outlive the end of another.
  private var intakes: [UInt32: Intake] = [:]
  private var lastAccepted: Milliseconds
  private var gradientsBegun: Milliseconds?
  private var gradientsComputed: Milliseconds?
  private var gradientsAdded: Milliseconds?
  private(set) var duplicates = 0
  private(set) var stale = 0
  private(set) var reassigned = 0

  init(now: Milliseconds = 0) {
    start = now
    idleSince = now
    lastAccepted = now
  }

  /// A group of a step is accepted.
  mutating func accept(step: UInt32, responseTokens: Int, now: Milliseconds) {
    var intake = intakes[step] ?? Intake(start: lastAccepted, end: now)
    intake.end = now
    intake.groups += 1
    intake.responseTokens += responseTokens
    intakes[step] = intake
    lastAccepted = now
  }

  /// Workers report how long they sampled, and how long they waited.
  mutating func note(busySeconds: Double, waitingSeconds: Double) {
    workerBusySeconds += busySeconds
    workerWaitSeconds += waitingSeconds
  }

  /// A second copy is dropped.
  mutating func noteDuplicate() { duplicates += 1 }

  /// A stale group is dropped.
  mutating func noteStale() { stale += 1 }

  /// So many leases are handed out again.
  mutating func noteReassigned(_ count: Int) { reassigned += count }

  /// Parts of the update's gradient can be computed from now on.
  mutating func noteGradientsBegun(now: Milliseconds) { (gradientsBegun, gradientsComputed, gradientsAdded) = (now, nil, nil) }

  /// Every part is computed.
  mutating func noteGradientsComputed(now: Milliseconds) { gradientsComputed = gradientsComputed ?? now }

  /// Every part is in the sum.
  mutating func noteGradientsAdded(now: Milliseconds) { gradientsAdded = now }

  /// The update begins.
  mutating func beginUpdate(now: Milliseconds) {
    waited += now - idleSince
    updateStart = now
  }

  /// The update ends, and with it the step.
  mutating func finish(step: UInt32, workers: Int, now: Milliseconds) -> StepTiming {
    if let updateStart { updated = now - updateStart }
    let added = gradientsAdded ?? now
    let computed = gradientsComputed ?? added
    let (gradients, link) = gradientsBegun.map { (computed - $0, added - computed) } ?? (0, 0)
    let intake = intakes.removeValue(forKey: step) ?? Intake(start: now, end: now)
    let timing = StepTiming(
      step: step, seconds: Double(now - start) / 1000, learnerWaitSeconds: Double(waited) / 1000, updateSeconds: Double(updated) / 1000,
      gradientSeconds: Double(gradients) / 1000, linkSeconds: Double(link) / 1000,
      workerBusySeconds: workerBusySeconds, workerWaitSeconds: workerWaitSeconds, groups: intake.groups,
      responseTokens: intake.responseTokens, intakeSeconds: Double(intake.end - intake.start) / 1000, workers: workers,
      duplicates: duplicates, stale: stale, reassigned: reassigned)
    var next = StepMeter(now: now)
    next.intakes = intakes
    next.lastAccepted = lastAccepted
    self = next
    return timing
  }
}

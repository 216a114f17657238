import Wire

/// What a learner's state machine must know of a run: its shape, its bounds and its patience.
public struct LearnerPlan: Sendable, Equatable {
  /// How many updates the run makes. Step `s` turns policy version `s` into `s + 1`.
  public var steps: UInt32

  /// How many slots, and so questions, a step has.
  public var questionsPerStep: UInt32

  /// G: how many responses a group has.
  public var groupSize: UInt32

  /// How many versions the policy that a step is sampled from may lie behind the one it updates.
  public var lag: UInt32

  /// For how many epochs a question is left out after a unanimous group; 0 for none.
  public var skipUnanimous: UInt32

  /// The longest response that a sampler can make, in tokens.
  public var maximumResponseTokens: UInt32

  /// Token identifiers lie below this.
  public var vocabularySize: UInt32

  /// The tokens that end a response.
  public var endTokens: Set<Int32>

  /// Every how many versions a checkpoint is written; the last version is always written.
  public var checkpointEvery: UInt32

  /// Every how many versions the policy is evaluated, version 0 and the last included; 0 evaluates never.
  public var evaluateEvery: UInt32

  /// Whether version 0 is evaluated.
  public var evaluatesBefore: Bool

  /// How many held-out questions an evaluation asks.
  public var heldOut: UInt32

  /// How many of the held-out questions, from the first on, need no answers: they have some.
  public var heldOutAnswered: UInt32 = 0

  /// How many samples of each held-out question the first and the last evaluation draw beside the greedy response.
  public var evaluationSamples: UInt32

  /// Whether the run has base weights, which a worker must have before it is given tasks.
  public var hasBaseWeights: Bool

  /// How often workers show that they live.
  public var heartbeat: Milliseconds

  /// How long a lease holds after the last heartbeat that named it, and how long a worker may be silent.
  public var lease: Milliseconds

  /// How many tasks a worker has in hand at most: what it samples at once, and as many again, so that it never waits for the next. More
  /// would leave nothing to a worker that comes later.
  public var tasksInHand: Int

  /// How many times the median time of a group a task may take before an idle worker is given it, too; 0 for never.
  public var stragglerFactor: Double

  /// How many times the median time of a group a worker may answer nothing before its tasks go to others, but no less than
  /// `lease`; 0 for ever.
  public var hangFactor: Double

  /// Which results are checked.
  public var audit: AuditPlan

  /// How an update's gradient is spread over workers; nil where the learner computes it alone.
  public var gradients: GradientPlan?

  /// Whether workers have keys: a result is checked by the holder of another key. Without keys, the learner checks itself.
  public var hasKeys: Bool

  /// Workers that the run has itself, whose checks count first.
  public var ownWorkers: Set<String>

  /// How long a worker that sent several bad groups gets no tasks at first, twice as long each time; 0 keeps nobody away.
  public var quarantine: Milliseconds

  /// The numeric fingerprint that every worker must have; nil takes any.
  public var fingerprint: String?

  /// Whether workers with another fingerprint are turned away. If not, the first worker's is what others are compared with, and told
  /// of where they differ.
  public var requiresSameBits: Bool

  /// Which build the learner is, to be compared with what workers say of theirs; nil compares nothing.
  public var software: String?

  /// How many workers a run takes unless told otherwise.
  public static let defaultMaximumWorkers = 16_384

  /// How many workers are taken in.
  public var maximumWorkers: Int

  /// How long a learner whose run is complete waits for its workers to take note, and the least time that it lives.
  public var farewell: Milliseconds

  /// How long somebody waits before they say for what, and how often they say it again.
  public var patience: Milliseconds

  /// Creates a plan.
  public init(
    steps: UInt32, questionsPerStep: UInt32, groupSize: UInt32, lag: UInt32 = 1, skipUnanimous: UInt32 = 0, maximumResponseTokens: UInt32,
    vocabularySize: UInt32, endTokens: Set<Int32>, checkpointEvery: UInt32, evaluateEvery: UInt32 = 0, evaluatesBefore: Bool = true,
    heldOut: UInt32 = 0, evaluationSamples: UInt32 = 0, hasBaseWeights: Bool = false, heartbeat: Milliseconds = 1_000,
    lease: Milliseconds = 15_000,
    tasksInHand: Int = .max, stragglerFactor: Double = 3, hangFactor: Double = 10, audit: AuditPlan = .none,
    gradients: GradientPlan? = nil, hasKeys: Bool = false,
    ownWorkers: Set<String> = [],
    quarantine: Milliseconds = 60_000,
    fingerprint: String? = nil, requiresSameBits: Bool = true, software: String? = nil, maximumWorkers: Int = Self.defaultMaximumWorkers,
    farewell: Milliseconds = 3_000,
    patience: Milliseconds = 10_000
  ) {
    precondition(questionsPerStep > 0 && groupSize > 0, "a step has slots and a group has responses")
    precondition(checkpointEvery > 0, "a checkpoint is written every 1 or more versions")
    precondition(heartbeat > 0 && heartbeat <= lease && lease <= Milliseconds(UInt32.max), "a lease outlives a heartbeat")
    precondition(lag < UInt32.max - steps, "steps are numbered by 32 bits")
    self.steps = steps
    self.questionsPerStep = questionsPerStep
    self.groupSize = groupSize
    self.lag = lag
    self.skipUnanimous = skipUnanimous
    self.maximumResponseTokens = maximumResponseTokens
    self.vocabularySize = vocabularySize
    self.endTokens = endTokens
    self.checkpointEvery = checkpointEvery
    self.evaluateEvery = evaluateEvery
    self.evaluatesBefore = evaluatesBefore
    self.heldOut = heldOut
    self.evaluationSamples = evaluationSamples
    self.hasBaseWeights = hasBaseWeights
    self.heartbeat = heartbeat
    self.lease = lease
    precondition(tasksInHand > 0, "a worker has at least one task in hand")
    self.tasksInHand = tasksInHand
    self.stragglerFactor = stragglerFactor
    self.hangFactor = hangFactor
    self.audit = audit
    self.gradients = gradients
    self.hasKeys = hasKeys
    self.ownWorkers = ownWorkers
    self.quarantine = quarantine
    self.fingerprint = fingerprint
    self.requiresSameBits = requiresSameBits
    self.software = software
    self.maximumWorkers = maximumWorkers
    self.farewell = farewell
    self.patience = patience
  }

  /// The version that step `step` is sampled from, exactly: `max(0, step - lag)`.
  public func policyVersion(of step: UInt32) -> UInt32 {
    step > lag ? step - lag : 0
  }

  /// The version that a piece of work is done with.
  func policyVersion(of item: WorkItem) -> UInt32 {
    item.kind.checked == .sample ? policyVersion(of: item.step) : item.step
  }

  /// How many responses a piece of work has.
  func groupSize(of item: WorkItem) -> Int {
    guard item.kind.checked != .gradient else { return 0 }
    guard item.kind.checked == .evaluation else { return Int(groupSize) }
    return 1 + (item.step == 0 || item.step == steps ? Int(evaluationSamples) : 0)
  }

  /// Whether a version is evaluated.
  func evaluates(_ version: UInt32) -> Bool {
    guard evaluateEvery > 0, heldOut > 0, version > 0 || evaluatesBefore else { return false }
    return version.isMultiple(of: evaluateEvery) || version == steps
  }

  /// The oldest version that a learner at `version` may still have to hand out.
  func oldestRetained(at version: UInt32) -> UInt32 {
    policyVersion(of: version)
  }

  /// The steps that may be leased at `version`: those whose policy version exists. At most `lag + 1`.
  func openSteps(at version: UInt32) -> Range<UInt32> {
    version..<max(version, min(version + lag + 1, steps))
  }
}

/// How an update's gradient is spread over workers.
public struct GradientPlan: Sendable, Equatable {
  /// Whether the learner's own cores compute parts, too. That changes no bit of the run.
  public enum LearnerWork: String, Sendable, CaseIterable {
    /// As long as there are fewer workers than parts, so that workers alone would go round more than once.
    case automatic = "auto"
    /// Always.
    case always = "true"
    /// Never.
    case never = "false"
  }

  /// How many parts an update has.
  public var parts: UInt32

  /// The bytes of a part's gradient.
  public var totalBytes: UInt64

  /// Whether the learner computes parts itself.
  public var learnerWork: LearnerWork

  /// Creates a plan.
  public init(parts: UInt32, totalBytes: UInt64, learnerWork: LearnerWork = .automatic) {
    precondition(parts > 0 && totalBytes > 0, "a gradient has parts, and a part has bytes")
    self.parts = parts
    self.totalBytes = totalBytes
    self.learnerWork = learnerWork
  }

  /// Whether the learner works where so many workers are given tasks.
  package func learnerWorks(beside takers: Int) -> Bool {
    switch learnerWork {
    case .automatic: takers < parts
    case .always: true
    case .never: false
    }
  }
}

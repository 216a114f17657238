public import EMPO

/// A message from a worker to the learner.
public enum WorkerMessage: Sendable, Equatable {
  /// Introduces the worker; first, and again whenever the learner has forgotten it.
  case hello(Hello)
  /// Shows that the worker lives and which leases it still works on.
  case heartbeat(Heartbeat)
  /// The result of a leased task.
  case result(WorkResult)
  /// Bytes of a gradient that the learner asked for.
  case gradient(GradientChunk)
  /// Asks for chunks of a frame of a policy version. `base` is the newest earlier version that the worker has: the learner chooses whether
  /// to send a delta against it or a key frame. Without a base it sends a key frame. An empty list asks for the first chunks; at most 64
  /// are sent. The base weights are asked for as the key frame of ``BaseDescription/version``.
  case weightsRequest(policyVersion: UInt32, base: UInt32? = nil, chunks: [UInt32])
  /// Gives tasks back.
  case decline(leases: [UInt64])
  /// The worker leaves.
  case goodbye
}

/// A worker's introduction.
public struct Hello: Sendable, Equatable {
  /// The version of the conversation that the worker speaks.
  public var protocolVersion: UInt32

  /// The worker's name, unique among the run's workers, and its socket identity.
  public var worker: String

  /// Name and version of the worker's software.
  public var software: String

  /// The numeric fingerprint: workers whose arithmetic agrees bit for bit have the same.
  public var fingerprint: String

  /// How many tasks the worker wants in hand.
  public var credits: UInt32

  /// Creates an introduction.
  public init(protocolVersion: UInt32 = Wire.protocolVersion, worker: String, software: String, fingerprint: String, credits: UInt32) {
    self.protocolVersion = protocolVersion
    self.worker = worker
    self.software = software
    self.fingerprint = fingerprint
    self.credits = credits
  }
}

/// A worker's sign of life.
public struct Heartbeat: Sendable, Equatable {
  /// The incarnation of the learner that the worker believes it serves.
  public var incarnation: UInt64

  /// The leases in hand.
  public var leases: [UInt64]

  /// The policy version that is whole in the worker's memory; nil before the first.
  public var policyVersion: UInt32?

  /// Seconds spent sampling and scoring so far.
  public var busySeconds: Double

  /// Seconds spent waiting for tasks or weights so far.
  public var waitingSeconds: Double

  /// Tokens sampled so far.
  public var sampledTokens: UInt64

  /// Whether the worker has what it needs beside a policy version: the run's base weights, where there are some. Before that it is given no
  /// tasks.
  public var isReady: Bool

  /// Creates a sign of life.
  public init(
    incarnation: UInt64, leases: [UInt64], policyVersion: UInt32?, busySeconds: Double, waitingSeconds: Double, sampledTokens: UInt64,
    isReady: Bool = true
  ) {
    self.incarnation = incarnation
    self.leases = leases
    self.policyVersion = policyVersion
    self.busySeconds = busySeconds
    self.waitingSeconds = waitingSeconds
    self.sampledTokens = sampledTokens
    self.isReady = isReady
  }
}

/// What a worker has to say of a leased task.
public struct WorkResult: Sendable, Equatable {
  /// What came of the work.
  public enum Outcome: Sendable, Equatable {
    /// Responses. Those of an evaluation are not scored: their answers are empty, and each has a cluster of its own and no reward.
    case group(ScoredGroup)
    /// A part of a gradient, which is there to be asked for.
    case gradient(GradientSummary)
  }

  /// The lease it was worked on under.
  public var lease: UInt64

  /// The seal that came with the lease.
  public var seal: LeaseSeal

  /// Which piece of the run's work it is.
  public var item: WorkItem

  /// The version of the weights that it was made with.
  public var policyVersion: UInt32

  /// What came of it: a gradient where the item is one or the check of one, else a group.
  public var outcome: Outcome

  /// How long it took.
  public var seconds: Double

  /// Creates a result.
  public init(lease: UInt64, seal: LeaseSeal, item: WorkItem, policyVersion: UInt32, outcome: Outcome, seconds: Double) {
    self.lease = lease
    self.seal = seal
    self.item = item
    self.policyVersion = policyVersion
    self.outcome = outcome
    self.seconds = seconds
  }

  /// Creates a result of sampling and scoring.
  public init(lease: UInt64, seal: LeaseSeal, item: WorkItem, policyVersion: UInt32, group: ScoredGroup, seconds: Double) {
    self.init(lease: lease, seal: seal, item: item, policyVersion: policyVersion, outcome: .group(group), seconds: seconds)
  }

  /// The responses; none where the outcome is no group.
  public var group: ScoredGroup {
    get {
      if case .group(let group) = outcome { group } else { ScoredGroup(responses: [], semanticEntropy: 0, isKept: false) }
    }
    set { outcome = .group(newValue) }
  }

  /// The gradient; nil where the outcome is none.
  public var gradient: GradientSummary? {
    if case .gradient(let summary) = outcome { summary } else { nil }
  }
}

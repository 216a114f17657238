/// Who a worker is, and its patience.
public struct WorkerPlan: Sendable, Equatable {
  /// The name, unique among the run's workers.
  public var name: String

  /// Name and version of the software.
  public var software: String

  /// The numeric fingerprint: workers whose arithmetic agrees bit for bit have the same.
  public var fingerprint: String

  /// How many tasks the worker wants in hand.
  public var credits: UInt32

  /// How long an unanswered hello waits at first; twice as long each time, up to `patience`.
  public var helloRetry: Milliseconds

  /// How long chunks of a wanted version may stay away before they are asked for.
  public var repairAfter: Milliseconds

  /// How many chunks are asked for at once.
  public var chunksPerRequest: Int

  /// How long the relay, where there is one, may be silent before weights are fetched from the learner.
  public var relayPatience: Milliseconds

  /// How long a worker that was asked to leave goes on with what it has begun, at most: it leaves sooner where its leases run out.
  public var drain: Milliseconds

  /// How long the learner may be silent before the worker gives up; nil waits for ever.
  public var giveUpAfter: Milliseconds?

  /// How long the worker waits before it says for what, and how often it says it again.
  public var patience: Milliseconds

  /// Creates a plan.
  public init(
    name: String, software: String, fingerprint: String, credits: UInt32, helloRetry: Milliseconds = 1_000,
    repairAfter: Milliseconds = 500, chunksPerRequest: Int = 16, relayPatience: Milliseconds = 5_000, drain: Milliseconds = 3_000,
    giveUpAfter: Milliseconds? = nil,
    patience: Milliseconds = 10_000
  ) {
    precondition(credits > 0 && chunksPerRequest > 0, "a worker takes at least one task, and asks for at least one chunk")
    self.name = name
    self.software = software
    self.fingerprint = fingerprint
    self.credits = credits
    self.helloRetry = helloRetry
    self.repairAfter = repairAfter
    self.chunksPerRequest = chunksPerRequest
    self.relayPatience = relayPatience
    self.drain = drain
    self.giveUpAfter = giveUpAfter
    self.patience = patience
  }
}

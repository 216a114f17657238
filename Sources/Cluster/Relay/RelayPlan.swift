/// Who a relay is, and its patience.
public struct RelayPlan: Sendable, Equatable {
  /// The name, unique among the run's workers and relays.
  public var name: String

  /// Name and version of the software.
  public var software: String

  /// How long an unanswered hello waits at first; twice as long each time, up to `patience`.
  public var helloRetry: Milliseconds

  /// How long chunks of a wanted version may stay away before they are asked for.
  public var repairAfter: Milliseconds

  /// How many chunks may be asked for and not there. The learner keeps a version while they are asked for within a lease.
  public var chunksPerRequest: Int

  /// How long the learner may be silent before the relay gives up; nil waits for ever.
  public var giveUpAfter: Milliseconds?

  /// How long the relay waits before it says for what, and how often it says it again.
  public var patience: Milliseconds

  /// Creates a plan.
  public init(
    name: String, software: String, helloRetry: Milliseconds = 1_000, repairAfter: Milliseconds = 500, chunksPerRequest: Int = 16,
    giveUpAfter: Milliseconds? = nil, patience: Milliseconds = 10_000
  ) {
    precondition(chunksPerRequest > 0, "a relay asks for at least one chunk")
    self.name = name
    self.software = software
    self.helloRetry = helloRetry
    self.repairAfter = repairAfter
    self.chunksPerRequest = chunksPerRequest
    self.giveUpAfter = giveUpAfter
    self.patience = patience
  }
}

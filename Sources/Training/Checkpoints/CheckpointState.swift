public import EMPO

/// Where a run stands at a checkpoint, beside the parameters and the optimiser's moments: the checkpoint's `state.json`.
public struct CheckpointState: Codable, Sendable, Equatable {
  /// The current value of ``formatVersion``.
  public static let currentFormat = 2

  /// The layout of this file.
  public var formatVersion = CheckpointState.currentFormat

  /// The step that comes next: steps before it are in the parameters. Also the policy version of the parameters.
  public var step: UInt32

  /// Optimiser updates so far; bias correction and schedules count these.
  public var optimizerSteps: UInt64

  /// The run's seed.
  public var seed: UInt64

  /// A digest of the part of the configuration that decides the run's outcome.
  public var configurationDigest: String

  /// Steps, or parts of them, that were not applied since their loss or gradient was not finite.
  public var skippedSteps: UInt64

  /// Response tokens trained on so far.
  public var trainedTokens: UInt64

  /// Seconds of training so far, over all of the learner's lives.
  public var trainedSeconds: Double

  /// Whether this is the run's result. A final checkpoint is never pruned.
  public var isFinal: Bool

  /// The policy versions, older than the parameters, that open steps still sample from; the file of version v is named by
  /// ``samplingFile(ofVersion:)``.
  public var samplingVersions: [UInt32]

  /// Which questions the open steps ask and which are left out; nil where none ever is.
  public var questions: QuestionSchedule.State?

  /// How far the run's ledger reached; nil where there is none.
  public var ledger: LedgerMark?

  /// What the run's guard remembers; nil where it has none.
  public var collapse: CollapseGuard.State?

  /// A place in a ledger: what it held when the checkpoint was asked for.
  public struct LedgerMark: Codable, Sendable, Equatable {
    /// The name of the ledger's run.
    public var run: String

    /// How many entries there were.
    public var entries: UInt64

    /// A digest over all of them.
    public var link: String

    /// How often a learner of the run had begun.
    public var incarnation: UInt64

    /// Creates a mark.
    public init(run: String, entries: UInt64, link: String, incarnation: UInt64) {
      self.run = run
      self.entries = entries
      self.link = link
      self.incarnation = incarnation
    }
  }

  /// Creates the state of a run.
  public init(
    step: UInt32, optimizerSteps: UInt64, seed: UInt64, configurationDigest: String, skippedSteps: UInt64 = 0,
    trainedTokens: UInt64 = 0, trainedSeconds: Double = 0, isFinal: Bool = false, samplingVersions: [UInt32] = [],
    questions: QuestionSchedule.State? = nil, ledger: LedgerMark? = nil, collapse: CollapseGuard.State? = nil
  ) {
    self.step = step
    self.optimizerSteps = optimizerSteps
    self.seed = seed
    self.configurationDigest = configurationDigest
    self.skippedSteps = skippedSteps
    self.trainedTokens = trainedTokens
    self.trainedSeconds = trainedSeconds
    self.isFinal = isFinal
    self.samplingVersions = samplingVersions
    self.questions = questions
    self.ledger = ledger
    self.collapse = collapse
  }

  /// The policy version of the checkpoint's parameters: step s turns version s into s + 1.
  public var policyVersion: UInt32 { step }

  /// The name of the file with an older policy's parameters.
  public static func samplingFile(ofVersion version: UInt32) -> String {
    "sampling-\(CheckpointStore.sixDigits(version)).safetensors"
  }
}

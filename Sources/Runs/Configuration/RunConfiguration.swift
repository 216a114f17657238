public import ChatTemplates
public import Cluster
public import EMPO
public import HuggingFace
public import Rollouts
public import Training
public import Transformer

/// Everything that a run is told: what to train, on what, how, and with which processes.
///
/// The values here are the defaults for the embedded model; ``init(defaultsFor:)`` has those for any. ``ConfigurationKey/all``
/// gives each its name, range and meaning, for files, the environment and flags alike.
public struct RunConfiguration: Sendable, Equatable {
  /// The base model's folder.
  public var model = DataSource.embedded
  /// The questions to train on.
  public var questions = DataSource.embedded
  /// The questions with answers to measure on.
  public var heldOut = DataSource.embedded
  /// The key of a question's text in a questions file; nil for the first of the usual ones.
  public var questionKey: String?
  /// The key of a question's answer in a questions file; nil for the first of the usual ones.
  public var answerKey: String?
  /// What the model is given, or, of a chat, what the user says; `{question}` stands for the question.
  public var promptTemplate = PromptPreset.qa.template
  /// What a chat's system message says; nil for no such message.
  public var system: String?
  /// The chat template around it.
  public var template = TemplateSource.automatic
  /// What the chat template is given beside the messages.
  public var templateVariables = TemplateVariables()
  /// How the policy's weights are stored in rollouts and in the learner's forward pass.
  public var weightStorage = WeightStorage.automatic
  /// How products of bfloat16 weights are computed.
  public var arithmetic = ArithmeticChoice.automatic
  /// What is trained of the model.
  public var train = TrainedWeights.full
  /// The adapters, where these are trained.
  public var lora = LoRA()
  /// Decides every random number of the run.
  public var seed: UInt64 = 0
  /// Updates of the policy.
  public var steps = 50
  /// Groups of a step.
  public var questionsPerStep = 32
  /// G: responses to a question.
  public var groupSize = 16
  /// How many versions the sampling policy lies behind.
  public var lag = 1
  /// For how many epochs a question is left out after a unanimous group; 0 for none.
  public var skipUnanimous = 0
  /// Worker processes that `empo train` starts.
  public var workers = 2
  /// How responses are rewarded, and which groups carry a gradient.
  public var scoring = ScoringOptions()
  /// What decides that answers mean the same.
  public var judge = JudgeKind.math
  /// The settings of the judge.
  public var judging = JudgeOptions()
  /// What counts as a response's answer.
  public var reading = AnswerReading()
  /// How responses are drawn.
  public var sampling = SamplingOptions()
  /// How rewards become advantages.
  public var advantage = AdvantageNormalization.groupStandardDeviation
  /// How token losses become one.
  public var loss = LossKind.tokenMean
  /// The lower clip of the ratio.
  public var clipLow = 0.2
  /// The upper clip of the ratio.
  public var clipHigh = 0.28
  /// The weight of the KL term to the base model.
  public var kl = 0.0
  /// Optimiser updates of a step.
  public var minibatches = 1
  /// Parts of an update's gradient; 0 for 16 with adapters and 1 with all weights.
  public var gradientParts = 0
  /// Who computes gradients.
  public var gradients = GradientPlace.automatic
  /// Whether responses that ended at the length limit carry no gradient.
  public var maskTruncated = false
  /// How the parameters move.
  public var optimizer = OptimizerOptions()
  /// Tokens of one forward and backward pass.
  public var microBatchTokens = 2048
  /// What the backward computes again in place of keeping it.
  public var recomputation = Recomputation.none
  /// The learner process.
  public var learner = Learner()
  /// A worker process.
  public var worker = Worker()
  /// How long a silent worker keeps its tasks.
  public var leaseSeconds = 15.0
  /// How often a worker shows that it lives.
  public var heartbeatSeconds = 1.0
  /// How many times the median time of a group makes a task late; 0 for never.
  public var stragglerFactor = 3.0
  /// How many times the median time of a group a worker may answer nothing; 0 for any.
  public var hangFactor = 10.0
  /// How long a worker that sent bad groups gets no tasks at first; 0 for never.
  public var quarantineSeconds = 60.0
  /// The share of accepted groups that are checked.
  public var audit = 0.02
  /// What follows for a worker that is found to be wrong.
  public var auditAction = AuditAction.expel
  /// Whether all workers must compute alike, bit for bit.
  public var requireSameBits = true
  /// How many updates may be skipped in a row; 0 for any number.
  public var skippedUpdatesLimit = 3
  /// Steps between checkpoints.
  public var checkpointEvery = 10
  /// Checkpoints that stay.
  public var keepCheckpoints = 3
  /// Whether the base model is measured.
  public var evaluatesBefore = true
  /// Steps between evaluations; 0 for none in between.
  public var evaluateEvery = 10
  /// What happens when the run collapses.
  public var guardAction = GuardAction.warn
  /// The steps that the guard takes medians of.
  public var guardWindow = 3
  /// How far the held-out accuracy may fall below its best.
  public var guardTolerance = 0.03
  /// How many processes `empo train` starts again before it gives up.
  public var restartBudget = 10

  /// The defaults for the embedded model.
  public init() {}
}

/// What a run trains of its model.
public enum TrainedWeights: String, Sendable, CaseIterable {
  /// All weights.
  case full
  /// Adapters of low rank, while the base's weights stay as they are.
  case lora
}

extension RunConfiguration {
  /// Adapters, in PEFT's terms.
  public struct LoRA: Sendable, Equatable {
    /// r
    public var rank = 16
    /// The numerator of the scale.
    public var alpha = 32.0
    /// The projections that have an adapter.
    public var targets = Set(LoRAConfiguration.Target.allCases)
    /// The share of inputs that are dropped in training: 0.
    public var dropout = 0.0

    /// The defaults.
    public init() {}

    /// The adapters of a PEFT folder; a scale of alpha / √r becomes one of another alpha over r.
    init(_ lora: LoRAConfiguration) {
      rank = lora.rank
      alpha = lora.isRankStabilized ? lora.alpha * Double(lora.rank).squareRoot() : lora.alpha
      targets = lora.targets
    }
  }

  /// The learner process.
  public struct Learner: Sendable, Equatable {
    /// Threads that compute; 0 for one a processor.
    public var threads = 0
    /// Where workers find it.
    public var listen = ListenAddress.automatic
    /// Where it broadcasts weights.
    public var publish = ListenAddress.automatic
    /// Whether it computes parts of gradients that are spread over workers.
    public var works = GradientPlan.LearnerWork.automatic
    /// Where it tells its metrics; nil for nowhere.
    public var metrics: MetricsAddress?
  }

  /// A worker process.
  public struct Worker: Sendable, Equatable {
    /// Threads that compute; 0 for an equal part of the processors.
    public var threads = 0
    /// How far it steps back for other processes, from 0 to 19.
    public var niceness = 0
    /// The most memory that it takes.
    public var memory = MemoryCap.none
    /// Sequences sampled at once.
    public var maximumSequences = 128
  }
}

/// Where a model or questions come from.
public enum DataSource: Sendable, Hashable {
  /// What ships inside the package.
  case embedded
  /// Nowhere.
  case none
  /// A file or folder.
  case path(String)
}

/// An address to bind.
public enum ListenAddress: Sendable, Hashable {
  /// A free port on the loopback interface.
  case automatic
  /// A `tcp://HOST:PORT` endpoint.
  case endpoint(String)
}

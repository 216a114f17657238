public import Cluster
public import EMPO
internal import Tensors
public import Training
internal import Transformer
public import Wire

/// The learner's trainer: a policy trainer that keeps its policy in checkpoints.
public final class CheckpointedTrainer: StepTrainer {
  /// Compares the run's ledger with the checkpoint of a version, see ``Ledger/reconcile(with:version:acceptingLoss:)``. Without a checkpoint,
  /// the version is 0 and the reach nil.
  public typealias Reconcile = (_ reach: LedgerReach?, _ version: UInt32) throws -> Void

  /// What a run's checkpoints carry beside parameters and moments.
  public struct Identity: Sendable {
    /// The run's seed.
    public var seed: UInt64
    /// A digest of the configuration as far as it decides the run's outcome.
    public var configurationDigest: String
    /// Files that make the checkpoint a model folder that other tools open, `config.json` and `tokenizer.json` among them.
    public var modelFiles: [NamedBytes]

    /// Creates an identity.
    public init(seed: UInt64, configurationDigest: String, modelFiles: [NamedBytes]) {
      self.seed = seed
      self.configurationDigest = configurationDigest
      self.modelFiles = modelFiles
    }
  }

  /// The policy trainer.
  public let trainer: PolicyTrainer

  /// The version of the policy at hand.
  public private(set) var version: UInt32 = 0

  /// What the checkpoint kept of the questions to ask.
  public private(set) var questions: QuestionSchedule.State?

  /// Ends the run after too many skipped updates.
  public var skippedUpdates = SkippedUpdateLimit()

  /// Watches for a collapse; nil where nobody does.
  private var collapse: CollapseGuard?

  /// The measurements so far, by version.
  private let probes: () throws -> [LabelledProbe]

  /// What the update at hand was begun on, and the measurements that were known then.
  private var begun: (groups: [PromptedGroup], probes: [LabelledProbe]) = ([], [])

  /// Where checkpoints are written; nil for a trainer that writes none.
  private let store: CheckpointStore?
  private let identity: Identity
  private var older: [UInt32: WeightBytes] = [:]
  private var skippedSteps: UInt64 = 0
  private var trainedTokens: UInt64 = 0
  private var trainedSeconds = 0.0

  /// A trainer that goes on from the newest whole checkpoint of the store, or begins with the trainer's weights. What a crash left
  /// behind in the store is dealt with first, so this is for the learner that holds the run's lock.
  ///
  /// - Parameters:
  ///   - guarding: what a guard of the run is told; nil for no guard.
  ///   - probes: the measurements so far, by version, for the guard. Those of versions before the step at hand are never missing.
  ///   - report: told of each folder that looked like a checkpoint and was passed over.
  ///   - reconcile: called once it is known where the run goes on, before weights are read.
  public init(
    _ trainer: PolicyTrainer, store: CheckpointStore, identity: Identity, guarding: GuardOptions? = nil,
    probes: @escaping () throws -> [LabelledProbe] = { [] }, report: (BrokenCheckpoint) -> Void, reconcile: Reconcile = { _, _ in }
  ) throws {
    self.trainer = trainer
    self.store = store
    self.identity = identity
    self.probes = probes
    collapse = guarding.map { CollapseGuard($0) }
    try store.recover()
    let found = try store.latestValid()
    found.broken.forEach(report)
    try found.checkpoint.map(check)
    try reconcile(found.checkpoint?.state.ledger.map(LedgerReach.init), found.checkpoint?.state.step ?? 0)
    try found.checkpoint.map(restore)
  }

  /// A trainer that computes again what a run computed, from a checkpoint of it or from the trainer's weights, and writes nothing.
  package init(
    again trainer: PolicyTrainer, from checkpoint: Checkpoint?, identity: Identity, guarding: GuardOptions?, probes: [LabelledProbe]
  ) throws {
    self.trainer = trainer
    store = nil
    self.probes = { probes }
    self.identity = identity
    collapse = guarding.map { CollapseGuard($0) }
    try checkpoint.map(check)
    try checkpoint.map(restore)
  }

  /// How the bytes of every version divide into tensors.
  public var manifest: WeightManifest { trainer.policy.manifest }

  /// Seconds of updates so far, over all of the learner's lives.
  public var seconds: Double { trainedSeconds }

  /// The version with which the guard ends the run; nil where nothing does.
  public var end: UInt32? { collapse?.state.end.map(UInt32.init) }

  /// Where the checkpoint of a version says something else of the run's course than this trainer, which came to that version by itself: of its
  /// counts, or of what its guard remembers, if that is to be compared. Nil where it says the same.
  package func courseDifference(from state: CheckpointState, withGuard: Bool) -> String? {
    let updates = UInt64(trainer.optimizer.count)
    let counts = [
      ("updates of the optimiser", state.optimizerSteps, updates), ("trained tokens", state.trainedTokens, trainedTokens),
      ("skipped steps", state.skippedSteps, skippedSteps),
    ]
    if let (name, kept, own) = counts.first(where: { $0.1 != $0.2 }) { return "\(name): \(told(kept, own))" }
    // A guard that only warns may have been turned on later.
    guard withGuard, let collapse, state.collapse != nil || collapse.options.action == .stop else { return nil }
    return state.collapse == collapse.state ? nil : "the guard remembers something else than its steps tell"
  }

  /// A version's bytes in a checkpoint of it.
  package func olderWeights(_ version: UInt32, in checkpoint: Checkpoint) throws -> WeightBytes {
    try stored(checkpoint.path(of: CheckpointState.samplingFile(ofVersion: version))).bytes()
  }

  /// What the checkpoints hold.
  private var trained: TrainedParameters { TrainedParameters(of: trainer.parameters.configuration, trainer.policy.weights.lora) }

  private func stored(_ path: String) -> StoredVersion {
    StoredVersion(path: path, layout: trainer.policy.layout, format: trainer.policy.type.format)
  }

  /// The bytes of the policy at hand.
  public func weights() -> WeightBytes {
    trainer.policy.lentBytes()
  }

  /// The bytes of the older versions that the checkpoint kept.
  public func olderWeights() -> [UInt32: WeightBytes] {
    older
  }

  /// Updates the policy on a step's groups, in slot order.
  public func train(step: UInt32, groups: [PromptedGroup]) throws -> UpdateReport {
    try prepare(step: step, groups)
    return note(try trainer.update(step: Int(step), groups: groups), of: step)
  }

  /// Cuts the update on a step's groups into parts: those of its only batch.
  public func begin(step: UInt32, groups: [PromptedGroup]) throws -> [GradientPart] {
    try prepare(step: step, groups)
    let plan = trainer.begin(step: Int(step), groups: groups)
    precondition(plan.batches.count <= 1, "an update in parts is one of the optimiser's")
    return plan.batches.first ?? []
  }

  /// Computes a part, and adds it to the sum.
  public func compute(part: Int) throws -> Int { try trainer.compute(part: part).processedTokens }

  /// Computes a part.
  public func gradient(ofPart part: Int) throws -> ComputedGradient {
    let (bytes, statistics) = try trainer.gradient(ofPart: part)
    return ComputedGradient(bytes: bytes, statistics: statistics)
  }

  /// Whether a gradient is one as the run's own parts have.
  public func isUsual(_ gradient: ComputedGradient) -> Bool { trainer.isUsual(gradient.bytes) }

  /// Adds a part that was computed elsewhere to the sum.
  public func add(part: Int, _ gradient: ComputedGradient) throws { trainer.add(part: part, gradient.bytes, gradient.statistics) }

  /// Moves the policy by the sum.
  public func finish(step: UInt32) throws -> UpdateReport {
    if trainer.hasBatch { trainer.endBatch() }
    return note(trainer.finish(), of: step)
  }

  /// Looks at what is known before a step's update. A measurement of the step's own version may have come or not, and waits for the next.
  private func prepare(step: UInt32, _ groups: [PromptedGroup]) throws {
    try skippedUpdates.check()
    guard let state = collapse?.state else { return }
    begun = (groups, try probes().filter { $0.version < Int(step) && $0.version > state.probed ?? -1 })
  }

  /// Takes note of a step that is trained.
  private func note(_ report: UpdateReport, of step: UInt32) -> UpdateReport {
    var report = report
    report.collapse = collapse?.note(step: Int(step), groups: begun.groups, update: report, probes: begun.probes)
    begun = ([], [])
    older = [:]
    questions = nil
    version = step + 1
    skippedSteps += UInt64(report.skippedUpdates)
    trainedTokens += UInt64(report.trainedTokens)
    trainedSeconds += report.seconds
    skippedUpdates.note(report, ofStep: step)
    return report
  }

  /// Makes the policy at hand durable, with its optimiser, the older versions that open steps still sample from, the questions to ask, and how
  /// far the ledger reaches.
  public func checkpoint(olderWeights: [UInt32: WeightBytes], questions: QuestionSchedule.State?, ledger: LedgerReach) throws {
    guard let store else { preconditionFailure("a trainer that computes a run again writes nothing") }
    let versions = olderWeights.keys.sorted()
    let state = CheckpointState(
      step: version, optimizerSteps: UInt64(trainer.optimizer.count), seed: identity.seed,
      configurationDigest: identity.configurationDigest, skippedSteps: skippedSteps, trainedTokens: trainedTokens,
      trainedSeconds: trainedSeconds, isFinal: Int(version) == trainer.options.steps || version == end, samplingVersions: versions,
      questions: questions, ledger: .init(ledger), collapse: collapse?.state)
    let (parameters, trained) = (trainer.parameters, trained)
    var files = [
      CheckpointFile(trained.fileName) { try trained.write(parameters, to: $0) },
      CheckpointFile("optimizer.safetensors") { [optimizer = trainer.optimizer] in try optimizer.write(safetensors: $0) },
    ]
    files += identity.modelFiles.map { CheckpointFile($0.name, bytes: $0.bytes) }
    for version in versions {
      guard let bytes = olderWeights[version] else { continue }
      files.append(
        CheckpointFile(CheckpointState.samplingFile(ofVersion: version)) { [self] path in try stored(path).write(version, bytes) })
    }
    try store.write(state, files: files)
    try skippedUpdates.check()
  }

  /// Throws unless the checkpoint is of this run.
  private func check(_ checkpoint: Checkpoint) throws {
    let state = checkpoint.state
    guard state.configurationDigest == identity.configurationDigest, state.seed == identity.seed else {
      throw RunsError(
        .changed,
        "\(checkpoint.path) was made under another configuration: found digest \(state.configurationDigest), expected "
          + identity.configurationDigest)
    }
    // A run has far fewer; a count beyond is damage, and would overflow.
    guard state.optimizerSteps < 1 << 53, state.skippedSteps < 1 << 53, state.trainedTokens < 1 << 53 else {
      throw RunsError(.checkpoint, "\(checkpoint.path): state.json counts more updates or tokens than a run can have")
    }
    guard state.collapse?.isPossible != false else {
      throw RunsError(.checkpoint, "\(checkpoint.path): state.json has a version in its guard's memory that no run can have")
    }
  }

  private func restore(_ checkpoint: Checkpoint) throws {
    let state = checkpoint.state
    try trained.read(into: trainer.parameters, from: checkpoint.path)
    trainer.renewPolicy()
    try trainer.optimizer.read(safetensors: checkpoint.path(of: "optimizer.safetensors"))
    trainer.optimizer.count = Int(state.optimizerSteps)
    older = [:]
    for version in state.samplingVersions {
      older[version] = try olderWeights(version, in: checkpoint)
    }
    version = state.step
    questions = state.questions
    collapse = collapse.map { CollapseGuard($0.options, state: state.collapse ?? CollapseGuard.State()) }
    skippedSteps = state.skippedSteps
    trainedTokens = state.trainedTokens
    trainedSeconds = state.trainedSeconds
  }
}

extension LedgerReach {
  /// What a checkpoint kept.
  init(_ mark: CheckpointState.LedgerMark) {
    self.init(run: mark.run, entries: mark.entries, link: mark.link, incarnation: mark.incarnation)
  }
}

extension CheckpointState.LedgerMark {
  /// What a checkpoint keeps.
  init(_ reach: LedgerReach) {
    self.init(run: reach.run, entries: reach.entries, link: reach.link, incarnation: reach.incarnation)
  }
}

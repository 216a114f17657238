import Cluster
import EMPO
import Foundation
import HuggingFace
import NumericTestSupport
import Runs
import Tensors
import TestSupport
import Testing
import Training
import Transformer
import Wire

@Suite struct CheckpointedTrainerTests {
  private let temporary: ScratchFolder
  private let store: CheckpointStore

  init() throws {
    temporary = try ScratchFolder()
    store = try CheckpointStore(folder: temporary.path + "/checkpoints", keep: 2)
  }

  private func trainer(
    configuration: String = "c", storing type: WeightType = .float32, _ lora: LoRAConfiguration? = nil, guarding: GuardOptions? = nil,
    probes: @escaping () throws -> [LabelledProbe] = { [] }, reconcile: CheckpointedTrainer.Reconcile = { _, _ in }
  ) throws
    -> CheckpointedTrainer
  {
    let options = PolicyTrainer.Options(optimizer: OptimizerOptions(learningRate: 1e-2), steps: 9)
    let policy: PolicyTrainer
    if let lora {
      let base = try TinyModel.decoder(storing: type).weights
      policy = PolicyTrainer(
        adapters: Parameters(initialAdaptersOf: base.configuration, lora, seed: 1), lora, of: base, positions: 128,
        lanes: Lanes(count: 1), options: options)
    } else {
      policy = PolicyTrainer(
        TinyModel.parameters(), storing: type, positions: 128, lanes: Lanes(count: 1), options: options)
    }
    return try CheckpointedTrainer(
      policy, store: store, identity: .init(seed: 1, configurationDigest: configuration, modelFiles: []), guarding: guarding,
      probes: probes,
      report: { _ in }, reconcile: reconcile)
  }

  private static let reach = LedgerReach(run: "r", entries: 5, link: "l", incarnation: 2)

  /// One group of two responses, of which the first is rewarded; another group for every step.
  private func groups(step: UInt32) -> [PromptedGroup] {
    let responses = (0..<2).map { index in
      ScoredResponse(
        tokens: TinyModel.tokens(5, seed: UInt64(10 * step) + UInt64(index)), tokenLogProbabilities: Array(repeating: -3, count: 5),
        isTruncated: false, answer: "\(index)", cluster: index, reward: Double(1 - index))
    }
    let group = ScoredGroup(responses: responses, semanticEntropy: 0.69, isKept: true)
    return [PromptedGroup(promptTokens: [2, 3], group: group)]
  }

  @Test("A restored trainer goes on bit for bit", arguments: WeightType.allCases, [nil, LoRAConfiguration(rank: 3, alpha: 6)])
  func aRestoredTrainerGoesOnBitForBit(type: WeightType, lora: LoRAConfiguration?) throws {
    let one = try trainer(storing: type, lora)
    let base = one.weights()
    let questions = QuestionSchedule.State(
      epoch: 3, place: 1, planned: [.init(questions: [4], epochs: [2], skipped: 5), .init(questions: [0], epochs: [3])],
      unanimous: [7: 2, 12: 3])
    for step in 0..<3 as Range<UInt32> {
      if step == 2 { try one.checkpoint(olderWeights: [0: base], questions: questions, ledger: Self.reach) }
      _ = try one.train(step: step, groups: groups(step: step))
    }
    let other = try trainer(storing: type, lora)
    #expect(other.version == 2)
    let isAdapters = FileManager.default.fileExists(atPath: store.path(ofStep: 2) + "/adapter_model.safetensors")
    #expect(isAdapters == (lora != nil))
    #expect(other.olderWeights() == [0: base])
    #expect(other.questions == questions)
    #expect(base.count == other.manifest.totalBytes)
    _ = try other.train(step: 2, groups: groups(step: 2))
    #expect(other.weights() != base)
    #expect(other.weights() == one.weights())
  }

  @Test("A guard goes on from the checkpoint, and does not look at a measurement too early or twice", arguments: [1, 3, 4, 5] as [UInt32])
  func aGuardGoesOn(from version: UInt32) throws {
    let options = GuardOptions(action: .stop, window: 3, tolerance: 0.05, lag: 1)
    // Version 2 is worse than version 1, which the update of step 3 may know, and no earlier one.
    let probes = [(1, 0.9), (2, 0.7), (8, 0.1)].map { LabelledProbe(version: $0, accuracy: $1) }
    func run(_ trainer: CheckpointedTrainer, to end: UInt32, each: (UInt32, UpdateReport) throws -> Void) throws {
      for step in trainer.version..<end { try each(step, trainer.train(step: step, groups: groups(step: step))) }
    }
    var reports: [GuardReport?] = []
    let one = try trainer(guarding: options, probes: { probes })
    try run(one, to: 5) { step, report in
      reports.append(report.collapse)
      #expect(one.end == (step < 3 ? nil : 5))
      if step + 1 == version { try one.checkpoint(olderWeights: [:], questions: nil, ledger: Self.reach) }
    }
    #expect(reports.map { $0?.alarms.count } == [0, 0, 0, 1, 0])
    #expect(reports[3]?.alarms.first?.figure == .heldOut)
    let other = try trainer(guarding: options, probes: { probes })
    #expect(other.version == version && other.end == (version < 4 ? nil : 5))
    try run(other, to: 5) { step, report in #expect(report.collapse == reports[Int(step)]) }
    try other.checkpoint(olderWeights: [:], questions: nil, ledger: Self.reach)
    // The version with which it ends is the run's result.
    #expect(try store.latestValid().checkpoint?.state.isFinal == true)
    #expect(try store.latestValid().checkpoint?.state.collapse?.decision?.version == 4)
  }

  @Test("A trainer without a guard says nothing of one")
  func noGuard() throws {
    let one = try trainer()
    #expect(try one.train(step: 0, groups: groups(step: 0)).collapse == nil)
    #expect(one.end == nil)
  }

  @Test("A checkpoint that a kill left without its name is gone on from") func aCheckpointThatAKillLeftWithoutItsNameIsGoneOnFrom() throws {
    let one = try trainer()
    _ = try one.train(step: 0, groups: groups(step: 0))
    try one.checkpoint(olderWeights: [:], questions: nil, ledger: Self.reach)
    try FileManager.default.moveItem(atPath: store.path(ofStep: 1), toPath: store.folder + "/.partial-step-000001")
    let other = try trainer()
    #expect(other.version == 1)
    #expect(other.weights() == one.weights())
    #expect(other.questions == nil)
    #expect(try !String(contentsOfFile: store.path(ofStep: 1) + "/state.json", encoding: .utf8).contains("questions"))
  }

  @Test("A checkpoint is compared with the ledger before the run goes on") func aCheckpointIsComparedWithTheLedger() throws {
    struct Refused: Error {}
    var compared: [(LedgerReach?, UInt32)] = []
    func reopen() throws {
      _ = try trainer(reconcile: { reach, version in
        compared.append((reach, version))
        throw Refused()
      })
    }
    #expect(throws: Refused.self) { try reopen() }
    let one = try trainer()
    _ = try one.train(step: 0, groups: groups(step: 0))
    try one.checkpoint(olderWeights: [:], questions: nil, ledger: Self.reach)
    #expect(throws: Refused.self) { try reopen() }
    #expect(compared.map(\.0) == [nil, Self.reach])
    #expect(compared.map(\.1) == [0, 1])
  }

  @Test("A checkpoint of another configuration is refused") func aCheckpointOfAnotherConfigurationIsRefused() throws {
    try trainer().checkpoint(olderWeights: [:], questions: nil, ledger: Self.reach)
    let error = #expect(throws: RunsError.self) { try trainer(configuration: "d") }
    #expect(error?.message.contains("made under another configuration") == true)
  }

  @Test("Counts that no run reaches are refused", arguments: [UInt64.max, 1 << 53])
  func countsThatNoRunReachesAreRefused(count: UInt64) throws {
    var state = CheckpointState(step: 1, optimizerSteps: count, seed: 1, configurationDigest: "c")
    try store.write(state, files: [])
    #expect(throws: RunsError.self) { try trainer() }
    state.optimizerSteps = 1
    state.trainedTokens = count
    try store.write(state, files: [])
    #expect(throws: RunsError.self) { try trainer() }
  }

  @Test("A file that cannot be written says why") func aFileThatCannotBeWrittenSaysWhy() throws {
    let error = #expect(throws: TrainingError.self) {
      try store.write(
        CheckpointState(step: 1, optimizerSteps: 0, seed: 1, configurationDigest: "c"),
        files: [CheckpointFile("model.safetensors") { try TinyModel.parameters().write(safetensors: $0 + "/missing/x") }])
    }
    #expect(error?.message.contains("cannot be created") == true, "\(error?.message ?? "")")
  }
}

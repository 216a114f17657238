import Cluster
import EMPO
import Foundation
import Rollouts
import Runs
import Training
import Wire

/// A run of the embedded model that was made in this process: four steps of two groups, sampled from the version at hand, and a checkpoint every
/// other step.
struct RecordedRun {
  static let steps: UInt32 = 4

  let folder: RunFolder

  /// Makes a run.
  ///
  /// - Parameter forge: Changes what the ledger keeps of a group that the trainer was given; nil for a group that it does not keep.
  init(
    at path: String, _ settings: (inout RunConfiguration) -> Void = { _ in }, forge: (AcceptedGroup) -> AcceptedGroup? = { $0 }
  ) throws {
    folder = try RunFolder.create(at: path)
    var configuration = RunConfiguration()
    configuration.heldOut = .none
    // Few: reading the embedded ones takes seconds.
    let questions = (2...6).map { #"{"question": "Tom has \#($0) apples and eats one. How many apples are left?"}"# }
    try questions.joined(separator: "\n").write(toFile: path + ".jsonl", atomically: true, encoding: .utf8)
    configuration.questions = .path(path + ".jsonl")
    configuration.optimizer.warmupSteps = 0
    (configuration.steps, configuration.questionsPerStep, configuration.groupSize) = (Int(Self.steps), 2, 4)
    (configuration.lag, configuration.scoring.reward, configuration.learner.threads) = (0, .random, 1)
    configuration.sampling.maximumNewTokens = 12
    settings(&configuration)
    try folder.replace(folder.configuration, with: configuration.yaml())
    let assembly = try RunAssembly(configuration)
    let digest = try assembly.outcome().digest
    let ledger = try Ledger(of: folder, configuration: digest, acceptingLoss: false)
    _ = try ledger.beginIncarnation()
    let trainer = try CheckpointedTrainer(
      try assembly.trainer(), store: try CheckpointStore(folder: folder.checkpoints, keep: 9),
      identity: .init(seed: configuration.seed, configurationDigest: digest, modelFiles: []), guarding: configuration.guarding,
      report: { _ in })
    let sampler = try assembly.checker()
    var older: [UInt32: WeightBytes] = [:]
    for step in 0..<Self.steps {
      older[step] = trainer.weights()
      let version = step - min(step, UInt32(configuration.lag))
      try sampler.load(version: version, weights: older[version] ?? trainer.weights())
      let groups = try (0..<2 as Range<UInt32>).map { slot in
        let question = assembly.tasks.order.first(Int(2 * step + slot))
        let content = assembly.tasks.content(of: question)
        let group = try sampler.group(
          of: Wire.Task(
            lease: 1, seal: LeaseSeal(incarnation: 1, code: []), item: WorkItem(step: step, slot: slot), policyVersion: version,
            seed: configuration.seed, groupSize: 4, questionID: content.questionID, question: content.question,
            promptTokens: content.promptTokens, deadlineMilliseconds: 0))
        let result = WorkResult(
          lease: 1, seal: LeaseSeal(incarnation: 0, code: []), item: WorkItem(step: step, slot: slot), policyVersion: version, group: group,
          seconds: 0)
        return (
          AcceptedGroup(result, worker: "w", questionID: content.questionID),
          PromptedGroup(promptTokens: content.promptTokens, group: group)
        )
      }
      try ledger.persist(groups.compactMap { forge($0.0) })
      let update = try trainer.train(step: step, groups: groups.map(\.1))
      let digest = WeightFrame(trainer.weights(), policyVersion: step + 1, manifest: trainer.manifest).digest
      let pace = StepRecord.sample(step: step).figures.pace
      try ledger.record(StepRecord(step: step, figures: StepFigures(update: update, pace: pace), policyDigest: digest))
      guard step % 2 == 1 else { continue }
      let open = step + 1 - min(step + 1, UInt32(configuration.lag))
      try trainer.checkpoint(olderWeights: older.filter { $0.key >= open && $0.key <= step }, questions: nil, ledger: ledger.reach())
    }
    try ledger.close()
  }

  /// Every file of the folder with its bytes.
  func files() throws -> [String: Data] {
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return Dictionary(uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: folder.path + "/" + $0) ?? Data()) })
  }

  /// Changes the state of a checkpoint, and the manifest with it.
  func changeState(ofVersion version: UInt32, _ change: (inout CheckpointState) -> Void) throws {
    let store = try CheckpointStore(folder: folder.checkpoints, keep: 9)
    let checkpoint = try CheckpointStore.checkpoint(at: store.path(ofStep: version))
    var state = checkpoint.state
    change(&state)
    let files = try checkpoint.files.filter { $0 != "state.json" }.map { name in
      CheckpointFile(name, bytes: [UInt8](try Data(contentsOf: URL(filePath: checkpoint.path(of: name)))))
    }
    try store.write(state, files: files)
  }

  /// Changes a byte of a checkpoint's file, and where asked the manifest with it.
  func change(_ file: String, ofVersion version: UInt32, byte: Int, noted: Bool) throws {
    let store = try CheckpointStore(folder: folder.checkpoints, keep: 9)
    let checkpoint = try CheckpointStore.checkpoint(at: store.path(ofStep: version))
    let files = try checkpoint.files.filter { $0 != "state.json" }.map { name in
      (name, [UInt8](try Data(contentsOf: URL(filePath: checkpoint.path(of: name)))))
    }
    let changed = files.map { name, bytes in
      var bytes = bytes
      if name == file { bytes[byte >= 0 ? byte : bytes.count + byte] ^= 1 }
      return (name, bytes)
    }
    if noted {
      try store.write(checkpoint.state, files: changed.map { CheckpointFile($0.0, bytes: $0.1) })
    } else {
      for (name, bytes) in changed where name == file { try Data(bytes).write(to: URL(filePath: checkpoint.path(of: name))) }
    }
  }
}

extension QuestionOrder {
  /// The question at a place of the whole run, of which none is left out.
  fileprivate func first(_ place: Int) -> Int {
    var order = self
    return order.question(epoch: place / count, place: place % count)
  }
}

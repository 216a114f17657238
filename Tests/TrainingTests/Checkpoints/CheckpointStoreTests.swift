import Foundation
import HuggingFace
import TestSupport
import Testing
import Training

@Suite struct CheckpointStoreTests {
  private let temporary: ScratchFolder
  private let store: CheckpointStore

  init() throws {
    temporary = try ScratchFolder()
    store = try CheckpointStore(folder: temporary.path + "/checkpoints", keep: 2)
  }

  private struct PowerCut: Error {}

  private func state(_ step: UInt32, isFinal: Bool = false) -> CheckpointState {
    CheckpointState(
      step: step, optimizerSteps: UInt64(step), seed: .max, configurationDigest: "c0ffee", skippedSteps: 1, trainedSeconds: 2.5,
      isFinal: isFinal, samplingVersions: step > 0 ? [step - 1] : [])
  }

  @discardableResult
  private func write(_ step: UInt32, isFinal: Bool = false, text: String = "weights") throws -> String {
    try store.write(
      state(step, isFinal: isFinal),
      files: [
        CheckpointFile("config.json", bytes: Array("{}".utf8)),
        CheckpointFile("model.safetensors") { path in try Data("\(text) \(step)".utf8).write(to: URL(fileURLWithPath: path)) },
      ])
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: store.folder).sorted()
  }

  private func file(_ name: String, ofStep step: UInt32) -> URL {
    URL(fileURLWithPath: store.path(ofStep: step) + "/" + name)
  }

  @Test("A checkpoint comes back with its state and files") func aCheckpointComesBackWithItsStateAndFiles() throws {
    let folder = try store.write(state(100), files: [CheckpointFile("tokenizer.json", bytes: Array("[1]".utf8))])
    #expect(folder.hasSuffix("/checkpoints/step-000100"))
    let (checkpoint, broken) = try store.latestValid()
    #expect(broken.isEmpty)
    #expect(checkpoint?.state == state(100))
    #expect(checkpoint?.files == ["state.json", "tokenizer.json"])
    #expect(try String(contentsOfFile: #require(checkpoint).path(of: "tokenizer.json"), encoding: .utf8) == "[1]")
    #expect(try CheckpointStore.checkpoint(at: folder) == checkpoint)
  }

  @Test("An empty store has none") func anEmptyStoreHasNone() throws {
    let (checkpoint, broken) = try store.latestValid()
    #expect(checkpoint == nil)
    #expect(broken.isEmpty)
  }

  @Test("The newest and the final ones stay") func theNewestAndTheFinalOnesStay() throws {
    for step in 1...5 as ClosedRange<UInt32> { try write(step, isFinal: step == 2) }
    #expect(try names() == ["step-000002", "step-000004", "step-000005"])
    try write(1_234_567)
    #expect(try names() == ["step-000002", "step-000005", "step-1234567"])
    #expect(try store.latestValid().checkpoint?.state.step == 1_234_567)
  }

  @Test("A checkpoint of the same step is replaced") func aCheckpointOfTheSameStepIsReplaced() throws {
    try write(1, text: "old")
    try write(1, text: "new")
    #expect(try names() == ["step-000001"])
    #expect(
      try String(contentsOfFile: #require(try store.latestValid().checkpoint).path(of: "model.safetensors"), encoding: .utf8) == "new 1")
  }

  @Test("A writer that fails leaves the older ones and nothing else") func aWriterThatFailsLeavesTheOlderOnesAndNothingElse() throws {
    try write(1)
    let error = #expect(throws: TrainingError.self) {
      try store.write(
        state(2),
        files: [
          CheckpointFile("model.safetensors", bytes: [1]), CheckpointFile("optimizer.safetensors") { _ in throw PowerCut() },
        ])
    }
    #expect(error?.message.hasPrefix("checkpoint of step 2 not written: ") == true)
    #expect(try names() == ["step-000001"])
  }

  @Test("A writer that forgets its file is an error") func aWriterThatForgetsItsFileIsAnError() throws {
    let error = #expect(throws: TrainingError.self) { try store.write(state(2), files: [CheckpointFile("model.safetensors") { _ in }]) }
    #expect(error?.message.contains("model.safetensors") == true)
  }

  @Test("A broken folder is passed over and reported", arguments: CheckpointDamage.allCases)
  func aBrokenFolderIsPassedOverAndReported(damage: CheckpointDamage) throws {
    try write(1)
    try write(2)
    try damage.apply(to: store.path(ofStep: 2))
    let (checkpoint, broken) = try store.latestValid()
    #expect(checkpoint?.state.step == 1)
    #expect(broken.map(\.path) == [store.path(ofStep: 2)])
    #expect(broken[0].reason.contains(damage.rawValue), "\(broken[0])")
    #expect(throws: TrainingError.self) { try CheckpointStore.checkpoint(at: store.path(ofStep: 2)) }
  }

  @Test("Broken folders never push whole ones out") func brokenFoldersNeverPushWholeOnesOut() throws {
    try write(1)
    try write(2)
    try FileManager.default.removeItem(at: file("model.safetensors", ofStep: 2))
    try write(3)
    #expect(try names() == ["step-000001", "step-000002", "step-000003"])
    try write(4)
    #expect(try names() == ["step-000002", "step-000003", "step-000004"])
  }

  @Test("Strange names are no checkpoints") func strangeNamesAreNoCheckpoints() throws {
    for name in ["step-1", "step-00000x", "step--00001", "step-99999999999", "notes"] {
      try FileManager.default.createDirectory(atPath: store.folder + "/" + name, withIntermediateDirectories: false)
    }
    #expect(try store.steps().isEmpty)
  }

  @Test("A torn write is removed at the next start") func aTornWriteIsRemovedAtTheNextStart() throws {
    try write(1)
    try FileManager.default.copyItem(atPath: store.path(ofStep: 1), toPath: store.folder + "/.partial-step-000002")
    try FileManager.default.removeItem(atPath: store.folder + "/.partial-step-000002/manifest.json")
    #expect(try store.latestValid().checkpoint?.state.step == 1)
    try store.recover()
    #expect(try names() == ["step-000001"])
  }

  @Test("A kill before the rename loses nothing") func aKillBeforeTheRenameLosesNothing() throws {
    try write(1)
    try write(2)
    try FileManager.default.moveItem(atPath: store.path(ofStep: 2), toPath: store.folder + "/.partial-step-000002")
    try store.recover()
    #expect(try names() == ["step-000001", "step-000002"])
    #expect(try store.latestValid().checkpoint?.state == state(2))
  }

  @Test("A kill between hiding the old one and naming the new one loses nothing")
  func aKillBetweenHidingTheOldOneAndNamingTheNewOneLosesNothing() throws {
    try write(1, text: "old")
    try FileManager.default.copyItem(atPath: store.path(ofStep: 1), toPath: store.folder + "/.discarded-step-000001")
    try write(1, text: "new")
    try FileManager.default.copyItem(atPath: store.path(ofStep: 1), toPath: store.folder + "/.discarded-step-000001")
    try FileManager.default.moveItem(atPath: store.path(ofStep: 1), toPath: store.folder + "/.partial-step-000001")
    try store.recover()
    #expect(try names() == ["step-000001"])
    #expect(try String(contentsOfFile: file("model.safetensors", ofStep: 1).path, encoding: .utf8) == "new 1")
  }

  @Test("A kill between rename and prune is made up for") func aKillBetweenRenameAndPruneIsMadeUpFor() throws {
    let generous = try CheckpointStore(folder: store.folder, keep: 9)
    for step in 1...4 as ClosedRange<UInt32> {
      try generous.write(state(step), files: [])
    }
    try store.recover()
    #expect(try names() == ["step-000003", "step-000004"])
  }

  @Test(
    "A full disk keeps the older checkpoint and gets its space back",
    .enabled(if: FullDisk.canMount, "mounting a small disk is not allowed here"))
  func aFullDiskKeepsTheOlderCheckpointAndGetsItsSpaceBack() throws {
    try FullDisk.with(bytes: 1 << 18) { disk in
      let store = try CheckpointStore(folder: disk.path + "/checkpoints", keep: 2)
      try store.write(state(1), files: [CheckpointFile("model.safetensors", bytes: [1])])
      let error = #expect(throws: TrainingError.self) {
        try store.write(state(2), files: [CheckpointFile("model.safetensors", bytes: Array(repeating: 1, count: 1 << 19))])
      }
      #expect(error?.message.contains("disk is full") == true)
      let whileStreaming = #expect(throws: TrainingError.self) {
        let weights = CheckpointFile("model.safetensors") { path in
          try writeSafetensors(to: path, tensors: [("w", [1 << 17], [Float](repeating: 1, count: 1 << 17))])
        }
        try store.write(state(2), files: [weights])
      }
      #expect(whileStreaming?.message.contains("free some space") == true, "\(whileStreaming?.message ?? "")")
      #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder) == ["step-000001"])
      #expect(try store.latestValid().checkpoint?.state.step == 1)
    }
  }
}

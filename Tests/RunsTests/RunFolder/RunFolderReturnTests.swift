import Cluster
import Evaluation
import Foundation
import Questions
import Runs
import TestSupport
import Testing
import Training

@Suite struct RunFolderReturnTests {
  private let scratch: ScratchFolder
  private let folder: RunFolder
  private let ledger: Ledger
  private let store: CheckpointStore

  init() throws {
    scratch = try ScratchFolder()
    folder = try RunFolder.create(at: scratch.file("run"))
    ledger = try Ledger(path: folder.ledger, configuration: "c")
    store = try CheckpointStore(folder: folder.checkpoints, keep: 9)
    let question = Question(id: "q", text: "?", answers: ["1"])
    let answer = SampledAnswer(text: "1", isBoxed: true, tokenCount: 3)
    let judged = JudgedQuestion(question: question, greedy: answer, isGreedyCorrect: true, samples: [])
    for version in [2, 4, 6] as [UInt32] {
      try store.write(
        CheckpointState(step: version, optimizerSteps: 1, seed: 1, configurationDigest: "c", isFinal: version == 6), files: [])
      try EvaluatedAnswers(folder).write([judged], version: version)
      try ledger.record(EvaluationRecord(policyVersion: version, figures: EvaluationFigures(greedy: 1)))
    }
  }

  private var evaluations: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.evaluations).sorted() }
  }

  @Test("A run goes back to its last checkpoint up to a step, the final one included")
  func aRunGoesBackToItsLastCheckpointUpToAStep() throws {
    #expect(try folder.goBack(to: 5, ledger: ledger) == 4)
    #expect(try store.steps() == [2, 4])
    #expect(try evaluations == ["2.jsonl", "4.jsonl"])
    #expect(try ledger.evaluations().map(\.policyVersion) == [2, 4])
    #expect(try ledger.events().map(\.kind) == ["rewound"])
  }

  @Test("A checkpoint that is damaged is passed over, and gone where it is later")
  func aCheckpointThatIsDamagedIsPassedOver() throws {
    for step in [4, 6] as [UInt32] { try FileManager.default.removeItem(atPath: store.path(ofStep: step) + "/state.json") }
    #expect(try folder.goBack(to: 5, ledger: ledger) == 2)
    #expect(try store.steps() == [2])
  }

  @Test("Without an earlier checkpoint the run begins anew") func withoutAnEarlierCheckpointTheRunBeginsAnew() throws {
    #expect(try folder.goBack(to: 1, ledger: ledger) == 0)
    #expect(try store.steps().isEmpty)
    #expect(try evaluations.isEmpty)
  }

  @Test("What was cut short after the ledger went back is done again") func whatWasCutShortIsDoneAgain() throws {
    try ledger.rewind(to: 4)
    #expect(try store.latestValid().checkpoint?.state.step == 6)
    #expect(try folder.goBack(to: 5, ledger: ledger) == 4)
    #expect(try store.latestValid().checkpoint?.state.step == 4)
  }
}

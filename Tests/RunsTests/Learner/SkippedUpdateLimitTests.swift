import Cluster
import EMPO
import NumericTestSupport
import Runs
import Tensors
import TestSupport
import Testing
import Training

@Suite struct SkippedUpdateLimitTests {
  private func report(skipped: Int, trained: Int = 0) -> UpdateReport {
    var report = UpdateReport()
    (report.skippedUpdates, report.trainedTokens) = (skipped, trained)
    return report
  }

  /// Whether a limit ends the run after some steps' reports.
  private func ends(_ limit: SkippedUpdateLimit, _ reports: [UpdateReport], from step: UInt32 = 0) -> Bool {
    var limit = limit
    for (index, report) in reports.enumerated() { limit.note(report, ofStep: step + UInt32(index)) }
    return (try? limit.check()) == nil
  }

  @Test("Only skipped updates in a row count, over steps without any")
  func row() {
    let (skipped, made, idle) = (report(skipped: 1), report(skipped: 0, trained: 9), report(skipped: 0))
    let both = report(skipped: 2, trained: 9)
    #expect(!ends(SkippedUpdateLimit(3), [skipped, skipped]))
    #expect(ends(SkippedUpdateLimit(3), [skipped, skipped, skipped]))
    #expect(ends(SkippedUpdateLimit(3), [made, skipped, idle, skipped, idle, skipped]))
    #expect(!ends(SkippedUpdateLimit(3), [skipped, skipped, made, skipped, skipped]))
    #expect(!ends(SkippedUpdateLimit(3), [skipped, skipped, both, skipped, skipped]))
    #expect(ends(SkippedUpdateLimit(3), [report(skipped: 4)]))
    #expect(ends(SkippedUpdateLimit(1), [skipped]))
    #expect(!ends(SkippedUpdateLimit(0), Array(repeating: skipped, count: 99)))
    #expect(!ends(SkippedUpdateLimit(), Array(repeating: skipped, count: 99)))
  }

  @Test("Steps that were trained before do not count again")
  func resumed() {
    let skipped = report(skipped: 1)
    #expect(!ends(SkippedUpdateLimit(3, trainedSteps: 5), [skipped, skipped, skipped], from: 2))
    #expect(!ends(SkippedUpdateLimit(3, trainedSteps: 5), [skipped, skipped, skipped, skipped, skipped], from: 2))
    #expect(ends(SkippedUpdateLimit(3, trainedSteps: 5), [skipped, skipped, skipped, skipped, skipped, skipped], from: 2))
  }

  @Test("Three poisoned steps end the run with an error, and a resumed one gets past them")
  func poisoned() throws {
    let scratch = try ScratchFolder()
    let reach = LedgerReach(run: "r", entries: 5, link: "l", incarnation: 1)
    let store = try CheckpointStore(folder: scratch.path + "/checkpoints", keep: 2)
    func trainer(trainedSteps: UInt32) throws -> CheckpointedTrainer {
      let policy = PolicyTrainer(
        TinyModel.parameters(), positions: 128, lanes: Lanes(count: 1),
        options: .init(optimizer: OptimizerOptions(learningRate: 1e-2), steps: 9))
      let trainer = try CheckpointedTrainer(
        policy, store: store, identity: .init(seed: 1, configurationDigest: "c", modelFiles: []), report: { _ in })
      trainer.skippedUpdates = SkippedUpdateLimit(3, trainedSteps: trainedSteps)
      return trainer
    }
    func groups(step: UInt32) -> [PromptedGroup] {
      // From step 2 to 4, and from 6 on, somebody sends the least log-probability.
      let isPoisoned = (2..<5).contains(step) || step >= 6
      let responses = (0..<2).map { index in
        ScoredResponse(
          tokens: TinyModel.tokens(5, seed: UInt64(10 * step) + UInt64(index)),
          tokenLogProbabilities: Array(repeating: isPoisoned ? -3e38 : -3, count: 5), isTruncated: false, answer: "\(index)",
          cluster: index, reward: Double(1 - index))
      }
      return [PromptedGroup(promptTokens: [2, 3], group: ScoredGroup(responses: responses, semanticEntropy: 0.69, isKept: true))]
    }
    let first = try trainer(trainedSteps: 0)
    for step in 0..<5 as Range<UInt32> {
      if step == 1 { try first.checkpoint(olderWeights: [:], questions: nil, ledger: reach) }
      let report = try first.train(step: step, groups: groups(step: step))
      #expect(report.skippedUpdates == (step >= 2 ? 1 : 0))
    }
    let error = #expect(throws: RunsError.self) { try first.train(step: 5, groups: groups(step: 5)) }
    #expect(error?.code == .update)
    #expect(error?.message.contains("3 updates in a row were skipped from step 3 on") == true)
    #expect(error?.message.contains("--resume") == true && error?.message.contains("\n") == false)

    // The ledger has steps 0 to 4; the newest checkpoint is version 1.
    let second = try trainer(trainedSteps: 5)
    #expect(second.version == 1)
    for step in 1..<9 as Range<UInt32> { _ = try second.train(step: step, groups: groups(step: step)) }
    // Steps 6 to 8 are poisoned as well. A checkpoint that is due is written before the run ends.
    #expect(throws: RunsError.self) { try second.checkpoint(olderWeights: [:], questions: nil, ledger: reach) }
    #expect(try trainer(trainedSteps: 9).version == 9)
  }
}

import Cluster
import EMPO
import Runs
import Wire

extension StepRecord {
  /// A step in which no two figures are equal.
  static func sample(step: UInt32, reward: Double = 0.375, loss: Double = -0.5) -> StepRecord {
    var update = UpdateReport()
    (update.keptGroups, update.droppedGroups, update.skippedUpdates) = (21, 11, 2)
    update.dropReasons = [.unanimous: 7, .equalRewards: 4]
    (update.meanReward, update.semanticEntropy, update.loss) = (reward, 1.25, loss)
    (update.meanLength, update.truncatedShare, update.clippedShare) = (40.5, 0.125, 0.0625)
    (update.gradientNorm, update.divergence, update.learningRate) = (3, 1e-05, 0.0002)
    (update.minimumRatio, update.maximumRatio) = (0.75, 1.5)
    (update.trainedTokens, update.processedTokens, update.seconds) = (13_000, 20_000, 0.1)
    let timing = StepTiming(
      step: step, seconds: 4, learnerWaitSeconds: 1, updateSeconds: 0.25, workerBusySeconds: 6, workerWaitSeconds: 10, groups: 32,
      responseTokens: 20_736, intakeSeconds: 4, workers: 5, duplicates: 7, stale: 9, reassigned: 6)
    return StepRecord(step: step, figures: StepFigures(update: update, pace: timing.pace))
  }
}

extension AcceptedGroup {
  /// A group whose every field depends on its place.
  static func sample(step: UInt32, slot: UInt32, responses: Int = 3, tokens: Int = 5, answer: String = "½ \u{0}") -> AcceptedGroup {
    let responses = (0..<responses).map { index in
      let count = index == 1 ? 0 : tokens
      return ScoredResponse(
        tokens: (0..<count).map { Int32($0 * 1000 + index) - 7 },
        tokenLogProbabilities: (0..<count).map { -Float($0) / 3 - Float(slot) }, isTruncated: index == 2, answer: answer,
        cluster: index, reward: Double(index) / 3)
    }
    let group = ScoredGroup(responses: responses, semanticEntropy: 0.1 * Double(slot + 1), isKept: slot.isMultiple(of: 2))
    let result = WorkResult(
      lease: .max - UInt64(slot), seal: LeaseSeal(incarnation: 0, code: []), item: WorkItem(step: step, slot: slot),
      policyVersion: step / 2, group: group, seconds: 0.25)
    return AcceptedGroup(result, worker: "worker-\(slot % 2)", questionID: "q\(slot)")
  }
}

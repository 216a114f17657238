package import Cluster
package import EMPO
import TestSupport
package import Wire

/// What a run computes, in miniature: weights follow from the groups that were trained, groups from the task and the weights.
/// Whoever trains on anything but the right group in the right order ends at other weights.
package enum SimulatedRun {
  package static let seed: UInt64 = 7

  /// How many questions there are unless told otherwise.
  package static let questionCount = 11

  /// In which order so many questions are asked.
  package static func order(of count: Int) -> QuestionOrder {
    QuestionOrder(count: count) { epoch, draw in Float(SeededRandom.mix(UInt64(epoch) << 32 | UInt64(draw)) >> 40) * 0x1p-24 }
  }

  package static func content(of question: Int) -> TaskContent {
    TaskContent(questionID: "q\(question)", question: "?", promptTokens: [Int32(question), 1])
  }

  /// Two tensors in chunks so small that some deltas have several.
  package static let manifest = WeightManifest(
    parameters: [.init(name: "v", shape: [16], offset: 0), .init(name: "w", shape: [24], offset: 64)], totalBytes: 160, chunkBytes: 32)

  /// Version 0 of the weights.
  package static let base: [UInt8] = (0..<160).map { UInt8($0) }

  /// The group that any worker samples for a task. Of four groups three are unanimous.
  package static func group(step: UInt32, slot: UInt32, question: Int = 0, weights: [UInt8]) -> ScoredGroup {
    var state = digest(weights, salt: UInt64(question) << 48 | UInt64(step) << 32 | UInt64(slot))
    let isUnanimous = state % 4 > 0
    let responses = (0..<2).map { sample in
      state = SeededRandom.mix(state)
      let tokens = (0..<3).map { Int32((state >> (8 * $0)) % 100) }
      return ScoredResponse(
        tokens: tokens, tokenLogProbabilities: [-1, -2, -3], isTruncated: false, answer: "", cluster: isUnanimous ? 0 : sample,
        reward: Double(state % 8))
    }
    return ScoredGroup(responses: responses, semanticEntropy: 0, isKept: true)
  }

  /// The weights after an update, which depend on the order of the groups: all elements are others, or a few, or none.
  package static func update(_ weights: [UInt8], groups: [ScoredGroup]) -> [UInt8] {
    var state = digest(weights, salt: 1)
    for group in groups {
      for response in group.responses {
        for token in response.tokens { state = SeededRandom.mix(state ^ UInt64(token)) }
        state = SeededRandom.mix(state ^ response.reward.bitPattern)
      }
    }
    var updated = weights
    let changed = state % 8
    for element in 0..<(changed == 7 ? weights.count / 4 : Int(2 * changed)) {
      state = SeededRandom.mix(state)
      let offset = 4 * (changed == 7 ? element : Int(state >> 32) % (weights.count / 4))
      for byte in 0..<4 { updated[offset + byte] = UInt8(truncatingIfNeeded: state >> (8 * byte)) }
    }
    return updated
  }

  /// Every version of an undisturbed run.
  package static func versions(_ plan: LearnerPlan) -> [[UInt8]] { UndisturbedRun(plan, order: order(of: questionCount)).versions }

  /// What every slot of every step asks in an undisturbed run.
  package static func questions(_ plan: LearnerPlan) -> [[Int]] { UndisturbedRun(plan, order: order(of: questionCount)).questions }

  package static func digest(_ bytes: [UInt8], salt: UInt64) -> UInt64 {
    bytes.reduce(SeededRandom.mix(salt)) { SeededRandom.mix($0 ^ UInt64($1)) }
  }
}

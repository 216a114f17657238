import EMPO
import Runs
import Wire

extension LedgerGroup {
  /// A group whose every field depends on its place.
  static func sample(step: UInt32, slot: UInt32, responses: Int = 3, tokens: Int = 5, answer: String = "½ \u{0}") -> LedgerGroup {
    let responses = (0..<responses).map { index in
      let count = index == 1 ? 0 : tokens
      return ScoredResponse(
        tokens: (0..<count).map { Int32($0 * 1000 + index) - 7 },
        tokenLogProbabilities: (0..<count).map { -Float($0) / 3 - Float(slot) }, isTruncated: index == 2, answer: answer,
        cluster: index, reward: Double(index) / 3)
    }
    let group = ScoredGroup(responses: responses, semanticEntropy: 0.1 * Double(slot + 1), isKept: slot.isMultiple(of: 2))
    let result = GroupResult(lease: .max - UInt64(slot), step: step, slot: slot, policyVersion: step / 2, group: group, seconds: 0.25)
    return LedgerGroup(result, worker: "worker-\(slot % 2)", questionID: "q\(slot)")
  }
}

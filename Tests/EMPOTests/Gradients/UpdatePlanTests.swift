import EMPO
import Testing

@Suite struct UpdatePlanTests {
  /// A group of responses of two tokens each, with these rewards.
  private func group(_ rewards: [Double], isKept: Bool = true, truncated: Set<Int> = []) -> PromptedGroup {
    let responses = rewards.enumerated().map { index, reward in
      ScoredResponse(
        tokens: [Int32(index), 1], tokenLogProbabilities: [-1, -2], isTruncated: truncated.contains(index), answer: "", cluster: 0,
        reward: reward)
    }
    return PromptedGroup(promptTokens: [7], group: ScoredGroup(responses: responses, semanticEntropy: 1, isKept: isKept))
  }

  @Test(
    "The kept groups of a batch are cut as evenly as can be, in slot order",
    arguments: [
      (1, 1, [[0]]), (3, 1, [[0, 1, 2]]), (4, 2, [[0, 1], [2, 3]]), (5, 2, [[0, 1], [2, 3, 4]]), (2, 4, [[], [0], [], [1]]),
      (8, 3, [[0, 1], [2, 3, 4], [5, 6, 7]]),
    ])
  func keptGroupsAreCutEvenly(groups: Int, parts: Int, expected: [[Int]]) {
    let plan = UpdatePlan(
      (0..<groups).map { _ in group([1, 0]) }, objective: ObjectiveOptions(), minibatches: 1, parts: parts)
    #expect(plan.batches.count == 1)
    #expect(plan.batches[0].map { $0.groups.map(\.slot) } == expected)
    #expect(plan.batches[0].allSatisfy { $0.responseCount == 2 * groups && $0.tokenCount == 4 * groups })
  }

  @Test("Dropped groups take no place, and keep their slots") func droppedGroupsTakeNoPlace() {
    let groups = [group([1, 0]), group([1, 0], isKept: false), group([1, 0])]
    let plan = UpdatePlan(groups, objective: ObjectiveOptions(), minibatches: 1, parts: 2)
    #expect(plan.batches[0].map { $0.groups.map(\.slot) } == [[0], [2]])
    #expect(plan.batches[0][0].responseCount == 4)
  }

  @Test("What does not pull counts and is not computed") func whatDoesNotPullIsNotComputed() {
    let groups = [group([1, 0.5, 0])]
    let plan = UpdatePlan(groups, objective: ObjectiveOptions(), minibatches: 1, parts: 1)
    #expect(plan.batches[0][0].groups[0].responses.map(\.sample) == [0, 2])
    #expect(plan.batches[0][0].responseCount == 3)
    let withKL = UpdatePlan(groups, objective: ObjectiveOptions(klWeight: 0.1), minibatches: 1, parts: 1)
    #expect(withKL.batches[0][0].groups[0].responses.map(\.sample) == [0, 1, 2])
    let masked = UpdatePlan(
      [group([1, 0.5, 0], truncated: [0])], objective: ObjectiveOptions(maskTruncated: true), minibatches: 1, parts: 1)
    #expect(masked.batches[0][0].groups[0].responses.map(\.sample) == [2])
    #expect(masked.batches[0][0].responseCount == 2 && masked.batches[0][0].tokenCount == 4)
  }

  @Test("A step without kept groups has no batches, and one of masked responses none either") func thereMayBeNothingToDo() {
    #expect(UpdatePlan([group([1, 0], isKept: false)], objective: ObjectiveOptions(), minibatches: 1, parts: 4).batches.isEmpty)
    let masked = [group([1, 0], truncated: [0, 1])]
    #expect(UpdatePlan(masked, objective: ObjectiveOptions(maskTruncated: true), minibatches: 1, parts: 4).batches.isEmpty)
  }
}

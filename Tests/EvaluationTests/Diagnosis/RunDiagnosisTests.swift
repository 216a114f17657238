import EMPO
import Evaluation
import Testing

@Suite struct RunDiagnosisTests {
  /// A group of eight, of which `largest` and `second` agree among themselves.
  private func group(
    largest: Int, second: Int = 0, truncated: Int = 0, unanswered: Int = 0, isMajorityRight: Bool? = nil
  ) -> SurveyedGroup {
    SurveyedGroup(
      size: 8, teaches: largest < 8 && largest > 1, isUnanimous: largest == 8, largest: largest, second: second, truncated: truncated,
      unanswered: unanswered, entropyShare: Double(8 - largest) / 8, isMajorityRight: isMajorityRight)
  }

  private func verdict(_ groups: [SurveyedGroup]) -> RunDiagnosis.Verdict {
    RunDiagnosis(groups, RunDiagnosis.Settings(maximumTokens: 256, roomForTokens: 2000, asksForAnswer: true)).verdict
  }

  @Test("Each situation is told from the others") func situations() {
    let healthy = (0..<16).map { group(largest: 4 + $0 % 4, second: 1, isMajorityRight: $0 % 8 != 0) }
    #expect(verdict(healthy) == .healthy)
    #expect(verdict((0..<16).map { group(largest: $0 % 8 == 0 ? 5 : 8, second: 0, isMajorityRight: true) }) == .tooEasy)
    #expect(verdict((0..<16).map { group(largest: $0 % 8 == 0 ? 5 : 7, second: 1, isMajorityRight: true) }) == .tooEasy)
    #expect(verdict((0..<16).map { group(largest: $0 % 8 == 0 ? 5 : 2, second: 1) }) == .tooHard)
    #expect(verdict((0..<16).map { group(largest: 3, second: 1, isMajorityRight: $0 % 8 == 0) }) == .tooHard)
    #expect(verdict((0..<16).map { _ in group(largest: 5, second: 1, truncated: 2) }) == .cutOff)
    #expect(verdict((0..<16).map { _ in group(largest: 5, second: 1, unanswered: 2) }) == .unanswered)
    #expect(verdict((0..<16).map { group(largest: 6, second: 1, isMajorityRight: $0 % 3 == 0) }) == .wrongConsensus)
  }

  @Test("What is cut off is not called hard, and advice stays within the model's positions") func advice() {
    let cut = (0..<8).map { _ in group(largest: 1, second: 1, truncated: 6) }
    let diagnosis = RunDiagnosis(cut, RunDiagnosis.Settings(maximumTokens: 256, roomForTokens: 300, asksForAnswer: true))
    #expect(diagnosis.findings.map(\.verdict) == [.cutOff])
    #expect(diagnosis.findings[0].text.contains("to 300"))
    let full = RunDiagnosis(cut, RunDiagnosis.Settings(maximumTokens: 256, roomForTokens: 256, asksForAnswer: true))
    #expect(full.findings[0].text.contains("no room"))
  }

  @Test("Few labelled groups say nothing about majorities") func fewLabels() {
    let groups = (0..<16).map { group(largest: 6, second: 1, isMajorityRight: $0 < 4 ? false : nil) }
    #expect(verdict(groups) == .healthy)
  }

  @Test("Intervals are Wilson's") func intervals() {
    // statsmodels.stats.proportion.proportion_confint(8, 10, method="wilson")
    let share = RunDiagnosis.Share(8, of: 10)
    #expect(share.value == 0.8)
    #expect(abs(share.low - 0.4901624715) < 1e-9 && abs(share.high - 0.9433178485) < 1e-9)
    #expect(RunDiagnosis.Share(0, of: 10).low == 0 && RunDiagnosis.Share(10, of: 10).high == 1)
  }

  @Test("A scored group is looked at by its answers") func surveyed() throws {
    let answers = ["4", "5", "5", "", "4", "5"]
    let clusters = [0, 1, 1, 2, 0, 1]
    let responses = answers.indices.map { index in
      ScoredResponse(
        tokens: [1], tokenLogProbabilities: [0], isTruncated: index == 3, answer: answers[index], cluster: clusters[index],
        reward: Double(index % 2))
    }
    let group = ScoredGroup(responses: responses, semanticEntropy: 1, isKept: true)
    let surveyed = SurveyedGroup(group, objective: ObjectiveOptions()) { $0 == "5" }
    #expect((surveyed.largest, surveyed.second, surveyed.truncated, surveyed.unanswered) == (3, 2, 1, 0))
    #expect(surveyed.isMajorityRight == true && surveyed.right == 3 && surveyed.teaches && !surveyed.isSure)
  }

  @Test("A pseudo-reward is true where it is the answer's own") func trueRewards() {
    func group(largest: Int, isMajorityRight: Bool?, right: Int?) -> SurveyedGroup {
      SurveyedGroup(
        size: 8, teaches: true, isUnanimous: largest == 8, largest: largest, second: 0, truncated: 0, unanswered: 0, entropyShare: 0,
        isMajorityRight: isMajorityRight, right: right)
    }
    #expect(group(largest: 5, isMajorityRight: true, right: 5).trueRewards == 8)
    // Two right ones outside the majority get no pseudo-reward.
    #expect(group(largest: 5, isMajorityRight: false, right: 2).trueRewards == 1)
    #expect(group(largest: 8, isMajorityRight: false, right: 0).trueRewards == 0)
    #expect(group(largest: 0, isMajorityRight: nil, right: 0).trueRewards == 8)
    #expect(group(largest: 5, isMajorityRight: nil, right: nil).trueRewards == nil)
  }

  @Test("A trial ends at the collapse step, or at an alarm that stands in for it") func trial() {
    func step(_ accuracy: Double?, _ figures: [GuardFigure] = []) -> TrialCourse.Step {
      TrialCourse.Step(
        rewardAccuracy: accuracy, majorityShare: 0.5,
        alarms: figures.map { GuardAlarm(figure: $0, value: 0.9, limit: 0.5, usual: 0.2, since: 1) })
    }
    #expect(TrialCourse([step(0.5), step(0.01), step(0.009)]).collapse?.step == 3)
    #expect(TrialCourse([step(nil), step(nil, [.sharedAnswers])]).collapse?.step == 2)
    #expect(TrialCourse([step(0.5), step(nil)]).collapse == nil)
    let settings = RunDiagnosis.Settings(maximumTokens: 256, roomForTokens: 2000, asksForAnswer: true)
    let groups = (0..<16).map { _ in group(largest: 5, second: 1) }
    let diagnosis = RunDiagnosis(groups, settings, trial: TrialCourse([step(0.5), step(0)]))
    #expect(diagnosis.verdict == .collapses)
    #expect(diagnosis.findings[0].text.hasPrefix("of a trial of 2 steps, step 2 shows a collapse: 0 % of its pseudo-rewards"))
    #expect(RunDiagnosis(groups, settings, trial: TrialCourse([step(0.5)])).verdict == .healthy)
  }
}

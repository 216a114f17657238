import EMPO
import Runs
import Testing

@Suite struct ProgressLineTests {
  static let state = StepProgress(
    step: 12, steps: 50, reward: 0.4123, semanticEntropy: 1.834, kept: 21, dropped: 11, tokensPerSecond: 18_400.4, workers: 2,
    learnerWait: 0.12, workerWait: 0.08, remainingSeconds: 72)

  @Test("A step is one line") func aStepIsOneLine() {
    #expect(
      Self.state.line == "step 12/50  reward 0.412  entropy 1.83  kept 21  dropped 11  18,400 tok/s  workers 2"
        + "  learner waits 12 %  workers wait  8 %  ETA 1m12s")
  }

  @Test("A step that may skip questions says which share") func aStepThatMaySkipQuestionsSaysWhichShare() {
    var state = Self.state
    state.skipped = 0.204
    #expect(state.line.contains("  dropped 11  skipped 20 %  18,400 tok/s  "))
    state.skipped = 0
    #expect(state.line.contains("  dropped 11  skipped  0 %  18,400 tok/s  "))
  }

  @Test("Lines align") func linesAlign() {
    var state = Self.state
    state.step = 2
    state.kept = 3
    state.dropped = 29
    state.tokensPerSecond = 940
    state.remainingSeconds = nil
    state.heldOutAccuracy = 0.6714
    #expect(
      state.line == "step  2/50  reward 0.412  entropy 1.83  kept  3  dropped 29     940 tok/s  workers 2"
        + "  learner waits 12 %  workers wait  8 %  ETA –  held-out 67.1 %")
  }

  @Test("Reasons end the line, the most frequent first") func reasonsEndTheLine() {
    var state = Self.state
    state.dropReasons = [.equalRewards: 2, .unanimous: 7, .truncated: 2, .highEntropy: 0]
    #expect(
      state.line.hasSuffix("ETA 1m12s  dropped: 7 unanimous, 2 cut off at the length limit, 2 with equal rewards"), "\(state.line)")
  }

  @Test("Values that are not numbers are shown as missing") func valuesThatAreNotNumbersAreShownAsMissing() {
    var state = Self.state
    state.reward = .nan
    state.tokensPerSecond = .infinity
    state.remainingSeconds = .nan
    state.learnerWait = .nan
    #expect(
      state.line == "step 12/50  reward –  entropy 1.83  kept 21  dropped 11       – tok/s  workers 2"
        + "  learner waits    –  workers wait  8 %  ETA –")
  }

  static let live = LiveProgress(step: 12, steps: 50, groups: 16, groupsPerStep: 32, workers: 2, remainingSeconds: 72, latest: state)

  @Test(
    "The bar fits the terminal",
    arguments: [
      (
        120,
        "step 12/50  ███████░░░░░░░░░░░░░░░░░░░░░░░  25 %  ETA 1m12s  groups 16/32  reward 0.412  entropy 1.83  18,400 tok/s"
      ),
      (80, "step 12/50  █████░░░░░░░░░░░░░░░  25 %  ETA 1m12s  groups 16/32  reward 0.412"),
      (52, "step 12/50  █████░░░░░░░░░░░░░░░  25 %  ETA 1m12s"),
      (24, "step 12/50  █░░░░░  25 %"),
      (16, "step 12/50 25 %"),
      (8, "step 12/"),
      (0, ""),
    ])
  func theBarFitsTheTerminal(width: Int, line: String) {
    #expect(Self.live.line(width: width) == line)
  }

  @Test("No bar is wider than its terminal") func noBarIsWiderThanItsTerminal() {
    for width in 0...200 {
      #expect(Self.live.line(width: width).count <= width)
    }
  }

  @Test("The bar runs from nothing to all") func theBarRunsFromNothingToAll() {
    let start = LiveProgress(step: 0, steps: 50, groups: 0, groupsPerStep: 32, workers: 0)
    #expect(start.line(width: 60) == "step  0/50  ░░░░░░░░░░░░░░░░░░░░   0 %  ETA –  groups 0/32")
    let end = LiveProgress(step: 50, steps: 50, groups: 0, groupsPerStep: 32, workers: 2, remainingSeconds: 0)
    #expect(end.line(width: 60) == "step 50/50  ████████████████████ 100 %  ETA 0s  groups 0/32")
    #expect(LiveProgress(step: 0, steps: 0, groups: 9, groupsPerStep: 0, workers: 0).fraction == 1)
  }

  @Test(
    "Times are short",
    arguments: [
      (0.4, "0s"), (59.4, "59s"), (59.6, "1m00s"), (3599, "59m59s"), (3600, "1h00m"), (7505, "2h05m"), (-1, "–"), (.infinity, "–"),
    ])
  func timesAreShort(seconds: Double, text: String) {
    var state = Self.state
    state.remainingSeconds = seconds
    #expect(state.line.hasSuffix("  ETA \(text)"))
  }
}

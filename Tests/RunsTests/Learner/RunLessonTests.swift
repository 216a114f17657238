import EMPO
import Runs
import Testing

@Suite struct RunLessonTests {
  private func step(kept: Int = 0, _ reasons: [DropReason: Int] = [:], trainedTokens: Int = 0) -> UpdateReport {
    var update = UpdateReport()
    (update.keptGroups, update.droppedGroups, update.dropReasons) = (kept, reasons.values.reduce(0, +), reasons)
    update.trainedTokens = trainedTokens
    return update
  }

  @Test("A run that learned anything says nothing") func aRunThatLearned() {
    #expect(RunLesson(of: [step([.unanimous: 4]), step(kept: 1, [.unanimous: 3], trainedTokens: 9)]).warning == nil)
    #expect(RunLesson(of: []).warning == nil)
  }

  @Test("A run that learned nothing says why, the most frequent reason first") func aRunThatLearnedNothing() {
    let lesson = RunLesson(of: [step([.unanimous: 1, .truncated: 3]), step([.unanimous: 3]), step([.equalRewards: 4])])
    #expect(
      lesson.warning == "nothing was learned: none of the 11 groups trained the model: 4 unanimous, 4 with equal rewards, "
        + "3 cut off at the length limit")
  }

  @Test("Updates that were all skipped are a reason of their own") func allSkipped() {
    let lesson = RunLesson(of: [step(kept: 2, [.unanimous: 2])])
    #expect(
      lesson.warning == "nothing was learned: 2 groups could have trained the model, but no update had a finite loss and gradient")
  }
}

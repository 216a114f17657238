import Cluster
import EMPO
import Testing
import Wire

@Suite struct LearnerQuestionTests {
  /// A group of a slot, split unless told otherwise.
  private func result(step: UInt32, slot: UInt32, lag: UInt32 = 1, isUnanimous: Bool) -> WorkResult {
    var result = Fixture.result(step: step, slot: slot, lag: lag)
    result.group.responses[1].cluster = isUnanimous ? 0 : 1
    return result
  }

  private func questions(_ actions: [LearnerMachine.Action]) -> [[Int]] {
    actions.compactMap { action in
      if case .train(_, _, let questions) = action { questions } else { nil }
    }
  }

  /// What the steps ask, with the groups of a step coming in the order of `slots`; even questions are unanimous.
  private func run(
    _ script: inout LearnerScript, steps: Range<UInt32>, lag: UInt32, slots: [UInt32], record: inout [LearnerMachine.Action]
  ) -> [[Int]] {
    var asked: [UInt32: Int] = [:]
    var trained: [[Int]] = []
    func note(_ actions: [LearnerMachine.Action]) {
      record += actions
      for grant in actions.grants(to: "a") { asked[grant.item.step << 16 | grant.item.slot] = grant.question }
      trained += questions(actions)
    }
    note(script.on(.start))
    note(script.join("a"))
    for step in steps {
      for slot in slots {
        let question = asked[step << 16 | slot] ?? -1
        note(script.say(.result(result(step: step, slot: slot, lag: lag, isUnanimous: question % 2 == 0)), "a"))
      }
      note(script.on(.policyPublished(version: step + 1)))
    }
    return trained
  }

  @Test("What a step asks does not depend on who comes first", arguments: [0, 1, 2] as [UInt32]) func orderOfArrival(lag: UInt32) throws {
    let plan = Fixture.plan(steps: 40, questionsPerStep: 8, lag: lag, skipUnanimous: 1)
    var actions: [LearnerMachine.Action] = []
    var (one, other) = (try LearnerScript(plan), try LearnerScript(plan))
    let inOrder = run(&one, steps: 0..<40, lag: lag, slots: Array(0..<8), record: &actions)
    let backwards = run(&other, steps: 0..<40, lag: lag, slots: (0..<8).reversed(), record: &actions)
    #expect(inOrder == backwards && inOrder.count == 40)
    // The first epoch has 100 questions; of the second, the even ones are left out.
    #expect(inOrder.joined().prefix(100).elementsEqual(0..<100))
    #expect(inOrder.joined().dropFirst(124).prefix(24).allSatisfy { $0 % 2 == 1 })
  }

  @Test("The record says how many were skipped") func record() throws {
    let plan = Fixture.plan(steps: 20, questionsPerStep: 8, lag: 0, skipUnanimous: 1)
    var script = try LearnerScript(plan)
    var actions: [LearnerMachine.Action] = []
    _ = run(&script, steps: 0..<20, lag: 0, slots: Array(0..<8), record: &actions)
    let skipped = actions.compactMap { action -> Int? in
      if case .record(let timing) = action { timing.skippedQuestions } else { nil }
    }
    #expect(skipped.count == 20 && skipped.prefix(12).allSatisfy { $0 == 0 } && skipped[14] == 8)
    var plain = try LearnerScript(Fixture.plan(steps: 1))
    _ = plain.on(.start)
    _ = plain.join("a")
    _ = plain.fill(step: 0, "a")
    for case .record(let timing) in plain.on(.policyPublished(version: 1)) { #expect(timing.skippedQuestions == nil) }
  }

  @Test("A learner that begins anew from an older checkpoint asks the same", arguments: [0, 1, 2] as [UInt32])
  func resumption(lag: UInt32) throws {
    let plan = Fixture.plan(steps: 30, questionsPerStep: 8, lag: lag, skipUnanimous: 2, checkpointEvery: 10)
    var actions: [LearnerMachine.Action] = []
    var script = try LearnerScript(plan)
    let whole = run(&script, steps: 0..<30, lag: lag, slots: Array(0..<8), record: &actions)
    let kept = actions.compactMap { action -> QuestionSchedule.State? in
      if case .checkpoint(20, _, let questions) = action { questions } else { nil }
    }
    let stored = actions.persisted.filter { $0.item.step < 23 }
    let retained = Set(plan.policyVersion(of: 20)...20)
    let checkpoint: QuestionSchedule.State = try #require(kept.first)
    var resumed = try LearnerScript(plan, version: 20, questions: checkpoint, retained: retained, stored: stored)
    var trained = questions(resumed.on(.start))
    for version in 21...22 as ClosedRange<UInt32> { trained += questions(resumed.on(.policyPublished(version: version))) }
    #expect(trained == Array(whole[20..<23]))
    var grants = (resumed.join("a") + resumed.on(.policyPublished(version: 23))).grants(to: "a")
    // A worker has a bounded number of tasks in hand: more come as it answers.
    for slot in 0..<8 as Range<UInt32> {
      grants += resumed.say(.result(result(step: 23, slot: slot, lag: lag, isUnanimous: false)), "a").grants(to: "a")
    }
    #expect(grants.count >= (lag == 0 ? 8 : 16))
    for grant in grants { #expect(grant.question == whole[Int(grant.item.step)][Int(grant.item.slot)]) }
  }

  @Test("A checkpoint that does not know what is left out is refused") func refusal() throws {
    let error = #expect(throws: ClusterError.self) {
      try LearnerScript(Fixture.plan(skipUnanimous: 1), version: 2, retained: [1, 2])
    }
    #expect(error?.message == "the checkpoint of version 2 is not of this run: it does not say which questions are left out")
  }
}

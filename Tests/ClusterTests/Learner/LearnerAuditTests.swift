import Cluster
import EMPO
import Logging
import Testing
import Wire

@Suite struct LearnerAuditTests {
  private func script(share: Double = 1, _ action: AuditAction = .stop, questionsPerStep: UInt32 = 1) throws -> LearnerScript {
    var plan = Fixture.plan(questionsPerStep: questionsPerStep, lag: 0)
    plan.audit = AuditPlan(share: share, seed: 7, action: action)
    return try LearnerScript(plan)
  }

  private func send(_ script: inout LearnerScript, _ mark: Int32, lease: UInt64, slot: UInt32 = 0, _ worker: String)
    -> [LearnerMachine.Action]
  {
    var result = Fixture.result(step: 0, slot: slot, lag: 0, lease: lease)
    result.group = Fixture.group(step: 0, slot: slot, mark: mark)
    return script.say(.group(result), worker)
  }

  @Test("An audited task goes to two workers and counts when both agree") func anAuditedTaskGoesToTwoWorkersAndCountsWhenBothAgree() throws
  {
    var script = try script()
    #expect(script.join("a").slots(to: "a") == [[0, 0]])
    #expect(script.join("b").slots(to: "b") == [[0, 0]])
    let first = send(&script, 0, lease: 1, "a")
    #expect(first.persisted.isEmpty && first.trained.isEmpty)
    // The worker may forget it; accepted it is not.
    #expect(first.dispositions == [.duplicate])
    let second = send(&script, 0, lease: 2, "b")
    #expect(second.persisted.count == 1)
    #expect(second.dispositions == [.accepted] && second.trained == [0])
    #expect(second.notices.contains(.auditPassed(step: 0, slot: 0, first: "a", second: "b")))
  }

  @Test("A mismatch stops the run and neither answer counts") func aMismatchStopsTheRunAndNeitherAnswerCounts() throws {
    var script = try script()
    _ = script.join("a")
    _ = script.join("b")
    _ = send(&script, 0, lease: 1, "a")
    let second = send(&script, 5, lease: 2, "b")
    #expect(second.persisted.isEmpty && second.trained.isEmpty && second.dispositions.isEmpty)
    guard case .end(.failed(let reason))? = second.last else {
      Issue.record("the learner goes on: \(second)")
      return
    }
    #expect(reason.hasPrefix("audit of step 0 slot 0: a and b differ at sample 0 token 2: 0 against 5; neither counts"))
    #expect(script.wait(1_000).isEmpty)
  }

  @Test("Where a mismatch is only logged the first answer counts") func whereAMismatchIsOnlyLoggedTheFirstAnswerCounts() throws {
    var script = try script(.log)
    _ = script.join("a")
    _ = script.join("b")
    _ = send(&script, 5, lease: 1, "a")
    let second = send(&script, 0, lease: 2, "b")
    #expect(second.persisted.map(\.group) == [Fixture.group(step: 0, slot: 0, mark: 5)])
    #expect(second.trained == [0])
    #expect(second.notices.contains { "\($0)".contains("a and b differ at sample 0 token 2: 5 against 0; the first counts") })
  }

  @Test("A lone worker's audits are skipped: each is counted, and the first alone is explained in the log")
  func loneWorkersAuditsAreSkipped() throws {
    var script = try script(questionsPerStep: 3)
    _ = script.join("a")
    let first = send(&script, 0, lease: 1, "a")
    #expect(first.dispositions == [.duplicate, .accepted] && first.persisted.count == 1)
    let later = send(&script, 0, lease: 2, slot: 1, "a") + send(&script, 0, lease: 3, slot: 2, "a")
    #expect(later.trained == [0])
    let waived = (first + later).notices.filter { if case .auditWaived = $0 { true } else { false } }
    #expect(
      waived == [
        .auditWaived(step: 0, slot: 0, worker: "a", isFirst: true), .auditWaived(step: 0, slot: 1, worker: "a", isFirst: false),
        .auditWaived(step: 0, slot: 2, worker: "a", isFirst: false),
      ])
    #expect(waived.map(\.level) == [.info, .debug, .debug])
    let explanation = "\(waived[0])"
    #expect(explanation.hasPrefix("audit of step 0 slot 0 skipped: a is the only worker that could do it; "))
    #expect(explanation.contains("start one"))
  }

  @Test("A worker's word twice confirms nothing") func aWorkersWordTwiceConfirmsNothing() throws {
    var script = try script()
    _ = script.join("a")
    let lease = script.join("b").grants(to: "b").map(\.lease)
    _ = send(&script, 0, lease: 1, "a")
    let again = send(&script, 0, lease: 1, "a")
    #expect(again.dispositions == [.duplicate] && again.persisted.isEmpty)
    // Not even if the second worker gives its lease back, as long as there is somebody else.
    let third = script.join("c")
    #expect(third.grants(to: "c").isEmpty)
    #expect(script.say(.decline(leases: lease), "b").slots(to: "c") == [[0, 0]])
    #expect(send(&script, 0, lease: 3, "c").trained == [0])
  }

  @Test("A lease of an earlier learner with the same number is anothers") func aLeaseOfAnEarlierLearnerWithTheSameNumberIsAnothers() throws
  {
    var script = try script()
    #expect(script.join("a").grants(to: "a").map(\.lease) == [1])
    _ = script.join("b", credits: 0)
    // The first lease of the learner before was b's.
    let held = send(&script, 0, lease: 1, "b")
    #expect(held.notices == [.auditHeld(step: 0, slot: 0, worker: "b")])
    // The confirmation is a's, and nobody else is asked for it.
    #expect(held.grants(to: "a").isEmpty)
    #expect(script.join("c").grants(to: "c").isEmpty)
    #expect(send(&script, 0, lease: 1, "a").trained == [0])
  }

  @Test("When the only other worker is lost the audit is skipped") func whenTheOnlyOtherWorkerIsLostTheAuditIsSkipped() throws {
    var script = try script()
    _ = script.join("a")
    _ = script.join("b")
    #expect(send(&script, 0, lease: 1, "a").persisted.isEmpty)
    let actions = script.say(.goodbye, "b") + script.wait(100)
    #expect(actions.persisted.count == 1 && actions.trained == [0])
  }

  @Test("Another kind of arithmetic is no auditor") func anotherKindOfArithmeticIsNoAuditor() throws {
    var script = try script()
    _ = script.join("a")
    let other = Hello(worker: "b", software: "", fingerprint: "g", credits: 10)
    #expect(script.say(.hello(other), "b").grants(to: "b").isEmpty)
    #expect(send(&script, 0, lease: 1, "a").trained == [0])
  }

  @Test("What the ledger has is not audited again") func whatTheLedgerHasIsNotAuditedAgain() throws {
    var plan = Fixture.plan(questionsPerStep: 1, lag: 0)
    plan.audit = AuditPlan(share: 1, seed: 7)
    var script = try LearnerScript(plan, stored: [Fixture.result(step: 0, slot: 0, lag: 0)])
    #expect(script.on(.start).trained == [0])
  }

  @Test("The share is a function of seed step and slot") func theShareIsAFunctionOfSeedStepAndSlot() {
    let (plan, other) = (AuditPlan(share: 0.02, seed: 1), AuditPlan(share: 0.02, seed: 2))
    let places = (0..<100).flatMap { step in (0..<100).map { (UInt32(step), UInt32($0)) } }
    let covered = places.map { plan.covers(step: $0.0, slot: $0.1) }
    let count = covered.count { $0 }
    // Four standard deviations of a binomial of 10,000 trials: 14 each.
    #expect((144...256).contains(count), "\(count)")
    #expect(covered == places.map { plan.covers(step: $0.0, slot: $0.1) })
    #expect(covered != places.map { other.covers(step: $0.0, slot: $0.1) })
    #expect(!places.contains { AuditPlan.none.covers(step: $0.0, slot: $0.1) })
    #expect(places.allSatisfy { AuditPlan(share: 1, seed: 1).covers(step: $0.0, slot: $0.1) })
  }

  static let differences: [(String, @Sendable (inout ScoredGroup) -> Void)] = [
    ("sample 1 token 0: 0 against 9", { $0.responses[1].tokens[0] = 9 }),
    ("sample 0 token 1: log-probability -0.5 against -0.50000006", { $0.responses[0].tokenLogProbabilities[1] = (-0.5 as Float).nextDown }),
    ("sample 0 token 3: 3 tokens against 4", { $0.responses[0].tokens.append(1) }),
    ("sample 1: truncated false against true", { $0.responses[1].isTruncated = true }),
    ("sample 1: answer \"1\" against \"2\"", { $0.responses[1].answer = "2" }),
    ("sample 0: cluster 0 against 1", { $0.responses[0].cluster = 1 }),
    ("sample 0: reward 1.0 against 0.5", { $0.responses[0].reward = 0.5 }),
    ("2 samples against 1", { $0.responses.removeLast() }),
    ("semantic entropy 0.0 against -0.0", { $0.semanticEntropy = -0.0 }),
    ("kept true against false", { $0.isKept = false }),
  ]

  @Test("The first difference is named", arguments: differences.indices)
  func theFirstDifferenceIsNamed(index: Int) {
    let (expected, change) = Self.differences[index]
    let group = Fixture.group(step: 0, slot: 0)
    var other = group
    change(&other)
    #expect(GroupDifference(group, other)?.description == expected)
    #expect(GroupDifference(group, group) == nil)
  }
}

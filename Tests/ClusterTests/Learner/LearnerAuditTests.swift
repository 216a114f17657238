import Cluster
import EMPO
import SimulationSupport
import Testing
import Wire

@Suite struct LearnerAuditTests {
  private let sample = WorkItem(step: 0, slot: 0)

  private func script(
    share: Double = 1, _ action: AuditAction = .expel, steps: UInt32 = 4, questionsPerStep: UInt32 = 1, hasKeys: Bool = true,
    ownWorkers: Set<String> = []
  ) throws -> LearnerScript {
    var plan = Fixture.plan(
      steps: steps, questionsPerStep: questionsPerStep, lag: 0, audit: AuditPlan(share: share, action: action), hasKeys: hasKeys)
    plan.ownWorkers = ownWorkers
    return try LearnerScript(plan)
  }

  /// Lets a worker send a step's group, which is true where the mark is 0.
  private func send(_ script: inout LearnerScript, mark: Int32 = 0, step: UInt32 = 0, slot: UInt32 = 0, _ worker: String)
    -> [LearnerMachine.Action]
  {
    var result = Fixture.result(step: step, slot: slot, lag: 0)
    result.group = Fixture.group(step: step, slot: slot, mark: mark)
    return script.say(.result(result), worker)
  }

  /// Lets a worker check a group, and say that it should be the one of a mark.
  private func check(_ script: inout LearnerScript, mark: Int32 = 0, lease: UInt64, step: UInt32 = 0, slot: UInt32 = 0, _ worker: String)
    -> [LearnerMachine.Action]
  {
    var result = Fixture.result(step: step, slot: slot, lag: 0, lease: lease)
    result.item = result.item.check
    result.group = Fixture.group(step: step, slot: slot, mark: mark)
    return script.say(.result(result), worker)
  }

  @Test("A checked group goes to the holder of another key, and is trained on when both agree")
  func aCheckedGroupGoesToTheHolderOfAnotherKey() throws {
    var script = try script()
    _ = script.join("a")
    _ = script.join("b")
    let sent = send(&script, "a")
    #expect(sent.persisted.count == 1 && sent.dispositions == [.accepted])
    #expect(sent.trained.isEmpty)
    let grant = try #require(sent.grants(to: "b").first)
    #expect(grant.item == WorkItem(.sampleCheck, step: 0, slot: 0))
    #expect(grant.given == Fixture.group(step: 0, slot: 0).responses.map(\.tokens))
    let checked = check(&script, lease: grant.lease, "b")
    #expect(checked.dispositions == [.accepted] && checked.trained == [0])
    #expect(checked.contains(.confirm(step: 0, slot: 0, checker: "b")))
    #expect(checked.notices.contains(.checkPassed(item: sample, worker: "a", checker: "b")))
  }

  @Test("Where nobody else has a key, the learner checks itself", arguments: ["a", "pool/a"])
  func whereNobodyElseHasAKeyTheLearnerChecksItself(name: String) throws {
    var script = try script()
    _ = script.join(name)
    if name.hasPrefix("pool") { _ = script.join("pool/b") }
    let sent = send(&script, name)
    #expect(sent.contains { if case .check(let result, question: 0) = $0 { result.item == sample } else { false } })
    #expect(sent.trained.isEmpty)
    let checked = script.on(.checked(sample, own: Fixture.group(step: 0, slot: 0)))
    #expect(checked.trained == [0])
  }

  @Test("Without keys, names are nobody: the learner checks itself") func withoutKeysTheLearnerChecksItself() throws {
    var script = try script(hasKeys: false)
    _ = script.join("a")
    _ = script.join("b")
    let sent = send(&script, "a")
    #expect(sent.grants(to: "b").isEmpty)
    #expect(sent.contains { if case .check = $0 { true } else { false } })
  }

  @Test("The run's own workers check first") func theRunsOwnWorkersCheckFirst() throws {
    var script = try script(questionsPerStep: 4, ownWorkers: ["own"])
    for worker in ["a", "b", "own"] { _ = script.join(worker) }
    #expect(send(&script, "a").grants(to: "own").contains { $0.item == WorkItem(.sampleCheck, step: 0, slot: 0) })
  }

  @Test("A lie is taken back, its teller is refused, and its slot is leased again")
  func aLieIsTakenBackItsTellerIsRefusedAndItsSlotIsLeasedAgain() throws {
    var script = try script()
    for worker in ["a", "b"] { _ = script.join(worker) }
    let lease = try #require(send(&script, mark: 3, "a").grants(to: "b").first?.lease)
    let objection = check(&script, lease: lease, "b")
    // One of the two is wrong: the learner looks itself.
    #expect(objection.trained.isEmpty && objection.contains { if case .check = $0 { true } else { false } })
    let settled = script.on(.checked(sample, own: Fixture.group(step: 0, slot: 0)))
    #expect(settled.contains { if case .void(0, 0, _) = $0 { true } else { false } })
    #expect(settled.contains { if case .expel("a", _) = $0 { true } else { false } })
    #expect(settled.refusals == [.unauthorized])
    let lie = settled.notices.compactMap { if case .lieFound(let lie) = $0 { lie } else { nil } }
    #expect(lie.map(\.worker) == ["a"] && lie.first?.difference.description.hasPrefix("sample 0 token 1") == true)
    #expect(settled.slots(to: "b") == [[0, 0]])
    // It is not heard any more, under any name of its key.
    #expect(script.join("a").refusals == [.unauthorized])
    #expect(send(&script, "a").persisted.isEmpty)
    let again = send(&script, "b")
    #expect(again.persisted.count == 1)
    #expect(script.on(.checked(sample, own: Fixture.group(step: 0, slot: 0))).trained == [0])
  }

  @Test("Who denies the truth is the liar") func whoDeniesTheTruthIsTheLiar() throws {
    var script = try script()
    for worker in ["a", "b"] { _ = script.join(worker) }
    let lease = try #require(send(&script, "a").grants(to: "b").first?.lease)
    _ = check(&script, mark: 3, lease: lease, "b")
    let settled = script.on(.checked(sample, own: Fixture.group(step: 0, slot: 0)))
    #expect(settled.contains { if case .expel("b", _) = $0 { true } else { false } })
    #expect(!settled.contains { if case .void = $0 { true } else { false } })
    #expect(settled.trained == [0])
  }

  @Test("With stop, a lie ends the run") func withStopALieEndsTheRun() throws {
    var script = try script(.stop, hasKeys: false)
    _ = script.join("a")
    _ = send(&script, mark: 3, "a")
    let settled = script.on(.checked(sample, own: Fixture.group(step: 0, slot: 0)))
    #expect(settled.contains { if case .void = $0 { true } else { false } })
    guard case .end(.failed(let reason))? = settled.last else {
      Issue.record("the learner goes on")
      return
    }
    #expect(reason.hasPrefix("a is wrong about step 0 slot 0: its word and what the learner computes differ at sample 0 token 1"))
  }

  @Test("A lie has everything checked that rests on the same word") func aLieHasEverythingCheckedThatRestsOnTheSameWord() throws {
    // Nothing is drawn: a second copy that differs is what gives the liar away.
    var script = try script(share: 0, questionsPerStep: 4)
    for worker in ["a", "b"] { _ = script.join(worker) }
    _ = send(&script, slot: 0, "a")
    _ = send(&script, slot: 1, "b")
    _ = send(&script, mark: 3, slot: 2, "a")
    let second = send(&script, slot: 2, "b")
    #expect(second.dispositions == [.duplicate])
    let item = WorkItem(step: 0, slot: 2)
    let lease = try #require(second.grants(to: "b").first { $0.item == item.check }?.lease)
    _ = check(&script, lease: lease, slot: 2, "b")
    let settled = script.on(.checked(item, own: Fixture.group(step: 0, slot: 2)))
    // a's other group is looked at, b's is not.
    let checks = settled.grants(to: "b").map(\.item).filter(\.kind.isCheck)
    #expect(checks == [WorkItem(.sampleCheck, step: 0, slot: 0)])
  }

  @Test("Where a trained step rests on a liar's word, the run goes back before it")
  func whereATrainedStepRestsOnALiarsWordTheRunGoesBackBeforeIt() throws {
    // Version 2 was trained on a's word; its lie about step 2 is found.
    let plan = Fixture.plan(questionsPerStep: 1, lag: 0, audit: AuditPlan(share: 1))
    var script = try LearnerScript(plan, version: 2, retained: [2], reliance: ["a": 0, "b": 1])
    for worker in ["a", "b"] { _ = script.join(worker) }
    _ = send(&script, mark: 3, step: 2, "a")
    let settled = script.on(.checked(WorkItem(step: 2, slot: 0), own: Fixture.group(step: 2, slot: 0)))
    #expect(settled.notices.contains(.goingBack(party: "a", step: 0)))
    #expect(settled.last == .end(.goBack(step: 0)))
  }

  @Test("A group whose scores are not those of its tokens is checked in any case") func aGroupWithOtherScoresIsChecked() throws {
    let plan = Fixture.plan(questionsPerStep: 1, lag: 0, audit: AuditPlan(share: 1e-9))
    var script = try LearnerScript(plan)
    _ = script.join("a")
    let result = Fixture.sealed(Fixture.result(step: 0, slot: 0, lag: 0), for: "a")
    _ = script.on(.message(.result(result), from: Peer("a")))
    var own = result.group
    own.responses[0].reward = 0
    let scored = script.on(.scored(result, from: Peer("a"), own: own))
    #expect(scored.trained.isEmpty && scored.contains { if case .check = $0 { true } else { false } })
    #expect(script.on(.checked(result.item, own: own)).trained == [0])
  }

  @Test("The learner's own name is nobody else's") func theLearnersOwnNameIsNobodyElses() throws {
    var script = try LearnerScript(Fixture.plan())
    #expect(script.join(LearnerMachine.learnerName).refusals == [.malformed])
  }

  @Test("Who dies after a lie was found finds it again") func whoDiesAfterALieWasFoundFindsItAgain() throws {
    var script = try script(hasKeys: false)
    _ = script.join("a")
    _ = send(&script, mark: 3, "a")
    let settled = script.on(.checked(sample, own: Fixture.group(step: 0, slot: 0)))
    let order = settled.compactMap { action -> String? in
      switch action {
      case .expel: "expel"
      case .voidLater: "void what followed"
      case .void: "void"
      default: nil
      }
    }
    #expect(order == ["expel", "void what followed", "void"])
  }

  @Test("Without keys, a lie has everything checked, whoever sent it and whenever") func withoutKeysALieHasEverythingChecked() throws {
    let plan = Fixture.plan(questionsPerStep: 2, lag: 0, audit: AuditPlan(share: 0))
    var script = try LearnerScript(plan, version: 1, retained: [1], expelled: ["liar": "it lied"])
    for worker in ["a", "b"] { _ = script.join(worker) }
    #expect(script.join("liar").refusals == [.unauthorized])
    let sent = send(&script, step: 1, "a")
    #expect(sent.contains { if case .check(let result, _) = $0 { result.item == WorkItem(step: 1, slot: 0) } else { false } })
    // What others contributed before is not believed any more, either.
    var before = try LearnerScript(plan, version: 1, retained: [1], reliance: ["a": 0], expelled: ["liar": "it lied"])
    #expect(before.on(.start).last == .end(.goBack(step: 0)))
    // What the learner has checked itself is.
    var checked = try LearnerScript(
      plan, version: 1, retained: [1], reliance: [LearnerMachine.learnerName: 0], expelled: ["liar": "it lied"])
    #expect(!checked.on(.start).contains { if case .end = $0 { true } else { false } })
  }

  @Test("An update that runs is waited for before the run goes back, and is not published")
  func anUpdateThatRunsIsWaitedForBeforeTheRunGoesBack() throws {
    let plan = Fixture.plan(questionsPerStep: 1, lag: 1, audit: AuditPlan(share: 1), hasKeys: false)
    var script = try LearnerScript(plan, version: 2, retained: [1, 2], reliance: ["b": 0])
    for worker in ["a", "b"] { _ = script.join(worker) }
    let result = Fixture.result(step: 2, slot: 0)
    _ = script.say(.result(result), "a")
    #expect(script.on(.checked(result.item, own: result.group)).trained == [2])
    var lie = Fixture.result(step: 3, slot: 0)
    lie.group = Fixture.group(step: 3, slot: 0, mark: 2)
    _ = script.say(.result(lie), "b")
    let settled = script.on(.checked(lie.item, own: Fixture.group(step: 3, slot: 0)))
    #expect(settled.notices.contains(.goingBack(party: "b", step: 0)))
    #expect(!settled.contains { if case .end = $0 { true } else { false } })
    let published = script.on(.policyPublished(version: 3))
    #expect(published == [.end(.goBack(step: 0))])
  }

  @Test("A learner that died before it went back does so when it starts") func aLearnerThatDiedBeforeItWentBackDoesSoWhenItStarts() throws {
    var script = try LearnerScript(
      Fixture.plan(hasKeys: true), version: 2, retained: [1, 2], reliance: ["a": 1, "b": 0], expelled: ["a": "it lied"])
    #expect(script.on(.start).last == .end(.goBack(step: 1)))
  }

  @Test("After a restart what nobody has checked is drawn anew, and an expelled worker's word is always checked")
  func afterARestartWhatNobodyHasCheckedIsDrawnAnew() throws {
    let plan = Fixture.plan(questionsPerStep: 1, lag: 0, audit: AuditPlan(share: 1), hasKeys: false)
    var script = try LearnerScript(plan, stored: [Fixture.result(step: 0, slot: 0, lag: 0)])
    let actions = script.on(.start)
    #expect(actions.trained.isEmpty && actions.contains { if case .check = $0 { true } else { false } })
    var unchecked = Fixture.plan(questionsPerStep: 1, lag: 0)
    unchecked.audit = .none
    var other = try LearnerScript(unchecked, stored: [Fixture.result(step: 0, slot: 0, lag: 0)], expelled: ["z": "it lied"])
    #expect(other.on(.start).contains { if case .check = $0 { true } else { false } })
  }

  @Test("A lie of a step that was trained takes along what followed from it") func aLieTakesAlongWhatFollowedFromIt() throws {
    let plan = Fixture.plan(questionsPerStep: 1, lag: 0, audit: AuditPlan(share: 1), hasKeys: false)
    let stored = (0..<3).map { Fixture.result(step: $0, slot: 0, lag: 0) }
    var script = try LearnerScript(plan, stored: stored, expelled: ["z": "it lied"])
    _ = script.on(.start)
    let settled = script.on(.checked(sample, own: Fixture.group(step: 0, slot: 0, mark: 1)))
    #expect(settled.contains { if case .void(0, 0, _) = $0 { true } else { false } })
    #expect(settled.contains { if case .voidLater(sampledAfter: 0, _) = $0 { true } else { false } })
    _ = script.join("b")
    #expect(send(&script, "b").persisted.count == 1)
    #expect(script.on(.checked(sample, own: Fixture.group(step: 0, slot: 0))).trained == [0])
    // Step 1 was sampled from the policy that the lie made: it is sampled again.
    #expect(script.on(.policyPublished(version: 1)).slots(to: "b") == [[1, 0]])
  }

  @Test("Another kind of arithmetic is not checked, and that is told") func anotherKindOfArithmeticIsNotChecked() throws {
    var plan = Fixture.plan(questionsPerStep: 1, lag: 0, audit: AuditPlan(share: 1), fingerprint: "f")
    plan.requiresSameBits = false
    var script = try LearnerScript(plan)
    _ = script.say(.hello(Hello(worker: "b", software: "", fingerprint: "g", credits: 10)), "b")
    let sent = send(&script, "b")
    #expect(sent.trained == [0])
    #expect(sent.notices.contains(.uncheckable(item: sample, worker: "b", count: 1)))
  }

  @Test("A checker that is late or gives up is done without") func aCheckerThatIsLateIsDoneWithout() throws {
    var script = try script()
    for worker in ["a", "b", "c"] { _ = script.join(worker) }
    let lease = try #require(send(&script, "a").grants(to: "b").first?.lease)
    let declined = script.say(.decline(leases: [lease]), "b")
    let second = try #require(declined.grants(to: "c").first?.lease)
    let gone = script.say(.decline(leases: [second]), "c")
    #expect(gone.contains { if case .check = $0 { true } else { false } })
    #expect(script.on(.checked(sample, own: Fixture.group(step: 0, slot: 0))).trained == [0])
    // What comes too late counts for nothing.
    #expect(check(&script, mark: 3, lease: second, "c").dispositions == [.duplicate])
  }

  @Test("The share of what is drawn is the plan's, and the draw is the secret's") func theShareOfWhatIsDrawnIsThePlans() throws {
    func drawn(_ auditKey: UInt8) throws -> [Bool] {
      let plan = Fixture.plan(steps: 1, questionsPerStep: 1_000, audit: AuditPlan(share: 0.2), hasKeys: false)
      let secrets = LearnerSecrets(leaseKey: Array(repeating: 1, count: 32), auditKey: Array(repeating: auditKey, count: 32))
      var script = try LearnerScript(plan)
      script.machine = try LearnerMachine(
        plan: plan, order: Fixture.order, incarnation: 1, secrets: secrets, state: LearnerState(retained: [0]))
      _ = script.join("a")
      return (0..<1_000).map { slot in
        send(&script, slot: slot, "a").contains { if case .check = $0 { true } else { false } }
      }
    }
    let first = try drawn(2)
    // Four standard deviations of a binomial of 1,000 trials: 13 each.
    #expect((149...251).contains(first.count { $0 }))
    #expect(try first == drawn(2) && first != drawn(3))
  }

  @Test("A hundred changes of a true group change nothing", arguments: 0..<Mutation.count)
  func aHundredChangesOfATrueGroupChangeNothing(number: Int) throws {
    var script = try script(hasKeys: false)
    for worker in ["a", "b"] { _ = script.join(worker) }
    var result = Fixture.result(step: 0, slot: 0, lag: 0)
    Mutation.apply(number, to: &result.group)
    var actions = script.on(.message(.result(Fixture.sealed(result, for: "a")), from: Peer("a")))
    // The learner's own scores: those of the true tokens, where the tokens are true.
    for case .score(let scored, let peer, _) in actions {
      let truth = Fixture.group(step: 0, slot: 0)
      let isTrue = scored.group.responses.map(\.tokens) == truth.responses.map(\.tokens)
      var own = scored.group
      if isTrue {
        (own.semanticEntropy, own.isKept) = (truth.semanticEntropy, truth.isKept)
        for sample in own.responses.indices {
          own.responses[sample].answer = truth.responses[sample].answer
          own.responses[sample].cluster = truth.responses[sample].cluster
          own.responses[sample].reward = truth.responses[sample].reward
        }
      }
      actions += script.on(.scored(scored, from: peer, own: own))
    }
    actions += script.on(.checked(sample, own: Fixture.group(step: 0, slot: 0)))
    if actions.trained.isEmpty {
      actions += send(&script, "b")
      actions += script.on(.checked(sample, own: Fixture.group(step: 0, slot: 0)))
    }
    let trained = actions.compactMap { if case .train(_, let groups, _) = $0 { groups.map(\.group) } else { nil } }
    #expect(trained == [[Fixture.group(step: 0, slot: 0)]])
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
    #expect(ResultDifference(group, other)?.description == expected)
    #expect(ResultDifference(group, group) == nil)
  }
}

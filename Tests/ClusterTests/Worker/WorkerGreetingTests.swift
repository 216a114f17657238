import Cluster
import Testing
import Wire

@Suite struct WorkerGreetingTests {
  @Test("Hello is said again at growing intervals until the welcome") func helloIsSaidAgainAtGrowingIntervalsUntilTheWelcome() {
    var script = WorkerScript()
    #expect(script.on(.start).hellos == 1)
    var times: [Milliseconds] = []
    for _ in 0..<400 where script.waitInSilence(100).hellos > 0 { times.append(script.now) }
    #expect(times == [1_000, 3_000, 7_000, 15_000, 25_000, 35_000])
    let welcomed = script.hear(Fixture.welcome())
    #expect(welcomed.contains(.subscribe(to: "inproc")))
    #expect(welcomed.leases == [[]])
    #expect((0..<100).reduce(0) { sum, _ in sum + script.wait(500).hellos } == 0)
  }

  @Test(
    "A forgetful learner is greeted again once",
    arguments: [
      LearnerMessage.heartbeatReply(incarnation: 2), .refuse(Refusal(code: .unknownWorker, reason: "say hello first")),
    ])
  func aForgetfulLearnerIsGreetedAgainOnce(message: LearnerMessage) {
    var script = WorkerScript()
    script.join()
    #expect(script.hear(message).hellos == 1)
    // The answers to whatever else was on its way change nothing.
    for _ in 0..<10 { #expect(script.hear(message).hellos == 0) }
    #expect(script.hear(Fixture.welcome(incarnation: 2)).hellos == 0)
  }

  @Test("A final refusal ends the worker with its reason", arguments: [Refusal.Code.protocolVersion, .fingerprint])
  func aFinalRefusalEndsTheWorkerWithItsReason(code: Refusal.Code) {
    var script = WorkerScript()
    _ = script.on(.start)
    let outcome = script.hear(.refuse(Refusal(code: code, reason: "install the same release"))).outcome
    #expect(outcome == .refused(reason: "install the same release"))
    #expect(outcome?.isSuccess == false)
    #expect(script.on(.tick).isEmpty)
  }

  @Test("A learner of another build is named") func aLearnerOfAnotherBuildIsNamed() {
    let long = String(repeating: "x", count: 257)
    for (software, isTold) in [("empo test", false), ("empo other", true), ("empo\nother", false), (long, false)] {
      var script = WorkerScript()
      _ = script.on(.start)
      let actions = script.hear(Fixture.welcome(files: [Welcome.softwareFile(software)]))
      #expect(actions.contains(.notify(.otherBuild(learner: software, software: "empo test"))) == isTold)
    }
  }

  @Test("A learner restarted as another build goes on with the same run, and one with other files does not")
  func aRestartAsAnotherBuildIsTheSameRun() {
    let files = [NamedBytes(name: "config.yaml", bytes: [1])]
    let first = Fixture.welcome(files: files + [Welcome.softwareFile("empo a")])
    let rebuilt = Fixture.welcome(incarnation: 2, files: files + [Welcome.softwareFile("empo b")])
    let another = Fixture.welcome(incarnation: 2, files: [NamedBytes(name: "config.yaml", bytes: [2]), Welcome.softwareFile("empo a")])
    guard case .welcome(let one) = first, case .welcome(let two) = rebuilt, case .welcome(let three) = another else { return }
    #expect(one.isSameRun(as: two) && two.isSameRun(as: one))
    #expect(!one.isSameRun(as: three))
  }

  @Test("A full run is tried again later") func aFullRunIsTriedAgainLater() {
    var script = WorkerScript()
    _ = script.on(.start)
    #expect(script.hear(.refuse(Refusal(code: .full, reason: "full"))).outcome == nil)
    #expect(script.waitInSilence(9_999).hellos == 0)
    #expect(script.waitInSilence(1).hellos == 1)
  }

  @Test("A worker gives up only when told to") func aWorkerGivesUpOnlyWhenToldTo() {
    var patient = WorkerScript()
    patient.join()
    #expect(patient.waitInSilence(100_000_000).outcome == nil)
    var hasty = WorkerScript(Fixture.worker(giveUpAfter: 20_000))
    hasty.join()
    _ = hasty.wait(5_000)
    #expect(hasty.waitInSilence(19_999).outcome == nil)
    #expect(hasty.waitInSilence(1).outcome == .gaveUp(afterSeconds: 20))
  }

  @Test("Whoever waits says for what") func whoeverWaitsSaysForWhat() {
    var script = WorkerScript()
    _ = script.on(.start)
    #expect(script.waitInSilence(5_000).waits == [])
    #expect((0..<10).flatMap { _ in script.waitInSilence(2_000).waits } == [.welcome, .welcome])
    _ = script.hear(Fixture.welcome())
    #expect((0..<11).flatMap { _ in script.wait(1_000).waits } == [.tasks])
    _ = script.hearTask(step: 0, slot: 0, version: 0, lease: 1)
    #expect((0..<11).flatMap { _ in script.wait(1_000).waits } == [.weights(version: 0, missing: 3)])
    #expect((0..<15).flatMap { _ in script.waitInSilence(1_000).waits } == [.learner])
  }

  @Test("A welcome without weights is ignored") func aWelcomeWithoutWeightsIsIgnored() {
    var script = WorkerScript()
    _ = script.on(.start)
    guard case .welcome(var welcome) = Fixture.welcome() else { return }
    welcome.manifest.totalBytes = 0
    #expect(script.hear(.welcome(welcome)).contains(.notify(.misbehaved(reason: "a welcome whose weights have no bytes"))))
    #expect(script.hear(Fixture.welcome()).contains(.subscribe(to: "inproc")))
  }
}

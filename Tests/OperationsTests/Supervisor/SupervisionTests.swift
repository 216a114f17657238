import Operations
import TestSupport
import Testing

@Suite("Supervision")
struct SupervisionTests {
  static let plan = SupervisionPlan(workers: 2, restartBudget: 3)

  /// A machine whose learner and workers run.
  static func running(_ plan: SupervisionPlan = plan) -> Supervision {
    var supervision = Supervision(plan: plan)
    _ = supervision.handle(.start, now: .zero)
    _ = supervision.handle(.learnerReady, now: .zero)
    return supervision
  }

  @Test("The learner starts first, workers once it can be connected to")
  func beginning() {
    var supervision = Supervision(plan: Self.plan)
    #expect(supervision.handle(.start, now: .zero) == [.start(.learner), .awaitLearner])
    #expect(supervision.handle(.learnerReady, now: .zero) == [.start(.worker(1)), .start(.worker(2))])
    #expect(supervision.handle(.learnerReady, now: .zero) == [])
  }

  @Test("Without workers of its own the learner runs alone")
  func noWorkers() {
    var supervision = Supervision(plan: SupervisionPlan(workers: 0, restartBudget: 3))
    #expect(supervision.handle(.start, now: .zero) == [.start(.learner)])
    #expect(supervision.handle(.ended(.learner, .exited(0)), now: .seconds(9)) == [.end(status: 0)])
  }

  @Test("A run that is done ends when its workers have left by themselves")
  func done() {
    var supervision = Self.running()
    #expect(supervision.handle(.ended(.worker(1), .exited(0)), now: .seconds(5)) == [])
    let over = supervision.handle(.ended(.learner, .exited(0)), now: .seconds(5))
    #expect(over == [.schedule(.farewell, after: Self.plan.farewell)])
    #expect(supervision.handle(.ended(.worker(2), .exited(0)), now: .seconds(6)) == [.end(status: 0)])
  }

  @Test("A worker that does not leave after the run is asked to, then killed")
  func reluctantWorker() {
    var supervision = Self.running()
    _ = supervision.handle(.ended(.learner, .exited(0)), now: .seconds(5))
    _ = supervision.handle(.ended(.worker(2), .exited(0)), now: .seconds(5))
    let asked = supervision.handle(.due(.farewell), now: .seconds(8))
    #expect(asked == [.terminate(.worker(1)), .schedule(.workerGrace, after: Self.plan.workerGrace)])
    let killed = supervision.handle(.due(.workerGrace), now: .seconds(10))
    #expect(
      killed == [.say(.killing([.worker(1)])), .kill(.worker(1)), .schedule(.burial(.worker(1), life: 1), after: Self.plan.burial)])
    #expect(supervision.handle(.ended(.worker(1), .signaled(9)), now: .seconds(10)) == [.end(status: 0)])
  }

  @Test("A child that a signal killed is started again, the first time at once", arguments: [Child.learner, .worker(1), .worker(2)])
  func restart(child: Child) {
    var supervision = Self.running()
    let first = supervision.handle(.ended(child, .signaled(9)), now: .seconds(1))
    #expect(first == [.say(.restarting(child, .signaled(9), restart: 1, budget: 3)), .start(child)])
    let second = supervision.handle(.ended(child, .signaled(11)), now: .seconds(2))
    #expect(
      second == [
        .say(.restarting(child, .signaled(11), restart: 2, budget: 3)),
        .schedule(.restart(child), after: Self.plan.restartDelay),
      ])
    #expect(supervision.handle(.due(.restart(child)), now: .seconds(3)) == [.start(child)])
    #expect(supervision.handle(.due(.restart(child)), now: .seconds(3)) == [])
  }

  @Test("Delays between restarts double up to the longest")
  func delays() {
    let plan = SupervisionPlan(workers: 1, restartBudget: 1000)
    var supervision = Self.running(plan)
    var delays: [Duration] = []
    for _ in 1...100 {
      let actions = supervision.handle(.ended(.worker(1), .exited(1)), now: .zero)
      for case .schedule(.restart, let delay) in actions { delays.append(delay) }
      _ = supervision.handle(.due(.restart(.worker(1))), now: .zero)
    }
    #expect(delays.prefix(7) == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(10)])
    #expect(delays.count == 99 && delays.dropFirst(6).allSatisfy { $0 == .seconds(10) })
  }

  @Test("A learner that crashes too often ends the run, which can be gone on with")
  func learnerBudget() {
    var supervision = Self.running()
    for _ in 1...3 {
      _ = supervision.handle(.ended(.learner, .signaled(6)), now: .zero)
      _ = supervision.handle(.due(.restart(.learner)), now: .zero)
    }
    let last = supervision.handle(.ended(.learner, .signaled(6)), now: .zero)
    #expect(
      last == [
        .say(.gaveUp(.learner, .signaled(6), budget: 3)), .terminate(.worker(1)), .terminate(.worker(2)),
        .schedule(.workerGrace, after: Self.plan.workerGrace),
      ])
    _ = supervision.handle(.ended(.worker(1), .exited(0)), now: .zero)
    #expect(supervision.handle(.ended(.worker(2), .exited(0)), now: .zero) == [.say(.resumable), .end(status: 1)])
  }

  @Test("A child that lived long has its budget back")
  func steadyChild() {
    var supervision = Self.running()
    for hour in 1...20 {
      let actions = supervision.handle(.ended(.learner, .signaled(9)), now: .seconds(3600 * hour))
      #expect(actions == [.say(.restarting(.learner, .signaled(9), restart: 1, budget: 3)), .start(.learner)])
    }
  }

  @Test("An error that the learner reports ends the run with its status, without a restart", arguments: [Int32(1), 2])
  func learnerError(status: Int32) {
    var supervision = Supervision(plan: Self.plan)
    _ = supervision.handle(.start, now: .zero)
    let actions = supervision.handle(.ended(.learner, .exited(status)), now: .seconds(1))
    #expect(actions == [.say(.learnerFailed(.exited(status))), .end(status: status)])
  }

  @Test("A learner that cannot be started ends the run")
  func notStarted() {
    var supervision = Supervision(plan: Self.plan)
    _ = supervision.handle(.start, now: .zero)
    let ending = ChildEnding.notStarted(reason: "no such file")
    #expect(supervision.handle(.ended(.learner, ending), now: .zero) == [.say(.learnerFailed(ending)), .end(status: 1)])
  }

  @Test("The run goes on without a worker that was given up, and stops without any")
  func workerBudget() {
    var supervision = Self.running(SupervisionPlan(workers: 2, restartBudget: 0))
    let one = supervision.handle(.ended(.worker(1), .exited(1)), now: .zero)
    #expect(one == [.say(.gaveUp(.worker(1), .exited(1), budget: 0))])
    let both = supervision.handle(.ended(.worker(2), .signaled(9)), now: .zero)
    #expect(
      both == [
        .say(.gaveUp(.worker(2), .signaled(9), budget: 0)), .say(.noWorkerLeft), .terminate(.learner),
        .schedule(.learnerGrace, after: Self.plan.learnerGrace),
      ])
    #expect(supervision.handle(.ended(.learner, .exited(143)), now: .zero) == [.say(.resumable), .end(status: 1)])
  }

  @Test("A learner that somebody else asked to end is not started again")
  func learnerStopped() {
    var supervision = Self.running(SupervisionPlan(workers: 0, restartBudget: 3))
    let actions = supervision.handle(.ended(.learner, .exited(143)), now: .seconds(1))
    #expect(actions == [.say(.learnerStopped), .say(.resumable), .end(status: 143)])
  }

  @Test("A learner whose time is used up ends the run, which is no failure and can be resumed")
  func outOfTime() {
    var supervision = Self.running()
    let over = supervision.handle(.ended(.learner, .exited(75)), now: .seconds(1))
    #expect(over == [.terminate(.worker(1)), .terminate(.worker(2)), .schedule(.workerGrace, after: Self.plan.workerGrace)])
    _ = supervision.handle(.ended(.worker(1), .exited(0)), now: .seconds(1))
    #expect(supervision.handle(.ended(.worker(2), .exited(0)), now: .seconds(2)) == [.say(.resumable), .end(status: 0)])
  }

  @Test("An interrupt of a learner that ends for its time is an interrupt all the same")
  func interruptOutOfTime() {
    var supervision = Self.running(SupervisionPlan(workers: 0, restartBudget: 3))
    _ = supervision.handle(.stopRequested(signal: 2), now: .zero)
    #expect(supervision.handle(.ended(.learner, .exited(75)), now: .zero) == [.say(.resumable), .end(status: 130)])
  }

  @Test("An interrupt lets the learner end first, then the workers, and tells how to go on")
  func interrupt() {
    var supervision = Self.running()
    let asked = supervision.handle(.stopRequested(signal: 2), now: .seconds(1))
    #expect(asked == [.say(.stopping), .terminate(.learner), .schedule(.learnerGrace, after: Self.plan.learnerGrace)])
    #expect(supervision.handle(.ended(.worker(1), .signaled(9)), now: .seconds(1)) == [])
    let cleared = supervision.handle(.ended(.learner, .exited(143)), now: .seconds(2))
    #expect(cleared == [.terminate(.worker(2)), .schedule(.workerGrace, after: Self.plan.workerGrace)])
    #expect(supervision.handle(.ended(.worker(2), .exited(0)), now: .seconds(2)) == [.say(.resumable), .end(status: 130)])
    #expect(supervision.handle(.due(.learnerGrace), now: .seconds(8)) == [])
  }

  @Test("A learner that dies instead of writing its checkpoint is told", arguments: [ChildEnding.exited(1), .signaled(11)])
  func failedCheckpoint(ending: ChildEnding) {
    var supervision = Self.running(SupervisionPlan(workers: 0, restartBudget: 3))
    _ = supervision.handle(.stopRequested(signal: 2), now: .zero)
    let actions = supervision.handle(.ended(.learner, ending), now: .zero)
    #expect(actions == [.say(.learnerFailed(ending)), .say(.resumable), .end(status: 130)])
  }

  @Test("A learner that was interrupted while it started has nothing to say")
  func interruptedStart() {
    var supervision = Supervision(plan: Self.plan)
    _ = supervision.handle(.start, now: .zero)
    _ = supervision.handle(.stopRequested(signal: 2), now: .zero)
    #expect(supervision.handle(.ended(.learner, .signaled(15)), now: .zero) == [.say(.resumable), .end(status: 130)])
    #expect(supervision.handle(.learnerReady, now: .zero) == [])
  }

  @Test("A learner that does not end in time is killed")
  func learnerGrace() {
    var supervision = Self.running(SupervisionPlan(workers: 0, restartBudget: 3))
    _ = supervision.handle(.stopRequested(signal: 15), now: .zero)
    #expect(
      supervision.handle(.due(.learnerGrace), now: .seconds(7))
        == [.say(.killing([.learner])), .kill(.learner), .schedule(.burial(.learner, life: 1), after: Self.plan.burial)])
    #expect(supervision.handle(.ended(.learner, .signaled(9)), now: .seconds(7)) == [.say(.resumable), .end(status: 143)])
  }

  @Test("An interrupted run ends within ten seconds whatever its children do")
  func graces() {
    #expect(Self.plan.learnerGrace + Self.plan.workerGrace + Self.plan.burial < .seconds(10))
    #expect(Self.plan.learnerGrace + Self.plan.farewell < .seconds(10.5))
  }

  @Test("Children that do not end although they were killed are left behind, and the supervisor ends")
  func unkillable() {
    var supervision = Self.running()
    _ = supervision.handle(.stopRequested(signal: 15), now: .zero)
    _ = supervision.handle(.due(.learnerGrace), now: .seconds(7))
    let left = supervision.handle(.due(.burial(.learner, life: 1)), now: .seconds(8))
    #expect(
      left == [
        .say(.leaving(.learner)), .terminate(.worker(1)), .terminate(.worker(2)),
        .schedule(.workerGrace, after: Self.plan.workerGrace),
      ])
    _ = supervision.handle(.ended(.worker(1), .exited(0)), now: .seconds(8))
    _ = supervision.handle(.due(.workerGrace), now: .seconds(9))
    #expect(
      supervision.handle(.due(.burial(.worker(2), life: 1)), now: .seconds(10))
        == [.say(.leaving(.worker(2))), .say(.resumable), .end(status: 143)])
  }

  @Test("A learner that gives no sign of life is killed and not started again")
  func muteLearner() {
    var supervision = Supervision(plan: Self.plan)
    _ = supervision.handle(.start, now: .zero)
    #expect(
      supervision.handle(.mute(.learner), now: .seconds(60))
        == [.kill(.learner), .schedule(.burial(.learner, life: 1), after: Self.plan.burial)])
    let ending = ChildEnding.mute(Self.plan.patience)
    #expect(
      supervision.handle(.ended(.learner, .signaled(9)), now: .seconds(60))
        == [.say(.learnerFailed(ending)), .say(.resumable), .end(status: 1)])
  }

  @Test("A worker that gives no sign of life is killed and started again, and what is left of an earlier life does not count")
  func muteWorker() {
    var supervision = Self.running()
    _ = supervision.handle(.mute(.worker(1)), now: .seconds(60))
    let ending = ChildEnding.mute(Self.plan.patience)
    #expect(
      supervision.handle(.ended(.worker(1), .signaled(9)), now: .seconds(60))
        == [.say(.restarting(.worker(1), ending, restart: 1, budget: 3)), .start(.worker(1))])
    #expect(supervision.handle(.due(.burial(.worker(1), life: 1)), now: .seconds(61)) == [])
  }

  @Test("A second interrupt kills everything at once")
  func secondInterrupt() {
    var supervision = Self.running()
    _ = supervision.handle(.stopRequested(signal: 2), now: .seconds(1))
    let actions = supervision.handle(.stopRequested(signal: 2), now: .seconds(2))
    let all: [Child] = [.learner, .worker(1), .worker(2)]
    #expect(
      actions == [.say(.killing(all))]
        + all.flatMap { [.kill($0), .schedule(.burial($0, life: 1), after: Self.plan.burial)] as [Supervision.Action] })
    _ = supervision.handle(.ended(.worker(1), .signaled(9)), now: .seconds(2))
    _ = supervision.handle(.ended(.worker(2), .signaled(9)), now: .seconds(2))
    #expect(supervision.handle(.ended(.learner, .signaled(9)), now: .seconds(2)) == [.say(.resumable), .end(status: 130)])
  }

  @Test("An interrupt while the learner waits for its restart ends the run without it")
  func interruptDuringDelay() {
    var supervision = Self.running(SupervisionPlan(workers: 0, restartBudget: 3))
    _ = supervision.handle(.ended(.learner, .signaled(9)), now: .zero)
    _ = supervision.handle(.ended(.learner, .signaled(9)), now: .zero)
    #expect(supervision.handle(.stopRequested(signal: 2), now: .zero) == [.say(.stopping), .say(.resumable), .end(status: 130)])
    #expect(supervision.handle(.due(.restart(.learner)), now: .seconds(1)) == [])
  }

  @Test("A run that is done before an interrupt reaches the learner is done")
  func interruptAtTheEnd() {
    var supervision = Self.running(SupervisionPlan(workers: 0, restartBudget: 3))
    _ = supervision.handle(.stopRequested(signal: 2), now: .zero)
    #expect(supervision.handle(.ended(.learner, .exited(0)), now: .zero) == [.end(status: 0)])
  }

  @Test("Whatever comes in whatever order, children are started only while the run goes on, and the end comes once")
  func anyOrder() {
    var generator = SeededRandom(state: 7)
    for _ in 0..<2000 {
      var supervision = Supervision(plan: SupervisionPlan(workers: 2, restartBudget: 2))
      var alive: Set<Child> = []
      var lives: [Child: Int] = [:]
      var alarms: [Supervision.Alarm] = []
      var status: Int32?
      var isStopping = false
      var isLearnerAwaited = false
      var event = Supervision.Event.start
      for _ in 0..<200 {
        for action in supervision.handle(event, now: .zero) {
          #expect(status == nil, "nothing is done after the end")
          switch action {
          case .start(let child):
            #expect(!isStopping && alive.insert(child).inserted)
            lives[child, default: 0] += 1
          case .terminate(let child), .kill(let child): #expect(alive.contains(child))
          case .schedule(let alarm, _): alarms.append(alarm)
          case .awaitLearner: isLearnerAwaited = true
          case .end(let found):
            #expect(alive.isEmpty)
            status = found
          case .say: break
          }
        }
        if status != nil { break }
        switch generator.next() % 8 {
        case 0 where isLearnerAwaited:
          event = .learnerReady
          isLearnerAwaited = false
        case 1:
          event = .stopRequested(signal: 2)
          isStopping = true
        case 2 where !alarms.isEmpty:
          let alarm = alarms.remove(at: Int(generator.next() % UInt64(alarms.count)))
          if case .burial(let child, let life) = alarm, lives[child] == life { alive.remove(child) }
          event = .due(alarm)
        case 3 where !alive.isEmpty:
          guard let child = alive.min(by: { $0.description < $1.description }) else { continue }
          event = .mute(child)
        default:
          guard let child = alive.sorted(by: { $0.description < $1.description }).first(where: { _ in generator.next() % 2 == 0 }) else {
            event = .due(.farewell)
            continue
          }
          alive.remove(child)
          let endings: [ChildEnding] = [.exited(0), .exited(1), .exited(143), .exited(75), .signaled(9), .notStarted(reason: "")]
          let ending = endings[Int(generator.next() % 6)]
          if child == .learner, ending != .signaled(9) { isStopping = true }
          event = .ended(child, ending)
        }
      }
    }
  }
}

/// A small generator, so that the scenarios are the same in every run.
private struct SeededRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

import Foundation
import Runs
import Synchronization

/// Starts the children of a run and carries out the decisions of ``Supervision`` about them, until the run is over.
package actor Supervisor {
  private let process: @Sendable (Child) -> any SupervisedProcess
  private let isLearnerReady: @Sendable () -> Bool
  private let say: @Sendable (SupervisionNotice) -> Void
  private var supervision: Supervision
  /// The processes of the children; in a lock, since they are killed without the actor's turn where it gets none.
  private let processes = Mutex<[Child: any SupervisedProcess]>([:])
  private let plan: SupervisionPlan
  /// What runs beside the events. Nothing waits for it: the end comes, whatever a child does.
  private var tasks: [Task<Void, Never>] = []
  private let began = ContinuousClock.now
  private let events: AsyncStream<Supervision.Event>
  private let post: AsyncStream<Supervision.Event>.Continuation

  /// Creates a supervisor.
  ///
  /// - Parameters:
  ///   - plan: The numbers to go by.
  ///   - process: A child that has not begun; asked for at each of its starts.
  ///   - isLearnerReady: Whether the learner's address is known, so that workers can start; asked every 20 ms until it is true once.
  ///   - say: Reports to the user.
  package init(
    plan: SupervisionPlan, process: @escaping @Sendable (Child) -> any SupervisedProcess,
    isLearnerReady: @escaping @Sendable () -> Bool, say: @escaping @Sendable (SupervisionNotice) -> Void
  ) {
    self.plan = plan
    supervision = Supervision(plan: plan)
    self.process = process
    self.isLearnerReady = isLearnerReady
    self.say = say
    (events, post) = AsyncStream.makeStream()
  }

  /// Creates a supervisor of processes on this host.
  ///
  /// - Parameter command: What to run as a child; asked for at each of its starts.
  package init(
    plan: SupervisionPlan, command: @escaping @Sendable (Child) -> ChildCommand, isLearnerReady: @escaping @Sendable () -> Bool,
    say: @escaping @Sendable (SupervisionNotice) -> Void
  ) {
    self.init(plan: plan, process: { ChildProcess(command($0)) }, isLearnerReady: isLearnerReady, say: say)
  }

  /// Asks the run to end; a second time, at once.
  package nonisolated func stop(by signal: Int32) {
    post.yield(.stopRequested(signal: signal))
  }

  /// Kills every child, whatever the supervisor itself is at.
  package nonisolated func killAll() {
    for process in processes.withLock({ Array($0.values) }) { process.kill() }
  }

  /// Runs the children until the run is over or a signal ends it, within the plan's graces; returns the exit status.
  package nonisolated func runUntilSignalled(_ reports: ChildReports) async throws -> Int32 {
    let signals = try StopSignals(
      [SIGINT, SIGTERM, SIGHUP], patience: (first: plan.longestEnding, second: plan.burial * 2), take: stop,
      expire: { [self] signal in
        killAll()
        ErrorLine.write("the run's processes did not end in time and were killed: \(SupervisionNotice.resumable.line(reports))")
        _exit(ExitStatus.stopped(by: signal))
      })
    defer { withExtendedLifetime(signals) {} }
    return await run()
  }

  /// Runs the children; returns the supervisor's exit status when every one of them has ended, or was killed and is left behind.
  package func run() async -> Int32 {
    defer { for task in tasks { task.cancel() } }
    post.yield(.start)
    for await event in events {
      for action in supervision.handle(event, now: ContinuousClock.now - began) {
        if case .end(let status) = action { return status }
        perform(action)
      }
    }
    preconditionFailure("the events of a supervisor end with it")
  }

  private func perform(_ action: Supervision.Action) {
    switch action {
    case .start(let child):
      let process = process(child)
      processes.withLock { $0[child] = process }
      begin { [post] in post.yield(.ended(child, await process.run())) }
      watch(process, of: child)
    case .awaitLearner:
      begin { [post, isLearnerReady] in
        while !isLearnerReady() {
          guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { return }
        }
        post.yield(.learnerReady)
      }
    case .schedule(let alarm, let delay):
      begin { [post] in
        guard (try? await Task.sleep(for: delay)) != nil else { return }
        post.yield(.due(alarm))
      }
    case .terminate(let child): processes.withLock { $0[child] }?.terminate()
    case .kill(let child): processes.withLock { $0[child] }?.kill()
    case .say(let notice): say(notice)
    case .end: break
    }
  }

  /// Waits for a process's first sign of life.
  private func watch(_ process: any SupervisedProcess, of child: Child) {
    begin { [post, plan] in
      // Counted, not measured: time in which this host sleeps is no time in which a child could have done anything.
      let parts = 60
      for _ in 0..<parts {
        guard (try? await Task.sleep(for: plan.patience / parts)) != nil else { return }
        if process.hasShownLife { return }
      }
      post.yield(.mute(child))
    }
  }

  private func begin(_ body: @escaping @Sendable () async -> Void) {
    tasks.append(Task.detached { await body() })
  }
}

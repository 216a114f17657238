import Foundation

/// Starts the children of a run and carries out the decisions of ``Supervision`` about them, until the run is over.
package actor Supervisor {
  private let process: @Sendable (Child) -> any SupervisedProcess
  private let isLearnerReady: @Sendable () -> Bool
  private let say: @Sendable (SupervisionNotice) -> Void
  private var supervision: Supervision
  private var processes: [Child: any SupervisedProcess] = [:]
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

  /// Runs the children; returns the supervisor's exit status when every one of them has ended.
  package func run() async -> Int32 {
    await withDiscardingTaskGroup { group in
      defer { group.cancelAll() }
      post.yield(.start)
      for await event in events {
        for action in supervision.handle(event, now: ContinuousClock.now - began) {
          if case .end(let status) = action { return status }
          perform(action, in: &group)
        }
      }
      preconditionFailure("the events of a supervisor end with it")
    }
  }

  private func perform(_ action: Supervision.Action, in group: inout DiscardingTaskGroup) {
    switch action {
    case .start(let child):
      let process = process(child)
      processes[child] = process
      group.addTask { [post] in post.yield(.ended(child, await process.run())) }
    case .awaitLearner:
      group.addTask { [post, isLearnerReady] in
        while !isLearnerReady() {
          guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { return }
        }
        post.yield(.learnerReady)
      }
    case .schedule(let alarm, let delay):
      group.addTask { [post] in
        guard (try? await Task.sleep(for: delay)) != nil else { return }
        post.yield(.due(alarm))
      }
    case .terminate(let child): processes[child]?.terminate()
    case .kill(let child): processes[child]?.kill()
    case .say(let notice): say(notice)
    case .end: break
    }
  }
}

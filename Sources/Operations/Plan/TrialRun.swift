package import Cluster
package import EMPO
import Files
package import Runs
import Tensors
import Training

/// A run's first steps, taken in this process and kept nowhere: the questions, the numbers and the updates are the run's own.
package struct TrialRun {
  private let assembly: RunAssembly

  /// A trial of a run.
  package init(_ assembly: RunAssembly) { self.assembly = assembly }

  /// Takes steps until one shows what is looked for.
  ///
  /// - Parameters:
  ///   - steps: How many; at most the run's.
  ///   - report: Told what is under way.
  ///   - note: Told each step: what was asked, the groups that came, and what the guard makes of them. Returns whether the trial goes on.
  /// - Returns: The SHA-256 of the parameters after the last step, as report.json has it after a run's.
  package func run(
    steps: Int, _ report: (String) -> Void,
    note: (_ asked: [TaskContent], _ groups: [ScoredGroup], _ report: GuardReport) throws -> Bool
  ) throws -> String {
    let configuration = assembly.configuration
    precondition((1...configuration.steps).contains(steps), "a trial takes steps of the run")
    let trainer = try assembly.trainer()
    let sampler = try ProbeSampler(assembly, receiving: trainer.policy, lanes: Lanes(count: assembly.learnerThreads))
    var schedule = try QuestionSchedule(
      assembly.tasks.order, questionsPerStep: configuration.questionsPerStep, lag: configuration.lag,
      skippedEpochs: configuration.skipUnanimous)
    // A run without a guard is watched as well: this is what a trial is for.
    var watch = CollapseGuard(
      GuardOptions(action: .warn, window: configuration.guardWindow, tolerance: configuration.guardTolerance, lag: configuration.lag))
    // What was sampled ahead, the oldest step first.
    var sampled: [(asked: [TaskContent], groups: [ScoredGroup])] = []
    for step in 0..<steps {
      report("trial: step \(step + 1) of \(steps)")
      try sampler.load(version: UInt32(step), trainer.policy)
      // The first version is that of the first steps, as many as the lag lets workers sample ahead.
      for ahead in (step == 0 ? 0 : configuration.lag)...configuration.lag where step + ahead < steps {
        guard let planned = schedule[step + ahead] else { preconditionFailure("steps within the lag are planned") }
        let asked = planned.questions.map(assembly.tasks.content(of:))
        sampled.append((asked, try sampler.groups(step: UInt32(step + ahead), of: asked)))
      }
      let (asked, groups) = sampled.removeFirst()
      let prompted = zip(asked, groups).map { PromptedGroup(promptTokens: $0.promptTokens, group: $1) }
      let update = try trainer.update(step: step, groups: prompted)
      schedule.finish(groups)
      guard try note(asked, groups, watch.note(step: step, groups: prompted, update: update)) else { break }
    }
    return trainer.parameters.sha256()
  }
}

package import Cluster
package import EMPO
import Files
package import Runs
import Tensors
import Training

/// A run's first steps, taken in this process and kept nowhere: the questions, the numbers and the updates are the run's own.
package struct TrialRun {
  /// What came of a trial.
  package struct Outcome: Sendable {
    /// The SHA-256 of the parameters after the last step, as report.json has it after a run's.
    package let policyDigest: String
    /// Seconds that a group's sampling took, in the mean.
    package let groupSeconds: Double
    /// Seconds that a step's update took, in the mean, a new version's way to the workers left out.
    package let updateSeconds: Double

    /// Creates what came of a trial.
    package init(policyDigest: String, groupSeconds: Double, updateSeconds: Double) {
      self.policyDigest = policyDigest
      self.groupSeconds = groupSeconds
      self.updateSeconds = updateSeconds
    }
  }

  private let assembly: RunAssembly

  /// A trial of a run.
  package init(_ assembly: RunAssembly) { self.assembly = assembly }

  /// Takes steps until one shows what is looked for.
  ///
  /// - Parameters:
  ///   - steps: How many; at most the run's.
  ///   - report: Told what is under way.
  ///   - note: Told each step: what was asked, the groups that came, and what the guard makes of them. Returns whether the trial goes on.
  package func run(
    steps: Int, _ report: (String) -> Void,
    note: (_ asked: [TaskContent], _ groups: [ScoredGroup], _ report: GuardReport) throws -> Bool
  ) throws -> Outcome {
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
    let clock = ContinuousClock()
    var (sampling, updating) = (Duration.zero, Duration.zero)
    var (groupCount, stepCount) = (0, 0)
    for step in 0..<steps {
      report("trial: step \(step + 1) of \(steps)")
      try sampler.load(version: UInt32(step), trainer.policy)
      // The first version is that of the first steps, as many as the lag lets workers sample ahead.
      for ahead in (step == 0 ? 0 : configuration.lag)...configuration.lag where step + ahead < steps {
        guard let planned = schedule[step + ahead] else { preconditionFailure("steps within the lag are planned") }
        let asked = planned.questions.map(assembly.tasks.content(of:))
        sampling += try clock.measure { sampled.append((asked, try sampler.groups(step: UInt32(step + ahead), of: asked))) }
        groupCount += asked.count
      }
      let (asked, groups) = sampled.removeFirst()
      let prompted = zip(asked, groups).map { PromptedGroup(promptTokens: $0.promptTokens, group: $1) }
      var update = UpdateReport()
      updating += try clock.measure { update = try trainer.update(step: step, groups: prompted) }
      stepCount += 1
      schedule.finish(groups)
      guard try note(asked, groups, watch.note(step: step, groups: prompted, update: update)) else { break }
    }
    return Outcome(
      policyDigest: trainer.parameters.sha256(), groupSeconds: sampling / .seconds(1) / Double(groupCount),
      updateSeconds: updating / .seconds(1) / Double(stepCount))
  }
}
